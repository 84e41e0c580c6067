"""SM652: a channel that may be new is asked for without a creator."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from streammigrate.checks.code.channels import Used, has_creator, used
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Module, Project
from streammigrate.findings import Severity

_FRESH = frozenset({"uuid.uuid1", "uuid.uuid4", "secrets.token_hex", "secrets.token_urlsafe", "nanoid.generate"})


def _judge(project: Project) -> Iterator[Answer]:
    found = list(used(project))
    created = {one.of.call for one in found if one.name == "create" and not one.is_v2}
    for one in found:
        # `create` is a check of its own.
        if not one.makes or one.name == "create" or one.opaque or (one.of.call in created and one.of.call is not None):
            continue
        said = _said(one)
        if said:
            at = one.module.at(one.node)
            about = (one.module.path, one.module.scopes.scope(one.node).qualname, one.member)
            yield Answer(said, at, about, (Evidence(str(at), one.module.line(one.node)),))


def _said(one: Used) -> str:
    does = f"{one.member} creates the channel where there is none"
    if one.data is not None:
        lacks = has_creator(one.module, one.data) is False
        return f"{does}, and the data that it sends names no creator" if lacks else ""
    home, initial = one.of.home, one.of.data
    if initial is not None and not _is_empty(initial):
        lost = has_creator(home, initial) is False and "custom_data" not in one.module.text
        return f"{does}, and the data of the channel names no creator" if lost else ""
    if one.of.id is not None and is_fresh(home, one.of.id):
        return f"{does}, its id is a fresh one, and no creator is named"
    if one.name == "get_or_create_distinct_channel":
        return f"{does}, and without data it has neither members nor a creator"
    return ""


def is_fresh(module: Module, expr: ast.expr) -> bool:
    """Return whether an expression gives a text that was never there before."""
    if isinstance(expr, ast.Name):
        bindings = module.scopes.lookup(expr)[1]
        value = bindings[0].value if len(bindings) == 1 else None
        return value is not None and not isinstance(value, ast.Name) and is_fresh(module, value)
    return any(isinstance(node, ast.Call) and module.symbol(node.func) in _FRESH for node in ast.walk(expr))


def _is_empty(expr: ast.expr) -> bool:
    return (isinstance(expr, ast.Constant) and expr.value is None) or (isinstance(expr, ast.Dict) and not expr.keys)


CHECK = ProjectCheck(
    id="SM652",
    name="new-channel-without-creator",
    title="A channel that may be new is asked for without a creator",
    severity=Severity.WARNING,
    area=Area.CODE,
    question="Do `query` and get_or_create name a creator where they may create a channel?",
    explanation="v1's `query` and v2's get_or_create create the channel where there is none. Unlike v1's `create`, they send "
    "only the data that they are given, or that the channel object was made with. Stream refuses a new channel of a server "
    "whose data has neither `created_by_id` nor `created_by`. Told are calls with data, with a fresh id, or for the members of "
    "a conversation; a plain `query` of a channel that is there already is fine.",
    shows="the call.",
    fix='v1: `channel.create("jane")`, or `client.channel("messaging", "x", {"created_by_id": "jane"})`. v2: '
    '`channel.get_or_create(data=ChannelInput(created_by_id="jane"))`.',
    judge=_judge,
)
