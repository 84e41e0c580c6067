"""Where two requests meet: the places of a v1 call's arguments against the places of a v2 method's parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from streammigrate.rules import sdk
from streammigrate.surface.sentinels import Call, general
from streammigrate.surface.wire import Request, key_paths

Places = Mapping[str, list[str]]


def meet(
    call: Call, base: Request, paths: tuple[str, str], method: sdk.Method, places: Places, target: str
) -> dict[str, Any]:
    """Return what is known of one v1 call and the v2 method of the same operation; empty parts are left out.

    `paths` are the operation's old and new path, `places` says where each v1 argument lands.

    - `derived`: arguments that land where a v2 parameter lands
    - `moved`: v2 has a parameter of the same key that lands elsewhere
    - `decide`: nothing of v2 lands there
    - `default_sent`: what v1 sends of its own when an argument is not given
    - `constants`, `sent_unasked`: what v1 always sends, for which v2 has a parameter or has none
    - `required_left`, `v2_only`: parameters of v2 that nothing lands in
    """
    targets = dict(_targets(paths, method))
    met: dict[str, dict[str, str]] = {"derived": {}, "moved": {}, "decide": {}}
    for name, landed in places.items():
        if not landed:
            met["decide"][name] = "changes nothing in the request"
        for place in _named(landed, paths[0]):
            part, text = _one(place, targets, method, target)
            met[part][name if len(landed) == 1 else f"{name} ({place})"] = text
    sent = {general(place): call.shown(value) for place, value in key_paths(base)}
    defaults = {
        name: sent[_list_of(place)]
        for name, landed in places.items()
        for place in landed
        if _list_of(place) in sent and name in call.optional
    }
    constants: dict[str, Any] = {}
    unasked: dict[str, Any] = {}
    for place, value in _unasked(sent, places):
        found = _target(place, targets, target)
        (unasked if found is None else constants)[found or place] = value
    used = {_head(text) for part in ("derived", "moved") for text in met[part].values()} | set(map(_head, constants))
    left = [parameter for parameter in method.parameters.values() if parameter.name not in used]
    result: dict[str, Any] = {
        **met,
        "default_sent": defaults,
        "constants": constants,
        "sent_unasked": unasked,
        "required_left": [parameter.name for parameter in left if parameter.default is None],
        "v2_only": [parameter.name for parameter in left if parameter.default is not None],
    }
    return {key: value for key, value in result.items() if value}


def _one(place: str, targets: Mapping[str, sdk.Parameter], method: sdk.Method, target: str) -> tuple[str, str]:
    """Return under which part of the result an argument's place belongs, and what is said of it."""
    found = _target(place, targets, target)
    if found is not None:
        return "derived", found
    parameter = method.parameters.get(_head(place.rpartition(":")[2]))
    if parameter is not None:
        return "moved", f"{parameter.name} ({place} becomes {parameter.place})"
    return "decide", place


def _unasked(sent: Mapping[str, Any], places: Places) -> Iterator[tuple[str, Any]]:
    """Yield what a request holds besides its arguments."""
    given = [place for landed in places.values() for place in landed if not place.endswith(":*")]
    for place, value in sent.items():
        if not place.endswith("*") and not any(_within(place, whole) for whole in given):
            yield place, value


def _head(target: str) -> str:
    """Return the parameter that a target or a key path begins with."""
    return re.split(r"[.\[ ]", target)[0]


def _within(place: str, whole: str) -> bool:
    prefix = whole.removesuffix("*").rstrip(".")
    return place in (prefix, _list_of(prefix)) or place.startswith(f"{prefix}.")


def _list_of(place: str) -> str:
    """Return the place of the list that an item's place is in, the place itself where it is in none."""
    return place.partition("[]")[0]


def _named(landed: list[str], old_path: str) -> Iterator[str]:
    """Yield places with positions in the path replaced by the name that the operation gives them."""
    for place in landed:
        if place.startswith("path:"):
            yield f"path:{old_path.split('/')[int(place.removeprefix('path:'))].strip('{}')}"
        else:
            yield place


def _targets(paths: tuple[str, str], method: sdk.Method) -> Iterator[tuple[str, sdk.Parameter]]:
    """Yield the places of v2's parameters, those of the path named as the operation's old path names them."""
    old = dict(zip(_placeholders(paths[1]), _placeholders(paths[0]), strict=False))
    new = dict(zip(_placeholders(method.path), _placeholders(paths[1]), strict=False))
    for parameter in method.parameters.values():
        container, _, key = parameter.place.partition(":")
        if container == "path":
            yield f"path:{old.get(new.get(key, key), key)}", parameter
        elif parameter.place:
            yield parameter.place, parameter


def _placeholders(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def _target(place: str, targets: Mapping[str, sdk.Parameter], target: str) -> str | None:
    """Return the v2 parameter (and the fields below it) that lands in a place of the v1 request, or None.

    `[]` is any item of a list, `['k']` the key of a mapping that has no model.
    """
    container, _, path = place.partition(":")
    head, *keys = path.replace("[]", ".[]").split(".")
    if container == "payload" and "payload" in targets:
        parameter, keys = targets["payload"], [head, *keys]
    elif head == "*":
        return f"* ({container} parameters by name)"
    elif f"{container}:{head}" in targets:
        parameter = targets[f"{container}:{head}"]
    else:
        return None
    return _walk(parameter.name, sdk.parse_type(parameter.type), keys, target)


def _walk(name: str, kind: sdk.Type, keys: list[str], target: str) -> str | None:
    if not keys:
        return f"{name} as {kind.name}" if kind.kind == "model" else name
    if kind.kind == "list" and keys[0] == "[]":
        return _walk(f"{name}[]", kind.items[0], keys[1:], target)
    if kind.kind == "map" and keys[0] != "*":
        return _walk(f"{name}['{keys[0]}']", kind.items[0], keys[1:], target)
    if kind.kind in ("map", "any"):
        return name
    model = sdk.model(kind.name, target) if kind.kind == "model" else None
    if model is None:
        return None
    if keys[0] == "*":
        return f"{name} as {kind.name}"
    field = next((field for field in model.fields.values() if field.wire == keys[0]), None)
    return None if field is None else _walk(f"{name}.{field.name}", field.type, keys[1:], target)
