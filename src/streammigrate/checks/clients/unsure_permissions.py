"""SM746: a client of which a version is allowed that does not know permissions v2."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks.clients import permissions
from streammigrate.checks.model import Answer, Area, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.findings import Severity


def _judge(project: Project) -> Iterator[Answer]:
    for product in permissions.products(project, surely=False):
        yield permissions.answer(product, "may be too old")


CHECK = ProjectCheck(
    id="SM746",
    name="client-maybe-without-permissions-v2",
    title="A client may be too old for permissions v2",
    severity=Severity.WARNING,
    area=Area.CLIENTS,
    question="Is every client surely of a version that knows permissions v2?",
    explanation="The manifest allows versions on both sides of the least one for permissions v2, and no lock file "
    "says which is in use.",
    shows="the package, the range, and the least version for permissions v2.",
    fix="Raise the lower end of the range to the version that is named, or commit the lock file.",
    url="https://getstream.io/chat/docs/python/migrating_from_legacy/",
    judge=_judge,
)
