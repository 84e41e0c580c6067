"""SM628: filters with fields or operators that the API description does not list for the query."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks.custom.queries import asked
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.findings import Severity


def _judge(project: Project) -> Iterator[Answer]:
    for one in asked(project):
        module = one.module
        if one.known is None:
            if not one.is_custom:
                at = module.at(one.node)
                yield Answer(
                    f"{one.call.member} filters by `{one.field}`, which {one.operation} does not list",
                    at,
                    (module.path, one.call.member, one.field),
                    (Evidence(str(at), module.line(one.node)), Evidence("listed", ", ".join(sorted(one.listed)))),
                )
            continue
        for operator, node in one.operators:
            if operator not in one.known.operators:
                at = module.at(node)
                yield Answer(
                    f"{one.call.member} filters by `{one.field}` with `{operator}`, which {one.operation} does not list for it",
                    at,
                    (module.path, one.call.member, one.field, operator),
                    (
                        Evidence(str(at), module.line(node)),
                        Evidence(f"listed for {one.field}", ", ".join(sorted(one.known.operators))),
                    ),
                )


CHECK = ProjectCheck(
    id="SM628",
    name="filter-not-listed",
    title="A filter has a field or an operator that is not listed",
    severity=Severity.WARNING,
    area=Area.CODE,
    question="Does every filter keep to the fields and operators that the API description lists for its query?",
    explanation="Both descriptions list, for most queries, which fields a filter can name and with which operators "
    "(`x-stream-filter-fields`). What is not listed may work today, fail, or find nothing; it is no part of what v2 "
    "promises.",
    shows="the field or operator, and what is listed.",
    fix="Ask for the same with what is listed, in v1 and v2 alike: `$in` with the values that are wanted for `$ne` "
    "and `$nin`, `$exists: false` for a comparison with nothing. Where that cannot be, run the query through v2 "
    "before the cutover.",
    judge=_judge,
)
