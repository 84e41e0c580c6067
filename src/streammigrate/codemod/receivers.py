"""What the rules see of a call's receiver: the v2 objects behind it, and what a channel, campaign or segment was made with."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import NamedTuple

from streammigrate.codemod import kinds
from streammigrate.codemod.calls import View, bind
from streammigrate.codemod.code import Code, Dotted, Format, Raw, Src
from streammigrate.codemod.lower import Held, Unspelled
from streammigrate.codemod.scopes import Scopes
from streammigrate.codemod.values import Entries, Entry, Known, Laid, Made, Node, constant, is_pure, mapping
from streammigrate.rules import sdk

CLIENTS = frozenset({"StreamChat", "StreamChatAsync"})
CHANNELS = frozenset({"Channel", "AsyncChannel"})
_CONSTRUCTORS = {
    "channel": ("StreamChat", "channel"),
    "campaign": ("StreamChat", "campaign"),
    "segment": ("StreamChat", "segment"),
    "channel_batch_updater": ("StreamChat", "channel_batch_updater"),
}
_KEYS = {
    "type": ("channel_type", "segment_type"),
    "id": ("channel_id", "campaign_id", "segment_id"),
    "data": ("data", "custom_data"),
}
_FROM_CHANNEL = {"chat": "client", "client": "client.stream", "moderation": "client.stream.moderation"}


class Making(NamedTuple):
    """The call that made an object, with its arguments by v1 parameter, and the client it was made from."""

    call: ast.Call
    given: dict[str, Known]
    client: ast.expr


def made(call: ast.Call) -> Making | None:
    """Return how `client.channel(…)`, `Channel(client, …)` and the like were called, or None for another call."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in _CONSTRUCTORS:
        signature = sdk.v1_signature(*_CONSTRUCTORS[call.func.attr])
        assert signature is not None
        return Making(call, dict(bind(call, signature).given), call.func.value)
    signature = sdk.v1_signature("Channel", "__init__")
    assert signature is not None
    try:
        given = dict(bind(call, signature).given)
    except Held:
        return None
    client = given.get("client")
    return Making(call, given, client.node) if isinstance(client, Node) else None


def is_distinct(making: Making) -> bool:
    """Return whether a channel is made without an id."""
    given = _given(making, "id")
    return given is None or _is_none(given)


class Receivers:
    """Makes the view of a receiver; `uses_before` lists the calls on the same object that run before a node."""

    def __init__(self, scopes: Scopes, uses_before: Callable[[ast.Call, ast.Call], Sequence[ast.Call] | None]) -> None:
        self.scopes = scopes
        self.uses_before = uses_before

    def view(self, call: ast.Call, cls: str, origins: Sequence[ast.Call]) -> View:
        """Return the view of the receiver of a method call."""
        assert isinstance(call.func, ast.Attribute)
        receiver = call.func.value
        if cls in CLIENTS:
            return View(lambda owner: _of_client(Src(receiver), owner), _nothing)
        if cls in CHANNELS:
            return View(
                lambda owner: self._of_channel(call, receiver, owner, origins),
                lambda what: self._channel(call, receiver, what, origins),
            )
        return View(
            lambda owner: _of_client(self._client(call, origins), owner), lambda what: self._object(call, what, origins)
        )

    def _in_reach(self, origin: Making, call: ast.Call) -> bool:
        """Return whether the client that a channel was made from can be named where the channel is used."""
        if self._is_elsewhere(origin):
            return False
        try:
            self._check_reach(origin.client, call)
        except Held:
            return False
        return isinstance(origin.client, (ast.Name, ast.Attribute))

    def _of_channel(self, call: ast.Call, receiver: ast.expr, owner: str, origins: Sequence[ast.Call]) -> Code:
        if owner == "channel":
            return Src(receiver)
        origin = self._origin(origins)
        if origin is None:
            return Dotted(Src(receiver), _FROM_CHANNEL[owner])
        if receiver is origin.call:
            if _has_effects(origin) and not is_distinct(origin):
                return Dotted(Src(receiver), _FROM_CHANNEL[owner])
            return _of_client(Src(origin.client), owner)
        if is_distinct(origin):
            self._check_here(origin, call)
            return _of_client(Src(origin.client), owner)
        if self._in_reach(origin, call):
            return _of_client(Src(origin.client), owner)
        return Dotted(Src(receiver), _FROM_CHANNEL[owner])

    def _channel(self, call: ast.Call, receiver: ast.expr, what: str, origins: Sequence[ast.Call]) -> Known | None:
        if what == "data":
            return self._data(call, receiver, origins)
        origin = self._origin(origins)
        if what in ("type", "id"):
            given = None if origin is None else _given(origin, what)
            if origin is not None and is_distinct(origin):
                return self._of_distinct(call, receiver, what, origin)
            if origin is not None and given is None:
                return None
            fixed = None if given is None else constant(given)
            if fixed is not None and origin is not None and self._is_elsewhere(origin):
                return None if fixed.value is None else fixed
            if fixed is not None:
                return None if fixed.value is None else given
            if isinstance(receiver, ast.Call):
                if origin is not None and receiver is not origin.call:
                    raise Unspelled(kinds.STATE, f"the channel's {what} is known only where the channel is made")
                if given is None or not all(map(is_pure, _expressions(given))):
                    raise Held(kinds.STATE, f"the channel's {what} is not known here")
                return given
            return Made(Dotted(Src(receiver), "channel_type" if what == "type" else "channel_id"))
        assert what == "cid"
        parts = [self._channel(call, receiver, part, origins) for part in ("type", "id")]
        if any(part is None for part in parts):
            raise Held(kinds.STATE, "the channel has no id here")
        fixed_parts = [constant(part) for part in parts if part is not None]
        if all(part is not None and isinstance(part.value, str) for part in fixed_parts):
            return Made(Raw('"' + ":".join(part.value for part in fixed_parts if part is not None) + '"'))
        pieces = [_piece(part) for part in parts if part is not None]
        return Made(Format((pieces[0], ":", pieces[1])))

    def _of_distinct(self, call: ast.Call, receiver: ast.expr, what: str, origin: Making) -> Known | None:
        """Return the type or id of a channel that is made without an id: it has one once it was created or queried."""
        self._check_here(origin, call)
        if what == "type":
            given = _given(origin, "type")
            assert given is not None
            for node in _expressions(given):
                if receiver is not origin.call:
                    self._check_reach(node, call)
            return given
        before = self.uses_before(origin.call, call)
        if before is None:
            raise Held(kinds.STATE, "whether the channel has its id by now cannot be seen here")
        return Made(Dotted(Src(receiver), "channel_id")) if before else None

    def _origin(self, origins: Sequence[ast.Call]) -> Making | None:
        return made(origins[0]) if len(origins) == 1 else None

    def _data(self, call: ast.Call, receiver: ast.expr, origins: Sequence[ast.Call]) -> Known | None:
        """Return what v1's channel holds when the call runs: the constructor's data, and who created it; None for nothing."""
        origin = self._origin(origins)
        if origin is None:
            raise Held(kinds.STATE, "where the channel comes from, and so the data it sends, is not in view")
        before = self.uses_before(origin.call, call)
        if before is None:
            raise Held(kinds.STATE, "what was done to the channel before, and so the data it sends, is not in view")
        given = _given(origin, "data")
        if given is None or _is_none(given):
            entries: tuple[Entry, ...] = ()
        else:
            known = mapping(given)
            if not isinstance(known, Entries) and isinstance(given, Node) and not self._is_elsewhere(origin):
                return self._laid(given, origin, receiver, call, before)
            if not isinstance(known, Entries) or self._is_elsewhere(origin):
                raise Held(
                    kinds.OPAQUE, "the keys of the channel's data are not known here; pass them as data=ChannelInput(…)"
                )
            if receiver is not origin.call:
                self._check_stable(known, origin.call, call)
            entries = known.items
        created = [self._creator(one) for one in before]
        if created:
            if any(entry.key == "created_by_id" for entry in entries):
                raise Held(kinds.STATE, "v1 sends `created_by_id` of the data beside the creator; decide which counts")
            entries = tuple(entry for entry in entries if entry.key != "created_by")
            entries += (Entry("created_by_id", created[-1]),)
        return Entries(entries) if entries else None

    def _laid(
        self, given: Node, origin: Making, receiver: ast.expr, call: ast.Call, before: Sequence[ast.Call]
    ) -> Known:
        """Return a channel's data whose keys are not known, which v1's channel shares with the caller and writes to."""
        if receiver is not origin.call:
            self._check_stable(Entries((Entry("", given),)), origin.call, call)
        self._check_alone(given.node, call)
        self._check_filled(given.node, origin.call, call)
        created = [self._creator(one) for one in before]
        over = (Entry("created_by", Entries((Entry("id", created[-1]),))),) if created else ()
        return Laid(given, over, optional=True)

    def _check_filled(self, data: ast.expr, origin: ast.Call, call: ast.Call) -> None:
        """Raise Held where data may be empty when the channel is made, and filled after: v1 has a mapping of its own then."""
        owner, bindings = self.scopes.lookup(data) if isinstance(data, ast.Name) else (None, [])
        if owner is None or not any(_is_empty(one.value) for one in bindings):
            return
        assert isinstance(data, ast.Name)
        start, end = (origin.end_lineno or 0, origin.end_col_offset or 0), (call.lineno, call.col_offset)
        for load in self.scopes.loads(owner, data.id):
            if start < (load.lineno, load.col_offset) < end and not isinstance(self.scopes.parent(load), ast.Compare):
                text = f"stream-chat does not see what `{data.id}` gets after an empty one was given to the channel"
                raise Held(kinds.STATE, text)

    def _check_alone(self, data: ast.expr, call: ast.Call) -> None:
        """Raise Held where the caller may see the creator that v1 writes into the channel's data."""
        if not isinstance(data, ast.Name):
            return
        owner, _ = self.scopes.lookup(data)
        loops = [one for one in self.scopes.ancestors(call) if isinstance(one, (ast.For, ast.AsyncFor, ast.While))]
        for load in self.scopes.loads(owner, data.id):
            if load is data:
                continue
            later = (load.lineno, load.col_offset) > (call.lineno, call.col_offset)
            around = any(loop in self.scopes.ancestors(load) for loop in loops)
            if (later or around or self._is_shared(load)) and not self._is_lost(load):
                raise Held(
                    kinds.STATE,
                    f"stream-chat writes the channel's creator into `{data.id}`, which is used elsewhere too; "
                    "give the channel a copy of it",
                )

    def _is_shared(self, load: ast.Name) -> bool:
        """Return whether something else may hold the very mapping of a name from then on."""
        parent = self.scopes.parent(load)
        if isinstance(parent, ast.Dict):
            return load not in [value for key, value in zip(parent.keys, parent.values, strict=True) if key is None]
        return not isinstance(
            parent, (ast.Subscript, ast.Attribute, ast.Compare, ast.If, ast.IfExp, ast.FormattedValue)
        )

    def _is_lost(self, load: ast.Name) -> bool:
        """Return whether a mapping is only the data of a channel that one call is made on, which does not send it."""
        parent = self.scopes.parent(load)
        making = self.scopes.parent(parent) if isinstance(parent, ast.keyword) else parent
        if (
            not isinstance(making, ast.Call)
            or not isinstance(making.func, ast.Attribute)
            or making.func.attr != "channel"
        ):
            return False
        method = self.scopes.parent(making)
        # `create` writes its own creator over that of another channel.
        return isinstance(method, ast.Attribute) and method.attr != "query"

    def _creator(self, call: ast.Call) -> Known:
        assert isinstance(call.func, ast.Attribute)
        signature = sdk.v1_signature("Channel", "create")
        if call.func.attr != "create" or signature is None:
            raise Held(kinds.STATE, f"`{call.func.attr}` replaced what the channel holds before this call")
        creator = bind(call, signature).given["user_id"]
        if not all(isinstance(node, (ast.Constant, ast.Name)) for node in _expressions(creator)):
            raise Held(kinds.STATE, "v1 sends the creator again, and the expression for it cannot be repeated")
        return creator

    def _check_stable(self, data: Entries, origin: ast.Call, call: ast.Call) -> None:
        """Raise Held unless the data means the same where the call is."""
        for entry in data.items:
            for node in _expressions(entry.value):
                for part in ast.walk(node):
                    if isinstance(part, (ast.Attribute, ast.Subscript, ast.Call, ast.Await, ast.NamedExpr)):
                        if not self._follows(origin, call) or not (is_pure(node) or self.is_next(origin, call)):
                            raise Held(
                                kinds.STATE, "the channel's data moves to this call, and may have another value here"
                            )
                    elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
                        owner, _ = self.scopes.lookup(part)
                        here = self.scopes.owner(self.scopes.scope(call), part.id)
                        if here is not owner or self.scopes.is_rebound(owner, part.id):
                            raise Held(
                                kinds.STATE, f"`{part.id}` may have another value where the channel's data is sent"
                            )

    def is_next(self, origin: ast.Call, call: ast.Call) -> bool:
        """Return whether a call is the next thing that is evaluated after the statement that made an object."""
        if not self._follows(origin, call):
            return False
        statement = self.scopes.statement(call)
        value = getattr(statement, "value", None)
        value = value.value if isinstance(value, ast.Await) else value
        return value is call and isinstance(statement, (ast.Expr, ast.Assign, ast.AnnAssign, ast.Return))

    def _follows(self, origin: ast.Call, call: ast.Call) -> bool:
        """Return whether the call's statement is the one after the statement that made the channel."""
        return self.scopes.next_statement(self.scopes.statement(origin)) is self.scopes.statement(call)

    def _client(self, call: ast.Call, origins: Sequence[ast.Call]) -> Code:
        """Return the client behind an object that v2 does not have."""
        origin = self._origin(origins)
        if origin is None:
            raise Held(kinds.STATE, "where the object comes from is not in view, and v2 has no such object")
        self._check_here(origin, call)
        self._check_reach(origin.client, call)
        return Src(origin.client)

    def _unchanged(self, origin: Making, call: ast.Call) -> None:
        """Raise Held when a call before this one gave the object another id or other data."""
        before = self.uses_before(origin.call, call)
        if before is None or any(one.args or one.keywords for one in before):
            raise Held(kinds.STATE, "what was done to the object before may have changed its id or data")

    def _object(self, call: ast.Call, what: str, origins: Sequence[ast.Call]) -> Known | None:
        origin = self._origin(origins)
        if origin is None:
            raise Held(kinds.STATE, "where the object comes from is not in view, and v2 has no such object")
        self._unchanged(origin, call)
        given = _given(origin, what)
        if given is None or _is_none(given):
            return None
        self._check_here(origin, call)
        for node in _expressions(given):
            self._check_reach(node, call)
        return given

    def _is_elsewhere(self, origin: Making) -> bool:
        """Return whether an object is made in another file: what stands there cannot be repeated here."""
        return self.scopes.path_of(origin.call) != self.scopes.path

    def _check_here(self, origin: Making, call: ast.Call) -> None:
        """Raise Held unless the names that an object's client is spelled with mean the same at the call."""
        if self._is_elsewhere(origin):
            raise Held(kinds.STATE, "what the object is made with is known only in the file that makes it")
        for part in ast.walk(origin.client):
            if isinstance(part, ast.Name):
                here = self.scopes.owner(self.scopes.scope(call), part.id)
                if here is not self.scopes.lookup(part)[0]:
                    raise Held(kinds.STATE, f"`{part.id}` is not the same where the object is used")

    def _check_reach(self, node: ast.expr, call: ast.Call) -> None:
        """Raise Held unless an expression means the same at the call as where the object was made."""
        if not is_pure(node):
            raise Held(kinds.STATE, f"`{ast.unparse(node)}` would be evaluated again")
        for part in ast.walk(node):
            if isinstance(part, ast.Name):
                owner, _ = self.scopes.lookup(part)
                here = self.scopes.owner(self.scopes.scope(call), part.id)
                if here is not owner or self.scopes.is_rebound(owner, part.id):
                    raise Held(kinds.STATE, f"`{part.id}` is not the same where the object is used")


def _is_empty(node: ast.expr | None) -> bool:
    plain = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict"
    if plain and isinstance(node, ast.Call):
        return not node.args and not node.keywords
    return isinstance(node, ast.Dict) and not node.keys


def _has_effects(origin: Making) -> bool:
    """Return whether leaving the call out that makes a channel would lose an effect of its type or id."""
    given = [origin.given[key] for key in ("channel_type", "channel_id") if key in origin.given]
    return not all(is_pure(node) for known in given for node in _expressions(known))


def _piece(known: Known) -> str | Code:
    """Return a part of an f-string: text where it is written out."""
    fixed = constant(known)
    if fixed is not None:
        return str(fixed.value)
    return known.code if isinstance(known, Made) else Src(_expressions(known)[0])


def _of_client(client: Code, owner: str) -> Code:
    if owner == "channel":
        raise Held(kinds.STATE, "no channel is in view here")
    return client if owner == "client" else Dotted(client, owner)


def _nothing(what: str) -> Known | None:
    raise Held(kinds.STATE, f"a client has no {what}")


def _given(origin: Making, what: str) -> Known | None:
    for key in _KEYS[what]:
        if key in origin.given:
            return origin.given[key]
    return None


def _is_none(known: Known) -> bool:
    fixed = constant(known)
    return fixed is not None and fixed.value is None


def _expressions(known: Known) -> list[ast.expr]:
    if isinstance(known, Node):
        return [known.node]
    if isinstance(known, Entries):
        return [node for entry in known.items for node in _expressions(entry.value)]
    return []
