"""SM726: a custom field that is read at the top of a part of an event."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Module, Project
from streammigrate.checks.webhooks import facts, values
from streammigrate.checks.webhooks.events import handlers
from streammigrate.findings import Severity


def _judge(project: Project) -> Iterator[Answer]:
    for handler in handlers(project):
        for read in handler.reads():
            above, key = read.path[:-1], read.path[-1]
            keys = facts.keys_at(above) if above and key != "[]" else None
            if keys is None or "custom" not in keys or key in keys or _looks_further(handler.module, read.node):
                continue
            at = handler.module.at(read.node)
            place = ".".join(read.path)
            yield Answer(
                f"`{place}` is read, and `{key}` is no field of {above[-1] if above[-1] != '[]' else above[-2]} in v2",
                at,
                (handler.module.path, place),
                (Evidence(str(at), values.shown(read.node)),),
            )


def _looks_further(module: Module, node: ast.expr) -> bool:
    """Return whether a read falls back to `custom`, or is the fallback: `event.get(key, …custom…)`, `… or …`."""
    parent = module.scopes.parent(node)
    others = parent.values if isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.Or) else []
    if isinstance(parent, ast.Call) and node in parent.args:
        others = [parent.func]
    others = [one for one in others if one is not node] + (node.args[1:] if isinstance(node, ast.Call) else [])
    return any("custom" in ast.unparse(one) for one in others)


CHECK = ProjectCheck(
    id="SM726",
    name="custom-field-of-event",
    title="A custom field of an event is read outside `custom`",
    severity=Severity.WARNING,
    area=Area.WEBHOOKS,
    question="Do handlers read custom fields of users, channels, messages, members and reactions where v2 has them?",
    explanation="v1 carries custom fields beside the API's own: event['message']['ticket_id']. In v2 they are in "
    "`custom`: event['message']['custom']['ticket_id']. That goes for `name` and `image` of a channel too; for a "
    "user both are fields. What is no field of v2's models is taken for custom.",
    shows="the read, and the place in the payload.",
    fix="Look in both places while both are in use: `message.get('ticket_id', (message.get('custom') or "
    "{}).get('ticket_id'))`.",
    url="https://getstream.io/docs/platform/webhooks/",
    judge=_judge,
)
