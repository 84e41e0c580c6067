"""SM623: keys of the user's own that are read at the top of a webhook's event."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Module, Project
from streammigrate.checks.webhooks import facts
from streammigrate.checks.webhooks.events import handlers
from streammigrate.findings import Severity
from streammigrate.rules import sdk

_HOOKS = frozenset({"request_info", "form_data", "app"})
"""Keys of bodies that are no events: what the hook before a message, and custom commands, are sent."""


def _judge(project: Project) -> Iterator[Answer]:
    model = sdk.model("WSEvent")
    fields = frozenset() if model is None else frozenset(field.wire for field in model.fields.values())
    for handler in handlers(project):
        for read in handler.reads():
            key = read.path[0]
            if len(read.path) > 1 or key == "[]" or key in fields | _HOOKS or facts.found_at(read.path):
                continue
            if _looks_further(handler.module, read.node):
                continue
            at = handler.module.at(read.node)
            yield Answer(
                f"`{key}` is read of an event, and no event of either API has it: v2 has it under `custom`",
                at,
                (handler.module.path, key),
                (Evidence(str(at), handler.module.line(read.node)),),
            )


def _looks_further(module: Module, node: ast.expr) -> bool:
    """Return whether a read falls back to `custom`: `event.get(key, event["custom"][key])`, `event.get(key) or …`."""
    parent = module.scopes.parent(node)
    others = parent.values if isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.Or) else []
    others = [one for one in others if one is not node] + (node.args[1:] if isinstance(node, ast.Call) else [])
    return any("custom" in ast.unparse(one) for one in others)


CHECK = ProjectCheck(
    id="SM623",
    name="custom-key-of-event",
    title="A key of a custom event is read at the top of a webhook's body",
    severity=Severity.WARNING,
    area=Area.CUSTOM,
    question="Do handlers of webhooks find the keys of custom events where v2 has them?",
    explanation="A custom event that v1 sends has its keys beside the fields, and its webhook has them there. The "
    "event that v2 sends has them in `custom`, and so has its webhook: who reads them at the top gets a KeyError, or "
    "None, as soon as the sender has moved. SM726 tells the same of users, channels and messages in an event.",
    shows="the read.",
    fix="Look in both places while both senders are in use: `event.get('mood', (event.get('custom') or "
    "{}).get('mood'))`.",
    judge=_judge,
)
