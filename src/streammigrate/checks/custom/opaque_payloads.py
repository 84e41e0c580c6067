"""SM631: payloads whose keys cannot be read from the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from streammigrate.checks.custom.payloads import Opaque, customs
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.findings import Severity

_LONG = 60


def _judge(project: Project) -> Iterator[Answer]:
    for found in customs(project):
        if not isinstance(found, Opaque):
            continue
        module, node, member = found.call
        text = ast.unparse(found.node)
        shown = text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"
        yield Answer(
            f"which keys `{shown}` gives {member} as {_a(found.entity)} is not seen here",
            project.home(module, found.node).at(found.node),
            (module.path, member, found.entity, shown),
            (Evidence(str(module.at(node)), module.line(node)),),
        )


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "ae" else f"a {noun}"


CHECK = ProjectCheck(
    id="SM631",
    name="payload-not-seen",
    title="The keys of a payload are not seen in the code",
    severity=Severity.WARNING,
    area=Area.CUSTOM,
    question="Can every key that the code sends be read from it?",
    explanation="The payload comes from somewhere else: a parameter, a request, a database, a model's export. The "
    "migrated code splits it into fields and custom data when it runs, and raises TypeError where a key has no "
    "place. Which keys that will be, the code does not say; a custom key with the name of a field of v2 would become "
    "that field.",
    shows="the payload and the call that takes it.",
    fix="Look at what comes in there (`streammigrate check --data` lists the keys of an export), or build the "
    'payload from named keys beside the call: in v1 `{"id": row.id, "tier": row.tier}`, in v2 '
    '`UserRequest(id=row.id, custom={"tier": row.tier})`.',
    judge=_judge,
)
