"""Which arguments of stream-chat become models of getstream, and the keys in them that become custom data."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from streammigrate.checks.custom import written
from streammigrate.checks.entities import known
from streammigrate.checks.project import Call, Module, Project
from streammigrate.codemod.responses.shapes import is_flat
from streammigrate.rules import payloads, sdk
from streammigrate.rules.catalogue import rule_for
from streammigrate.rules.model import Keyed, Listed, Merged, Path, Receiver, Rule, Source

ENTITIES = {
    "UserRequest": "user",
    "ChannelInput": "channel",
    "ChannelInputRequest": "channel",
    "MessageRequest": "message",
    "ChannelMemberRequest": "member",
    "ReactionRequest": "reaction",
    "EventRequest": "event",
    "UserCustomEventRequest": "event",
    "Attachment": "attachment",
}
"""What people call the models that payloads become."""
_CHANNEL_DATA = sdk.Type("model", "ChannelInput")
_MADE_WITH = {"StreamChat.channel": "data"}
"""The parameters that hold a channel's data until the channel is created."""
_CHANGES = {
    "StreamChat.update_user_partial": (("update", "user", "set"),),
    "StreamChat.update_users_partial": (("updates", "user", "[].set"),),
    "StreamChat.update_message_partial": (("updates", "message", "set"),),
    "Channel.update_partial": (("to_set", "channel", ""),),
    "Channel.update_member_partial": (("to_set", "member", ""),),
}
"""The parameters that set single keys, of what they do, and where the keys stand in them."""


class Taker(NamedTuple):
    """A call that takes payloads."""

    module: Module
    node: ast.Call
    member: str


class Custom(NamedTuple):
    """A key that v1 sends beside the fields and v2 keeps in `custom`; `value` where that is an expression of its own."""

    entity: str
    key: str
    value: ast.expr | None
    node: ast.AST
    call: Taker


class Opaque(NamedTuple):
    """A payload whose keys cannot all be seen."""

    entity: str
    node: ast.expr
    call: Taker


@lru_cache(maxsize=1)
def customs(project: Project) -> tuple[Custom | Opaque, ...]:
    """Return the custom keys of every payload of a project, and the payloads that may have others, each place once."""
    places = {
        (found.node, found.key if isinstance(found, Custom) else ""): found for found in reversed([*_all(project)])
    }
    return tuple(reversed(places.values()))


def _all(project: Project) -> Iterator[Custom | Opaque]:
    for call in (*project.calls, *project.handed):
        taker = Taker(call.module, call.node, call.member)
        types = _types(call.member)
        for name, expr in call.given.items():
            if name in types:
                yield from _walk(taker, expr, types[name], 8)
        yield from _changed(call, taker)
    for module in project.modules(rb"stream_chat"):
        for node in module.calls():
            data = _data_of_channel(module, node)
            if data is not None:
                yield from _walk(Taker(module, node, "Channel"), data, _CHANNEL_DATA, 8)


def _data_of_channel(module: Module, node: ast.Call) -> ast.expr | None:
    """Return the data in `Channel(client, type, id, data)`."""
    found = sdk.v1_class_of(module.symbol(node.func))
    if found is None or found.name not in ("Channel", "AsyncChannel"):
        return None
    named = next((one.value for one in node.keywords if one.arg == "custom_data"), None)
    placed = (
        node.args[3] if len(node.args) == 4 and not any(isinstance(one, ast.Starred) for one in node.args) else None
    )
    return named or placed


def _changed(call: Call, taker: Taker) -> Iterator[Custom]:
    """Yield the custom keys that a call sets one by one; both APIs take them beside the fields there."""
    for name, entity, path in _CHANGES.get(call.member, ()):
        expr = call.given.get(name)
        for change in () if expr is None else _changes(call.module, expr, path):
            for pair in written.mapping(call.module, change).pairs:
                key = pair.key.partition(".")[0]
                if key != "custom" and key not in known(entity):
                    yield Custom(entity, key, pair.value, pair.node, taker)


def _changes(module: Module, expr: ast.expr, path: str) -> Iterator[ast.expr]:
    """Yield the mappings of what is set, below the key `set` where there is a path to it."""
    for update in written.items(module, expr).items if path == "[].set" else (expr,):
        if not path:
            yield update
            continue
        for pair in written.mapping(module, update).pairs:
            if pair.key == "set" and pair.value is not None:
                yield pair.value


def _walk(call: Taker, expr: ast.expr, type: sdk.Type, depth: int) -> Iterator[Custom | Opaque]:
    if depth == 0 or type.kind not in ("model", "list"):
        return
    if type.kind == "list":
        yield from _items(call, expr, type.items[0], depth)
        return
    model = sdk.model(type.name)
    entity = ENTITIES.get(type.name)
    if model is None or (payloads.shape(type.name).text and written.is_text(call.module, expr)):
        return
    found = written.mapping(call.module, expr)
    fields = {field.wire: field for field in model.fields.values()}
    for pair in found.pairs:
        field = fields.get(pair.key)
        if field is not None and pair.key != "custom":
            if pair.value is not None:
                yield from _walk(call, pair.value, field.type, depth - 1)
        elif entity is not None and is_flat(model):
            yield Custom(entity, pair.key, pair.value, pair.node, call)
    if not found.whole and entity is not None and not _is_id(type, found):
        yield Opaque(entity, expr, call)


def _items(call: Taker, expr: ast.expr, type: sdk.Type, depth: int) -> Iterator[Custom | Opaque]:
    if type.kind != "model":
        return
    found = written.items(call.module, expr)
    for item in found.items:
        yield from _walk(call, item, type, depth - 1)
    entity = ENTITIES.get(type.name)
    if not found.whole and entity is not None and not payloads.shape(type.name).text:
        yield Opaque(entity, expr, call)


def _is_id(type: sdk.Type, found: written.Written) -> bool:
    """Return whether what has no keys in view may as well be the text of an id."""
    return bool(payloads.shape(type.name).text) and not found.pairs


@cache
def _types(member: str) -> Mapping[str, sdk.Type]:
    """Return the types that the arguments of a member become, by v1's parameter or the name in its `**options`."""
    if member in _MADE_WITH:
        return {_MADE_WITH[member]: _CHANNEL_DATA}
    owner, _, name = member.partition(".")
    rule = rule_for(owner, name)
    method = None if rule is None else sdk.v2_method(*_split(rule.v2))
    if rule is None or method is None:
        return {}
    types = {key: _type(one) for key, one in method.parameters.items() if one.type}
    found: dict[str, sdk.Type] = {}
    for values in (rule.args, *(case.args for case in rule.cases)):
        for key, value in values.items():
            if key in types and value.kind in ("", "each"):
                found.update(_sources(value.source, types[key]))
    # What no source of the rule names keeps its name.
    taken = set(found) | _named(rule)
    found.update({key: type for key, type in types.items() if key not in taken})
    return found


def _type(parameter: sdk.Parameter) -> sdk.Type:
    type = sdk.parse_type(parameter.type)
    return sdk.Type("list", "", (type,)) if parameter.kind == "var_positional" else type


def _split(v2: str) -> tuple[str, str]:
    owner, _, name = v2.partition(".")
    return owner, name


def _sources(source: Source, type: sdk.Type) -> Iterator[tuple[str, sdk.Type]]:
    """Yield the v1 arguments that a source reads as a whole, with what they become."""
    if isinstance(source, Path):
        if len(source.parts) == 1 or source.parts[0] in ("options", "data"):
            yield source.parts[-1], type
    elif isinstance(source, Merged):
        yield from _sources(source.base.source, type)
    elif isinstance(source, Listed) and type.kind == "list":
        for item in source.items:
            yield from _sources(item.source, type.items[0])
    elif isinstance(source, Keyed) and type.kind == "model":
        if source.rest is not None:
            yield from ((name, type) for name in source.rest.of if "." not in name and name != "options")
        model = sdk.model(type.name)
        fields = {} if model is None else {field.wire: field.type for field in model.fields.values()}
        for key, value in source.items:
            if key in fields and value.kind == "":
                yield from _sources(value.source, fields[key])


def _named(rule: Rule) -> frozenset[str]:
    """Return the parameters of v1 that the rule reads in other ways, drops or remembers."""
    paths = (value.source for values in (rule.args, *(case.args for case in rule.cases)) for value in values.values())
    names = {source.parts[0] for source in paths if isinstance(source, Path)}
    received = {source.what for source in paths if isinstance(source, Receiver)}
    return frozenset(names | received | set(rule.dropped) | set(rule.carried))
