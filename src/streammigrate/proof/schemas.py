"""The operations of both APIs and getstream's models, as the comparison and the generated answers need them.

Everything here is read from the data in `rules/`: the migration map, getstream's methods and its models.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple
from urllib.parse import unquote

from streammigrate import rules
from streammigrate.rules import sdk
from streammigrate.rules.sdk import Field, Method, Type


class Operation(NamedTuple):
    """One operation of v2 and the v1 operation that it replaces."""

    id: str
    method: str
    path: str
    old_method: str
    """Empty for an operation that v1 does not have, as is `old_path`."""
    old_path: str
    body: Mapping[str, Type]
    """The keys of the JSON body."""
    query: Mapping[str, Type]
    response: Type
    """A model, or `object` where nothing is known of it."""


ANY = Type("any", "")


@cache
def target() -> str:
    """Return the version of getstream to read the data for: the installed one, else the newest that rules know."""
    try:
        return ".".join(version("getstream").split(".")[:2])
    except PackageNotFoundError:
        return sdk.LATEST


def fields_of(kind: Type) -> Mapping[str, Field] | None:
    """Return the fields of a model's type by their names on the wire, or None for a type that is no model."""
    return _fields(kind.name) if kind.kind == "model" else None


@cache
def types_of(kind: Type) -> Mapping[str, Type] | None:
    """Return the types of a model's fields by their names on the wire, or None for a type that is no model."""
    fields = fields_of(kind)
    return None if fields is None else {key: field.type for key, field in fields.items()}


@cache
def _fields(name: str) -> dict[str, Field] | None:
    found = sdk.model(name, target())
    return None if found is None else {field.wire: field for field in found.fields.values()}


@cache
def operations() -> dict[str, Operation]:
    """Return the operations of v2 by id; those of v1 hang on the ones that replace them."""
    methods: dict[tuple[str, str], list[Method]] = {}
    for owner in ("client", "chat", "channel", "moderation"):
        for method in sdk.v2_methods(owner, target()).values():
            methods.setdefault((method.http, _template(method.path)), []).append(method)
    mapped = rules.load("operations")
    pairs = [(entry["old"], entry["new"]) for entry in mapped["operations"] if entry.get("new")]
    pairs += [({"method": "", "path": ""}, new) for new in mapped["added"]]
    found = {}
    for old, new in pairs:
        callers = methods.get((new["method"], _template(new["path"])), [])
        response = next((caller.response for caller in callers if caller.response), new.get("response", "object"))
        body = {key: field.type for key, field in (_fields(new.get("body", "")) or {}).items()}
        body.update(_places(callers, "body"))
        query = _places(callers, "query")
        found[new["id"]] = Operation(
            new["id"], new["method"], new["path"], old["method"], old["path"], body, query, sdk.parse_type(response)
        )
    return found


def _places(callers: list[Method], place: str) -> dict[str, Type]:
    found: dict[str, Type] = {}
    parameters = [parameter for caller in callers for parameter in caller.parameters.values()]
    # A helper such as `upsert_users` puts its parameters inside the key; the plain method's parameter has its name.
    parameters.sort(key=lambda item: item.kind != "positional" or item.name != item.place.partition(":")[2].lower())
    for parameter in parameters:
        where, _, key = ("query:payload" if parameter.place == "payload" else parameter.place).partition(":")
        if where == place:
            found.setdefault(key, sdk.parse_type(parameter.type))
    return found


def _template(path: str) -> str:
    # The map and getstream may name a path's parameters differently.
    return re.sub(r"\{[^}]*\}", "{}", path)


class Located(NamedTuple):
    """An operation with the values of its path's parameters, decoded once."""

    operation: Operation
    values: dict[str, str]


def locate(api: str, method: str, path: str) -> Located | None:
    """Return the operation that a request of v1 or v2 is, or None when the API has none.

    Of several templates that fit the one with literal segments first wins, as routers have it.
    """
    segments = path.split("/")
    best: tuple[tuple[bool, ...], Operation, list[str]] | None = None
    for operation, template in _routes(api).get((method, len(segments)), ()):
        fits = all(part.startswith("{") or part == segment for part, segment in zip(template, segments, strict=True))
        rank = tuple(part.startswith("{") for part in template)
        if fits and (best is None or rank < best[0]):
            best = (rank, operation, template)
    if best is None:
        return None
    names = re.findall(r"\{([^}]*)\}", best[1].path)
    found = [unquote(segment) for part, segment in zip(best[2], segments, strict=True) if part.startswith("{")]
    # v1's SDK puts the member's user into the path, the map's v1 path has it in the query.
    names += ["user_id"] * (len(found) - len(names))
    return Located(best[1], dict(zip(names, found, strict=True)))


MEMBER_PATH = "/channels/{type}/{id}/member/{user_id}"
"""What stream-chat uses for `UpdateMemberPartial`; no description of v1 has it."""


@cache
def _routes(api: str) -> dict[tuple[str, int], list[tuple[Operation, list[str]]]]:
    found: dict[tuple[str, int], list[tuple[Operation, list[str]]]] = {}
    for operation in operations().values():
        method, path = (operation.method, operation.path) if api == "v2" else (operation.old_method, operation.old_path)
        paths = [path] if path else []
        if api == "v1" and operation.id == "UpdateMemberPartial":
            paths.append(MEMBER_PATH)
        for template in (path.split("/") for path in paths):
            found.setdefault((method, len(template)), []).append((operation, template))
    return found
