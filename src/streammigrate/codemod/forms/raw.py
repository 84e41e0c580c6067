"""`client.post("channels/…", data=…)`: requests written by hand follow the operation map."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from streammigrate.codemod import kinds
from streammigrate.codemod.calls import Slots
from streammigrate.codemod.code import Arg, Call, Code, Dotted, Format, Raw, Src
from streammigrate.codemod.lower import Held
from streammigrate.codemod.values import Entries, Known, Node, constant, mapping
from streammigrate.rules import load, sdk

_MEMBER = "/channels/{type}/{id}/member/{user_id}"
"""The one path whose last part moved into the query."""


class _Operation(NamedTuple):
    method: str
    old: tuple[str, ...]
    new: str
    new_method: str
    same: bool
    """Whether the request has the same shape in v2."""


@cache
def _operations() -> tuple[_Operation, ...]:
    found = []
    for entry in load("operations")["operations"]:
        old, new = entry["old"], entry.get("new")
        if new is None:
            continue
        changed = set(entry.get("changes", {})) - {"operation-id-changed", "reference-changed"}
        same = old["method"] == new["method"] and not any("request" in one or "parameter" in one for one in changed)
        found.append(
            _Operation(old["method"], tuple(old["path"].strip("/").split("/")), new["path"], new["method"], same)
        )
    return tuple(found)


def plan(verb: str, slots: Slots, client: Code, target: str) -> Code:
    """Return the v2 request for `client.verb(path, params=, data=)`. Raises Held where it is not the same request."""
    path = slots.given["relative_url"]
    assert isinstance(path, Node)
    parts = _segments(path.node)
    operation = _find(verb.upper(), parts)
    if not operation.same or "/".join(operation.old) == _MEMBER.strip("/"):
        raise Held(kinds.DECIDE, f"the request `{verb.upper()} {'/'.join(operation.old)}` has another shape in v2")
    args = [Arg("", _path(operation, parts))]
    params = slots.given.get("params")
    if params is not None and not _is_none(params):
        args.append(Arg("query_params", _checked(params, operation, "query", target)))
    data = slots.given.get("data")
    if data is not None and not _is_none(data):
        args.append(Arg("json", _checked(data, operation, "body", target)))
    elif verb in ("post", "put", "patch"):
        args.append(Arg("json", Raw("{}")))
    return Call(Dotted(client, verb), tuple(args))


def _segments(node: ast.expr) -> list[list[str | ast.expr]]:
    """Return the path's segments, each a list of texts and expressions."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        pieces: list[str | ast.expr] = [node.value]
    elif isinstance(node, ast.JoinedStr):
        pieces = []
        for value in node.values:
            if isinstance(value, ast.Constant):
                pieces.append(str(value.value))
            elif isinstance(value, ast.FormattedValue) and value.format_spec is None and value.conversion == -1:
                pieces.append(value.value)
            else:
                raise Held(kinds.UNKNOWN_VALUE, "the path is formatted in a way that is not followed")
    else:
        raise Held(kinds.UNKNOWN_VALUE, "the path is not written out here, so which operation it is cannot be seen")
    segments: list[list[str | ast.expr]] = [[]]
    for piece in pieces:
        if not isinstance(piece, str):
            segments[-1].append(piece)
            continue
        if "?" in piece or "%" in piece:
            raise Held(kinds.UNKNOWN_VALUE, "the path holds a query or an escape; pass them as arguments")
        first, *rest = piece.split("/")
        segments[-1] += [first] if first else []
        segments += [[text] if text else [] for text in rest]
    return [segment for segment in segments if segment]


def _find(method: str, parts: list[list[str | ast.expr]]) -> _Operation:
    matching = [one for one in _operations() if one.method == method and _matches(one.old, parts)]
    exact = [one for one in matching if _literal_count(one) == max(map(_literal_count, matching))]
    if len(exact) != 1:
        shown = "/".join("".join(p if isinstance(p, str) else "{…}" for p in part) for part in parts)
        raise Held(kinds.DECIDE, f"`{method} {shown}` is not one operation of the v1 API")
    return exact[0]


def _literal_count(operation: _Operation) -> int:
    return sum(not part.startswith("{") for part in operation.old)


def _matches(template: tuple[str, ...], parts: list[list[str | ast.expr]]) -> bool:
    if len(template) != len(parts):
        return False
    return all(wanted.startswith("{") or part == [wanted] for wanted, part in zip(template, parts, strict=True))


def _path(operation: _Operation, parts: list[list[str | ast.expr]]) -> Code:
    values = {name: part for name, part in zip(operation.old, parts, strict=True) if name.startswith("{")}
    pieces: list[str | Code] = []
    for segment in operation.new.strip("/").split("/"):
        pieces.append("/")
        if segment.startswith("{"):
            if segment not in values:
                raise Held(kinds.DECIDE, "the path has other places in v2")
            pieces += [piece if isinstance(piece, str) else Src(piece) for piece in values[segment]]
        else:
            pieces.append(segment)
    if all(isinstance(piece, str) for piece in pieces):
        return Raw('"' + "".join(str(piece) for piece in pieces) + '"')
    return Format(tuple(pieces))


def _checked(known: Known, operation: _Operation, place: str, target: str) -> Code:
    """Return a query or body as it stands when every key has the same meaning in v2; raise Held otherwise."""
    entries = mapping(known)
    if not isinstance(entries, Entries) or not isinstance(known, Node):
        raise Held(kinds.OPAQUE, "the keys of the request are not known here")
    allowed = _places(operation, place, target)
    for entry in entries.items:
        type = allowed.get(entry.key)
        if type is None:
            raise Held(kinds.NO_PLACE, f"v2's request has no `{entry.key}`")
        if not _is_plain(type):
            raise Held(
                kinds.DECIDE, f"`{entry.key}` is a model in v2, whose custom data has its own place; use the typed call"
            )
        if _is_none(entry.value) or (place == "query" and constant(entry.value) is None):
            raise Held(kinds.UNKNOWN_VALUE, f"`{entry.key}` may be None, which the HTTP clients send differently")
    return Src(known.node)


def _places(operation: _Operation, place: str, target: str) -> Mapping[str, sdk.Type]:
    for owner in ("client", "chat", "moderation"):
        for method in sdk.v2_methods(owner, target).values():
            if method.http == operation.new_method and method.path == operation.new:
                found = [one.place.partition(":") for one in method.parameters.values()]
                types = [one.type for one in method.parameters.values()]
                return {
                    key: sdk.parse_type(type)
                    for (where, _, key), type in zip(found, types, strict=True)
                    if where == place
                }
    return {}


def _is_plain(type: sdk.Type) -> bool:
    return type.kind in ("scalar", "any", "time") or (type.kind in ("list", "map") and _is_plain(type.items[0]))


def _is_none(known: Any) -> bool:
    fixed = constant(known)
    return fixed is not None and fixed.value is None
