"""What is known of webhook events: which API sends which, and what stands where in their payloads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from streammigrate import rules
from streammigrate.rules import sdk


@cache
def _data() -> Mapping[str, Any]:
    data: Mapping[str, Any] = rules.load("events")
    return data


@cache
def types(*sides: str) -> frozenset[str]:
    """Return the event types that are listed under some of `both`, `v1` (v1 alone) and `v2` (v2 alone)."""
    return frozenset(type for side in sides for type in _data()[side]) - {"*"}


@cache
def known() -> frozenset[str]:
    """Return the event types of both APIs."""
    return types("both", "v1", "v2")


@cache
def families() -> frozenset[str]:
    """Return what the types of both APIs begin with (`message`, `channel`)."""
    return frozenset(type.partition(".")[0] for type in known())


_COMMON_FAMILIES = frozenset("member moderation campaign export appeal user_group flag".split())
_COMMON = frozenset(f"user.{name}" for name in "updated deleted deactivated reactivated".split())


def is_stream_only(type: str) -> bool:
    """Return whether a type says by itself whose it is; `user.updated` is sent by many products."""
    return type in known() and type not in _COMMON and type.partition(".")[0] not in _COMMON_FAMILIES


def found_at(path: tuple[str, ...]) -> tuple[sdk.Type, ...]:
    """Return the types that the place at a path can have in the payloads of v2, over all events; empty where unknown.

    The steps are keys; `[]` is an item of a list.
    """
    found: list[sdk.Type] = []
    for payload in _data()["payloads"].values():
        if path and path[0] in payload:
            first = sdk.parse_type(payload[path[0]])
            found += (type for type in _below(first, path[1:]) if type not in found)
    return tuple(found)


def _below(type: sdk.Type, path: tuple[str, ...]) -> Iterator[sdk.Type]:
    if not path:
        yield type
    elif type.kind == "list" and path[0] == "[]":
        yield from _below(type.items[0], path[1:])
    elif type.kind == "model":
        inner = (fields_of(type.name) or {}).get(path[0])
        if inner is not None:
            yield from _below(inner, path[1:])


@cache
def fields_of(name: str) -> Mapping[str, sdk.Type] | None:
    """Return the fields of a schema of v2 by their keys; None where it is not known."""
    own = _data()["schemas"].get(name)
    if own is not None:
        return {key: sdk.parse_type(text) for key, text in own.items()}
    model = sdk.model(name)
    return None if model is None else {field.wire: field.type for field in model.fields.values()}


def keys_at(path: tuple[str, ...]) -> frozenset[str] | None:
    """Return the keys that the object at a path can have, over all events; None where that is not known for each."""
    found: set[str] = set()
    types = found_at(path)
    for type in types:
        fields = fields_of(type.name) if type.kind == "model" else None
        if fields is None:
            return None
        found |= fields.keys()
    return frozenset(found) if types else None


def is_time(path: tuple[str, ...]) -> bool:
    """Return whether the place at a path is a time in every payload that has it: text in v1, a number in v2."""
    found = found_at(path)
    return bool(found) and all(type.kind == "time" for type in found)
