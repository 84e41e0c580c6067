"""JSON held against the models of getstream: keys that a model does not name, and fields that it requires."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from streammigrate.checks.settings import Part
from streammigrate.findings import Location
from streammigrate.rules import sdk

APP = "AppResponseFields"
VERSION = sdk.LATEST


class Place(NamedTuple):
    """A key below a model: its readable path (`channel_configs.*.name`) and the first place it stands at."""

    path: str
    at: Location


def unknown(part: Part, model: str) -> list[Place]:
    """Return the keys that no model names, each path once, sorted."""
    return _once(_walk(part, model, "", extra=True))


def missing(part: Part, model: str) -> list[Place]:
    """Return the fields that a model requires and the JSON lacks, each path once, sorted."""
    return _once(_walk(part, model, "", extra=False))


def _once(places: Iterator[Place]) -> list[Place]:
    found: dict[str, Place] = {}
    for place in places:
        found.setdefault(place.path, place)
    return sorted(found.values())


def _walk(part: Part, name: str, path: str, *, extra: bool) -> Iterator[Place]:
    fields = _fields(name)
    if fields is None:
        return
    keys = sorted(part.node.keys() - fields.keys()) if extra else _lacking(part, fields)
    for key in keys:
        yield Place(_below(path, key), part.child(key) if extra else part.at)
    for key in sorted(part.node.keys() & fields.keys()):
        at = Part(part.child(key), {})
        yield from _into(part.node[key], fields[key].type, _below(path, key), at, extra=extra)


def _into(value: Any, type: sdk.Type, path: str, at: Part, *, extra: bool) -> Iterator[Place]:
    if type.kind == "model" and isinstance(value, dict):
        yield from _walk(Part(at.at, value), type.name, path, extra=extra)
    elif type.kind == "map" and isinstance(value, dict):
        for key, item in sorted(value.items()):
            yield from _into(item, type.items[0], f"{path}.*", Part(at.child(key), {}), extra=extra)
    elif type.kind == "list" and isinstance(value, list):
        for index, item in enumerate(value):
            yield from _into(item, type.items[0], f"{path}[]", Part(at.child(str(index)), {}), extra=extra)


def _lacking(part: Part, fields: dict[str, sdk.Field]) -> list[str]:
    return sorted(key for key, field in fields.items() if field.required and key not in part.node)


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


@cache
def _fields(name: str) -> dict[str, sdk.Field] | None:
    found = sdk.model(name)
    return None if found is None else {field.wire: field for field in found.fields.values()}
