"""`StreamChat(…)` becomes `Stream(…)` with the same key, secret, time-out and host."""

from __future__ import annotations

import ast
from collections.abc import Collection

from streammigrate.codemod import kinds
from streammigrate.codemod.calls import bind
from streammigrate.codemod.code import Arg, Call, Code, Dotted, Infix, Raw, Src
from streammigrate.codemod.draft import Draft
from streammigrate.codemod.lower import Held
from streammigrate.codemod.model import Applicability, Facet
from streammigrate.codemod.names import Names
from streammigrate.codemod.receivers import CHANNELS, is_distinct, made
from streammigrate.codemod.scopes import Scopes
from streammigrate.codemod.values import Entries, Known, Node, constant, is_pure
from streammigrate.rules import sdk
from streammigrate.rules.catalogue import find_rule

CLASSES = {"StreamChat": "Stream", "StreamChatAsync": "AsyncStream"}
RULES = {"StreamChat": "SM401", "StreamChatAsync": "SM402"}
HOST = "https://chat.stream-io-api.com"
"""Where both SDKs send to unless told otherwise (stream_chat/base/client.py, getstream/stream.py)."""
VARIABLES = ("STREAM_CHAT_TIMEOUT", "STREAM_CHAT_URL")
TIMEOUT = "6.0"
"""stream-chat's default in seconds; getstream's is 30."""


def plan(draft: Draft, scopes: Scopes, names: Names, variables: Collection[str]) -> None:
    """Plan the construction of a client. Raises Held for what v2 cannot be given.

    `variables` are those of stream-chat's environment that the file or the project speaks of: getstream reads none.
    """
    call = draft.use.node
    assert isinstance(call, ast.Call)
    cls = draft.use.receiver.cls
    if cls in CHANNELS:
        _channel(draft, call)
        return
    if cls not in CLASSES:
        raise Held(kinds.ESCAPE, f"{cls} is made without its client's method; v2 has no such constructor")
    draft.rule = RULES[cls]
    draft.member = cls
    signature = sdk.v1_signature(cls, "__init__")
    assert signature is not None
    slots = bind(call, signature)
    args = [Arg(name, _code(slots.given[name])) for name in ("api_key", "api_secret")]
    args.append(Arg("timeout", _timeout(slots.given.get("timeout"), names, variables)))
    options = slots.given[slots.options]
    assert isinstance(options, Entries)
    host: Known | None = None
    for entry in options.items:
        if entry.key == "base_url":
            host = entry.value
            continue
        for node in [entry.value.node] if isinstance(entry.value, Node) else []:
            if not is_pure(node):
                raise Held(kinds.ORDER, f"`{entry.key}` would no longer be evaluated")
        draft.notes.append(f"stream-chat ignores the option `{entry.key}`; it is left out")
    code = _host(host, names, variables)
    if code is not None:
        args.append(Arg("base_url", code))
    draft.forms.append("construct")
    rule = find_rule("SM401")
    draft.notes += rule.notes if rule is not None else ()
    unread = [name for name in VARIABLES if name not in variables]
    if unread:
        draft.notes.append(f"getstream does not read {' and '.join(unread)} from the environment")
    draft.replaced[call] = Call(Raw(names.use("getstream", CLASSES[cls])), tuple(args))


def _code(known: Known) -> Code:
    assert isinstance(known, Node)
    return Src(known.node)


def _channel(draft: Draft, call: ast.Call) -> None:
    """Plan `Channel(client, type, id)`: v2's constructor wants the chat client, whose method makes the same."""
    draft.rule = "SM403"
    draft.member = "Channel"
    making = made(call)
    if making is None or is_distinct(making):
        raise Held(kinds.STATE, "the channel is made without an id; use get_or_create_distinct_channel(…) by hand")
    data = making.given.get("custom_data")
    if data is not None and constant(data) is None:
        raise Held(
            kinds.STATE, "the channel's data moves to its create and query calls; make it with client.channel(…)"
        )
    chat = Dotted(Dotted(Src(making.client), "chat"), "channel")
    args = tuple(Arg("", _code(making.given[name])) for name in ("channel_type", "channel_id"))
    draft.replaced[call] = Call(chat, args)


def _operand(code: Code) -> Code:
    """Return code that can stand beside `or`."""
    loose = isinstance(code, Src) and isinstance(code.node, (ast.IfExp, ast.Lambda, ast.NamedExpr, ast.BoolOp))
    return Infix(("(", code, ")")) if loose else code


def plan_session(draft: Draft, scopes: Scopes) -> bool:
    """Plan `client.session.close()`, which is what closes a client of stream-chat; return whether it is that."""
    use = draft.use
    closing = scopes.parent(use.node)
    if use.member != "session" or not isinstance(closing, ast.Attribute) or closing.attr != "close":
        return False
    call = scopes.parent(closing)
    if not isinstance(call, ast.Call) or call.func is not closing or not isinstance(use.node, ast.Attribute):
        return False
    plain = use.receiver.cls == "StreamChat"
    draft.replaced[closing] = Dotted(Src(use.node.value), "close" if plain else "aclose")
    if plain:
        text = (
            "stream-chat's client can be used after its session is closed, getstream's cannot after close(), which leaves "
            "the connections of its `.chat` open"
        )
        draft.facets.append(Facet("lifetime", Applicability.UNSAFE, text, kinds.LOSS.id))
    return True


def configures(draft: Draft) -> bool:
    """Return whether a use is about a client's HTTP session: a second client would not have what is done to it."""
    return draft.use.member in ("session", "set_http_session")


def _timeout(known: Known | None, names: Names, variables: Collection[str]) -> Code:
    fixed = None if known is None else constant(known)
    if fixed is not None and not _is_duration(fixed.value):
        said = "for ever" if fixed.value is None else f"in its own way for `timeout={fixed.value!r}`"
        raise Held(
            kinds.DECIDE,
            f"stream-chat waits {said}; getstream wants a number of seconds greater than zero: write that",
        )
    if isinstance(known, Node) and isinstance(known.node, (ast.Tuple, ast.List)):
        raise Held(kinds.DECIDE, "getstream takes one time-out; how long to connect is its `connect_timeout`")
    given: Code = Raw(TIMEOUT) if known is None else _code(known)
    if "STREAM_CHAT_TIMEOUT" not in variables:
        return given
    getenv = f"{names.use_module('os')}.getenv"
    return Infix((f'float({getenv}("STREAM_CHAT_TIMEOUT") or ', _operand(given), ")"))


def _is_duration(value: object) -> bool:
    return isinstance(value, (int, float)) and value > 0


def _host(known: Known | None, names: Names, variables: Collection[str]) -> Code | None:
    fixed = None if known is None else constant(known)
    if fixed is not None and str(fixed.value or "").endswith("/"):
        raise Held(
            kinds.DECIDE, "stream-chat sends to `//path` for a base_url that ends in a slash, getstream to `/path`"
        )
    if fixed is not None and fixed.value:
        return _code(known) if known is not None else None
    if fixed is not None:
        known = None
    parts: list[str | Code] = [] if known is None else [_operand(_code(known)), " or "]
    if "STREAM_CHAT_URL" in variables:
        parts.append(f'{names.use_module("os")}.getenv("STREAM_CHAT_URL") or ')
    return Infix((*parts, f'"{HOST}"')) if parts else None
