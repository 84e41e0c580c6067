"""SM629: sorts by fields that the API description does not list for the query."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks.custom.queries import sorts
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.findings import Severity


def _judge(project: Project) -> Iterator[Answer]:
    for one in sorts(project):
        if one.listed is not None and one.field not in one.listed:
            at = one.module.at(one.node)
            yield Answer(
                f"{one.call.member} sorts by `{one.field}`, which {one.operation} does not list",
                at,
                (one.module.path, one.call.member, one.field),
                (
                    Evidence(str(at), one.module.line(one.node)),
                    Evidence("listed", ", ".join(sorted(one.listed))),
                ),
            )


CHECK = ProjectCheck(
    id="SM629",
    name="sort-not-listed",
    title="A sort has a field that is not listed",
    severity=Severity.WARNING,
    area=Area.CODE,
    question="Does every sort keep to the fields that the API description lists for its query?",
    explanation="For some queries both descriptions list the fields by which the answer can be sorted "
    "(`x-stream-sort-fields`): members, drafts, reminders, threads and the search for messages among those of "
    "stream-chat. Another field may be refused, or leave the order as it is.",
    shows="the field, and what is listed.",
    fix="Sort by a field that is listed, in v1 and v2 alike, or sort the answer in the program.",
    judge=_judge,
)
