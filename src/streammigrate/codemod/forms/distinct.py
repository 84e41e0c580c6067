"""Channels without an id: v1 makes the object first and learns its id from `create`; v2 asks for the channel at once.

`channel = client.channel(type, data=…)` followed by `channel.create(user)` becomes one request, and the object is made from
the answer's id.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from streammigrate.codemod import kinds
from streammigrate.codemod.code import Arg, Awaited, Call, Code, Dotted, Raw, Src
from streammigrate.codemod.draft import Draft, Written
from streammigrate.codemod.lower import Held
from streammigrate.codemod.model import Removal, Span
from streammigrate.codemod.receivers import Making
from streammigrate.codemod.scopes import Scopes
from streammigrate.codemod.values import Node

_ID = "data.channel.id"
_V1_ID = '["channel"]["id"]'


def check(maker: Draft, making: Making, scopes: Scopes) -> None:
    """Raise Held unless the call that makes a channel without id is followed by the one that creates it."""
    if _chained(making, scopes) is None and _next(making, scopes) is None:
        raise Held(
            kinds.STATE,
            "the channel has no id until it is created: create it in the next statement, "
            "or use get_or_create_distinct_channel(…) by hand",
        )


def join(drafts: Sequence[Draft], making: Making, scopes: Scopes) -> None:
    """Join the draft that makes a channel without id and the one that creates it. Both must be free of holds."""
    maker = next(draft for draft in drafts if draft.node is making.call)
    if _chained(making, scopes) is not None:
        return
    found = _next(making, scopes)
    creator = next((draft for draft in drafts if draft.node is found), None)
    if found is None or creator is None or found not in creator.replaced:
        return
    value: ast.expr = found
    parent = scopes.parent(found)
    if isinstance(parent, ast.Await):
        value = parent
    first, second = scopes.statement(making.call), scopes.statement(found)
    kind = making.given["channel_type"]
    assert isinstance(kind, Node)
    client = Dotted(Src(making.client), "chat")
    if isinstance(second, ast.Expr):
        response: Code = creator.replaced[found]
        if value is not found:
            response = Awaited(response)
        maker.replaced[making.call] = _channel(client, kind, Dotted(response, _ID))
        creator.removals.append(Removal(Span.of(second)))
        del creator.replaced[found]
        return
    assert isinstance(second, ast.Assign) and isinstance(second.targets[0], ast.Name)
    assert isinstance(first, ast.Assign) and isinstance(first.targets[0], ast.Name)
    maker.removals.append(Removal(Span.of(first)))
    held = second.targets[0].id
    id = Raw(f"{held}{_V1_ID if creator.as_v1 else f'.{_ID}'}")
    made = Call(Dotted(Src(making.client), "chat.channel"), (Arg("", Src(kind.node)), Arg("", id)))
    creator.statements.append(Written(Span.of(second), first.targets[0].id, made))


def _channel(client: Code, kind: Node, id: Code) -> Code:
    return Call(Dotted(client, "channel"), (Arg("", Src(kind.node)), Arg("", id)))


def _chained(making: Making, scopes: Scopes) -> ast.Call | None:
    """Return `client.channel(…).create(…)` when that is how the channel is used, and all there is."""
    attribute = scopes.parent(making.call)
    call = scopes.parent(attribute) if isinstance(attribute, ast.Attribute) else None
    if isinstance(call, ast.Call) and isinstance(attribute, ast.Attribute) and attribute.attr in ("create", "query"):
        return call
    return None


def _next(making: Making, scopes: Scopes) -> ast.Call | None:
    """Return the call of the next statement when it creates or queries the channel that this one makes."""
    statement = scopes.statement(making.call)
    if not isinstance(statement, ast.Assign) or statement.value is not making.call or len(statement.targets) != 1:
        return None
    target = statement.targets[0]
    if not isinstance(target, ast.Name) or not all(
        isinstance(part, (ast.Name, ast.Attribute, ast.expr_context)) for part in ast.walk(making.client)
    ):
        return None
    kind = making.given.get("channel_type")
    if not isinstance(kind, Node) or not isinstance(kind.node, (ast.Constant, ast.Name)):
        return None
    following = scopes.next_statement(statement)
    if isinstance(following, ast.Expr):
        value: ast.expr = following.value
    elif (
        isinstance(following, ast.Assign) and len(following.targets) == 1 and isinstance(following.targets[0], ast.Name)
    ):
        value = following.value
    else:
        return None
    if isinstance(value, ast.Await):
        value = value.value
    if not isinstance(value, ast.Call) or not isinstance(value.func, ast.Attribute):
        return None
    receiver = value.func.value
    if not isinstance(receiver, ast.Name) or receiver.id != target.id or value.func.attr not in ("create", "query"):
        return None
    binding = scopes.binding(target)
    if binding is None or scopes.is_rebound(binding.scope, target.id):
        return None
    return value
