"""Channels as the code of a project has them: where they are made, what is done to them, who is named as their creator."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from streammigrate.checks.code.mappings import mapping
from streammigrate.checks.code.second import second
from streammigrate.checks.project import Module, Project
from streammigrate.codemod.resolve.text import last_name

CREATORS = frozenset({"created_by", "created_by_id"})
_INPUTS = frozenset({"getstream.models.ChannelInput", "getstream.models.ChannelInputRequest"})
_FIRST_MAKES = frozenset({"create", "query"})
_SECOND_BY_ID = frozenset({"get_or_create_channel", "get_or_create_distinct_channel"})
_SECOND_MAKES = frozenset({"create", "get_or_create"}) | _SECOND_BY_ID


class Made(NamedTuple):
    """How a channel's object was made, as far as that is known."""

    home: Module
    """The file that says so."""
    call: ast.Call | None = None
    """The one call that made it."""
    type: ast.expr | None = None
    id: ast.expr | None = None
    data: ast.expr | None = None
    """The data that v1's object was made with."""

    @property
    def cid(self) -> str:
        """The type and id, joined by a colon, where both are written out; else empty."""
        parts = [None if one is None else self.home.constant(one) for one in (self.type, self.id)]
        return ":".join(str(one) for one in parts) if all(isinstance(one, str) for one in parts) else ""


class Used(NamedTuple):
    """One call of a method of a channel, or of one that takes a channel's type and id."""

    module: Module
    node: ast.Call
    is_v2: bool
    member: str
    """As people write it: `Channel.query`, `channel.get_or_create`."""
    name: str
    of: Made
    data: ast.expr | None
    """The data that the call is given."""
    opaque: bool
    sends: bool

    @property
    def makes(self) -> bool:
        """Whether the call creates the channel where there is none."""
        return self.name in (_SECOND_MAKES if self.is_v2 else _FIRST_MAKES)


def used(project: Project) -> Iterator[Used]:
    """Yield what is done to channels, with either SDK."""
    for call in project.calls:
        owner, _, name = call.member.partition(".")
        if owner == "Channel":
            origins = call.draft.use.receiver.origins
            made = Made(call.module)
            if len(origins) == 1:
                made = _first(project.home(call.module, origins[0]), origins[0])
            data = call.given.get("data")
            yield Used(call.module, call.node, False, call.member, name, made, data, call.opaque, call.sends)
    for other in second(project).calls:
        if other.thing.owner == "channel":
            found = other.thing.made
            made = Made(other.module) if found is None else _second(other.thing.home or other.module, found)
        elif other.thing.owner == "chat" and other.name in _SECOND_BY_ID:
            made = Made(other.module, None, other.given.get("type"), other.given.get("id"))
        else:
            continue
        data = other.given.get("data")
        yield Used(other.module, other.node, True, other.member, other.name, made, data, other.opaque, other.sends)


def _first(home: Module, call: ast.Call) -> Made:
    """Return how `client.channel(type, id, data)`, or `Channel(client, type, id, data)`, makes a channel."""
    if any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords):
        return Made(home, call)
    plain = call.args
    if last_name(call.func) != "channel" and all(one.arg != "client" for one in call.keywords):
        plain = plain[1:]
    given = dict(zip(("channel_type", "channel_id", "data"), plain, strict=False))
    given.update({"data" if one.arg == "custom_data" else one.arg: one.value for one in call.keywords if one.arg})
    return Made(home, call, given.get("channel_type"), given.get("channel_id"), given.get("data"))


def _second(home: Module, call: ast.Call) -> Made:
    """Return how `client.chat.channel(type, id)` makes a channel."""
    if any(isinstance(one, ast.Starred) for one in call.args):
        return Made(home, call)
    given = dict(zip(("call_type", "id"), call.args, strict=False))
    given.update({one.arg: one.value for one in call.keywords if one.arg})
    return Made(home, call, given.get("call_type"), given.get("id"))


def has_creator(module: Module, data: ast.expr) -> bool | None:
    """Return whether a channel's data names a creator; None where that is not known."""
    value = _bound(module, data)
    if isinstance(value, ast.Constant) and value.value is None:
        return False
    if isinstance(value, ast.Call) and module.symbol(value.func) in _INPUTS:
        if any(one.arg is None for one in value.keywords) or value.args:
            return None
        given = {one.arg: one.value for one in value.keywords if one.arg is not None}
        return any(_is_given(module, one) for key, one in given.items() if key in CREATORS)
    found = mapping(module, value)
    if any(_is_given(module, one.value) for one in found.items if one.key in CREATORS):
        return True
    return False if found.whole else None


def _is_given(module: Module, value: ast.expr) -> bool:
    empty = isinstance(value, ast.Constant) and value.value in (None, "")
    return not empty


def _bound(module: Module, expr: ast.expr) -> ast.expr:
    """Return what a name is bound to that has one value which nothing changes; another expression as it is."""
    if not isinstance(expr, ast.Name):
        return expr
    scope, bindings = module.scopes.lookup(expr)
    value = bindings[0].value if len(bindings) == 1 and bindings[0].kind in ("assign", "annassign") else None
    parents = (module.scopes.parent(one) for one in module.scopes.loads(scope, expr.id))
    stored = any(isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store) for one in parents)
    return value if isinstance(value, ast.Call) and module.symbol(value.func) in _INPUTS and not stored else expr
