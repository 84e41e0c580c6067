"""SM625: sorts that name custom data as if it were a field."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks.custom.queries import sorts
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.findings import Severity


def _judge(project: Project) -> Iterator[Answer]:
    for one in sorts(project):
        if one.listed is None and one.is_custom:
            at = one.module.at(one.node)
            yield Answer(
                f"{one.call.member} sorts by `{one.field}`, which is no field: v2 keeps custom data under `custom`",
                at,
                (one.module.path, one.call.member, one.field),
                (Evidence(str(at), one.module.line(one.node)),),
            )


CHECK = ProjectCheck(
    id="SM625",
    name="sort-on-custom-data",
    title="A sort names custom data as a field",
    severity=Severity.WARNING,
    area=Area.CUSTOM,
    question="Do sorts name custom data as v2 has it?",
    explanation="What is sorted by is neither a field of what the query finds nor one that its filter knows, so it "
    "is custom data, which v2 keeps under `custom`, or a misspelt field. The descriptions list no sorts for this "
    "query, and a sort that the server does not know changes the order without a word.",
    shows="the field and the query.",
    fix='Before the cutover run the query through v2 with `SortParamRequest(field="tier", direction=-1)` and with '
    '`field="custom.tier"` against real data, and write the one that gives the order of v1.',
    judge=_judge,
)
