"""SM744: a manifest, or the version of one of Stream's packages, that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks import show
from streammigrate.checks.clients import inventory
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.findings import Severity


def _judge(project: Project) -> Iterator[Answer]:
    for trouble in inventory.troubles(project):
        said = f"the file cannot be read, so the packages in it are not known: {trouble.reason}"
        yield Answer(said, trouble.at, (trouble.path,), (Evidence(str(trouble.at), trouble.reason),))
    for one in inventory.used(project):
        if one.span is None:
            # An address may hold credentials.
            text = show.value(one.text)
            written = f"{text} names no version" if one.text else "no version is written"
            evidence = (Evidence(str(one.at), text),)
            yield Answer(f"which {one.name} is in use is not known: {written}", one.at, (one.path, one.name), evidence)


CHECK = ProjectCheck(
    id="SM744",
    name="client-version-unknown",
    title="The version of a client or neighbour cannot be told",
    severity=Severity.WARNING,
    area=Area.CLIENTS,
    question="Is the version of every package of Stream's known?",
    explanation="The other questions about clients are asked of versions. A word such as `latest`, an address, a "
    "variable that is set elsewhere or a file that is damaged leaves them without an answer, unless a lock file "
    "pins the package.",
    shows="the file and what it says.",
    fix="Commit the lock file, or write the version.",
    judge=_judge,
)
