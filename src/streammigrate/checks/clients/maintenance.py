"""SM742: a server SDK that is in maintenance."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks.clients import facts, inventory
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.findings import Severity


def _judge(project: Project) -> Iterator[Answer]:
    for product in inventory.products(inventory.used(project)):
        one = product.first
        if one.package.successor:
            named = f"{' and '.join(product.names)} {one.version}".strip()
            yield Answer(
                f"{one.package.title} is in maintenance, and its successor is {one.package.successor}: {named}",
                one.at,
                (one.path, one.package.title),
                (Evidence(one.locked or str(one.at), named), Evidence("known from", facts.source("successor"))),
            )


CHECK = ProjectCheck(
    id="SM742",
    name="server-sdk-in-maintenance",
    title="A server SDK of another language is in maintenance",
    severity=Severity.NOTICE,
    area=Area.CLIENTS,
    question="Are the servers in other languages on an SDK that is developed?",
    explanation="Stream's chat-only server SDKs speak v1 and get fixes only; each has a successor that is made "
    "from v2's description. They share the app with the Python code: what one writes the other reads, so custom "
    "fields and times need one form in what they hand each other.",
    shows="the package, its version, and its successor.",
    fix="Plan the move of that server; it need not be at the same time, for both APIs work on the same data.",
    judge=_judge,
)
