"""SM741: a client that does not know permissions v2."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks.clients import permissions
from streammigrate.checks.model import Answer, Area, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.findings import Severity


def _judge(project: Project) -> Iterator[Answer]:
    for product in permissions.products(project, surely=True):
        yield permissions.answer(product, "is too old")


CHECK = ProjectCheck(
    id="SM741",
    name="client-without-permissions-v2",
    title="A client is too old for permissions v2",
    severity=Severity.ERROR,
    area=Area.CLIENTS,
    question="Does every client know permissions v2?",
    explanation="Once the app is on permissions v2, clients have to decide by the capabilities of a channel "
    "(own_capabilities). Releases before the one that is named decide by roles, and show or hide the wrong things. "
    "Builds that are installed on phones already count too. Lock files win over manifests.",
    shows="the package, its version, and the least version for permissions v2.",
    fix="Move the client to the version that is named, and let old builds run out, before the app is moved to "
    "permissions v2.",
    url="https://getstream.io/chat/docs/python/migrating_from_legacy/",
    judge=_judge,
)
