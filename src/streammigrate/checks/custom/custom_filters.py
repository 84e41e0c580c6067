"""SM624: filters that name custom data as if it were a field."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks.custom.queries import asked
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.findings import Severity


def _judge(project: Project) -> Iterator[Answer]:
    for one in asked(project):
        if one.is_custom:
            at = one.module.at(one.node)
            yield Answer(
                f"{one.call.member} filters by `{one.field}`, which is no field of {one.operation}: as custom data it is "
                f"`custom.{one.field}`",
                at,
                (one.module.path, one.call.member, one.field),
                (Evidence(str(at), one.module.line(one.node)),),
            )


CHECK = ProjectCheck(
    id="SM624",
    name="filter-on-custom-data",
    title="A filter names custom data as a field",
    severity=Severity.WARNING,
    area=Area.CUSTOM,
    question="Do filters name custom data as the API description does?",
    explanation="Both descriptions list the fields of a query's filter, and among them `custom` for what is below "
    "it. A name that they do not list is custom data that v1's server found at the top, or a misspelt field; what a "
    "filter does not know can find nothing instead of failing. Clients of stream-chat 10 (JavaScript) have to write "
    "`custom.` in front of custom fields.",
    shows="the field and the query.",
    fix="`rewrite` sends the filter as it is. Before the cutover run the query through v2 with both spellings "
    'against real data, and write the one that finds the same: `{"tier": 3}` in v1, `{"custom.tier": 3}` as v2\'s '
    "description and its clients have it.",
    judge=_judge,
)
