"""What each v1 call becomes, found by calling: where an argument lands in v1's request, and which v2 parameter lands there.

What meets is derived. What does not is listed to be decided by a person; nothing is guessed.
"""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from streammigrate.rules import load, sdk
from streammigrate.surface.flow import write
from streammigrate.surface.meeting import meet
from streammigrate.surface.sentinels import CLASSES, Call
from streammigrate.surface.wire import Wire

_OWNERS = ("client", "chat", "moderation")


class Operation(NamedTuple):
    """One entry of the migration map that has both sides."""

    id: str
    method: str
    path: str
    new_id: str
    new_method: str
    new_path: str


@cache
def operations() -> tuple[Operation, ...]:
    """Return the migration map's matched operations."""
    return tuple(
        Operation(
            item["old"]["id"],
            item["old"]["method"],
            item["old"]["path"],
            item["new"]["id"],
            item["new"]["method"],
            item["new"]["path"],
        )
        for item in load("operations")["operations"]
        if item["new"] is not None
    )


def operation_of(method: str, path: str) -> Operation | None:
    """Return the operation whose old path has the shape of `path`, the one with most literal parts, or None."""
    parts = path.split("/")
    fits = [
        item
        for item in operations()
        if item.method == method
        and len(item.path.split("/")) == len(parts)
        and all(old == part or "{" in old for old, part in zip(item.path.split("/"), parts, strict=True))
    ]
    return min(fits, key=lambda item: (item.path.count("{"), item.path)) if fits else None


def derive(member: str = "", target: str = sdk.LATEST) -> dict[str, Any]:
    """Return for each method of the sync v1 classes what was found, by `Class.method`, sorted; or for one of them."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder, Wire() as wire:
        for owner in CLASSES:
            for name, item in sdk.v1_classes()[owner].members.items():
                key = f"{owner}.{name}"
                if item.kind == "method" and not name.startswith("_") and member in ("", key):
                    found[key] = _derive(Call(owner, name, wire, Path(folder)), target)
    return dict(sorted(found.items()))


def derived_text(member: str = "", target: str = sdk.LATEST) -> str:
    """Return `derive` as YAML, byte for byte the same every time."""
    data = {"target": target, "members": derive(member, target)}
    return write(data, {"members": 2}, "Derived by `python -m streammigrate.surface derive`; not edited by hand.")


def _derive(call: Call, target: str) -> dict[str, Any]:
    base, trouble = call.request()
    if base is None:
        return {"request": trouble or "none"}
    places = {name: call.places(name) for name in call.varied}
    places = {name: landed for name, landed in places.items() if landed or not name.startswith("recv.")}
    found: dict[str, Any] = {"request": f"{base.method} {call.template(base)}"}
    operation = operation_of(base.method, base.path)
    if operation is None:
        return {**found, "operation": "unknown", "places": places}
    found["operation"] = operation.id
    methods = [
        method
        for owner in _OWNERS
        for method in sdk.v2_methods(owner, target).values()
        if _request(method) == (operation.new_method, _shape(operation.new_path))
    ]
    if not methods:
        return {**found, "v2": f"{operation.new_method} {operation.new_path} has no method", "places": places}
    wanted = _folded(operation.new_id)
    method = min(methods, key=lambda item: (_folded(item.name) != wanted, item.owner, item.name))
    found["v2"] = f"{method.owner}.{method.name}"
    others = sorted(f"{item.owner}.{item.name}" for item in methods if item is not method)
    if others:
        found["also"] = others
    if call.owner == "Channel":
        same = [item.name for item in sdk.v2_methods("channel", target).values() if _request(item) == _request(method)]
        found |= {"on_channel": f"channel.{same[0]}"} if same else {}
    return {**found, **meet(call, base, (operation.path, operation.new_path), method, places, target)}


def _request(method: sdk.Method) -> tuple[str, str]:
    return method.http, _shape(method.path)


def _folded(name: str) -> str:
    return name.replace("_", "").lower()


def _shape(path: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))
