"""SM747: a client whose companion is too old for it."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks.clients import inventory
from streammigrate.checks.clients.ranges import shown
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.findings import Severity


def _judge(project: Project) -> Iterator[Answer]:
    entries = inventory.used(project)
    for one in entries:
        for need in one.package.needs:
            if one.span is None or one.span.least < need.since:
                continue
            for other in entries:
                beside = other.path == one.path and other.name == need.name and other.span is not None
                if (
                    beside
                    and other.span is not None
                    and other.span.below is not None
                    and other.span.below <= need.least
                ):
                    yield Answer(
                        f"{one.name} {one.version} needs {need.name} {shown(need.least)}, and {other.version} is in use",
                        other.at,
                        (one.path, one.name, need.name),
                        (Evidence(str(one.at), one.version), Evidence(str(other.at), other.version)),
                    )


CHECK = ProjectCheck(
    id="SM747",
    name="client-companion-too-old",
    title="A client stands beside a package that is too old for it",
    severity=Severity.WARNING,
    area=Area.CLIENTS,
    question="Do the packages of each client go together?",
    explanation="The component libraries build on the JavaScript client, and need the same generation: "
    "stream-chat-react 15, stream-chat-react-native 10 and stream-chat-angular 8 need stream-chat 10.",
    shows="both packages with their versions.",
    fix="Move both at once.",
    judge=_judge,
)
