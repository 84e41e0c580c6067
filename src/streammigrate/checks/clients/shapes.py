"""SM740: a client that speaks v1's shapes."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks.clients import facts, inventory
from streammigrate.checks.clients.ranges import shown
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.findings import Severity


def _judge(project: Project) -> Iterator[Answer]:
    for product in inventory.products(inventory.used(project)):
        one = product.first
        if one.package.is_server or one.speaks_v2 is not False:
            continue
        named = f"{' and '.join(product.names)} {one.version}".strip()
        evidence = [Evidence(one.locked or str(one.at), named)]
        first = one.package.v2_from
        if first is None:
            said = f"no release of {one.package.title} that speaks v2's shapes was known on {facts.checked()}: {named}"
        else:
            said = f"{one.package.title} speaks v1's shapes: {named}; {shown(first)} is the first that speaks v2's"
            evidence.append(Evidence("known from", facts.source("v2_from")))
        yield Answer(said, one.at, (one.path, one.package.title), tuple(evidence))


CHECK = ProjectCheck(
    id="SM740",
    name="client-speaks-v1",
    title="A client speaks v1's shapes",
    severity=Severity.NOTICE,
    area=Area.CLIENTS,
    question="Which of the shapes of data does each client speak?",
    explanation="Clients and server are moved on their own: a client of v1 goes on working beside a server of v2. "
    "What they hand each other outside Stream is another matter: users, channels or messages that your own server "
    "passes on have custom fields beside the others and times as text in v1, and custom fields under `custom` and "
    "times as numbers in v2. A client that is older than its first release for v2 expects the former. Lock files "
    "win over manifests; of a range the least version counts.",
    shows="the package, its version, and where that is written.",
    fix="Keep what your server hands to such clients in v1's form (the helper as_v1 that `rewrite` offers does), "
    "or move the client first.",
    judge=_judge,
)
