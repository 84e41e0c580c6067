"""One way to look at a schema, whichever OpenAPI version wrote it.

`nullable: true` (3.0), `type: [x, "null"]` (3.1) and `anyOf: [x, {type: "null"}]` are the same view, and so are
`exclusiveMinimum: true` beside `minimum` (3.0) and a number (3.1), `const` and an `enum` of one value, and a reference
alone in an `allOf` and the plain reference. Inline `allOf` members are merged into their owner; a reference that has
rules beside it is such a member.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from streammigrate.spec import refs
from streammigrate.spec.model import Node

Resolve = Callable[[str], "Node | None"]
"""From a schema's name to the schema (None when it is missing)."""

UPPER_BOUNDS = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
LOWER_BOUNDS = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
CONSTRAINTS = (
    "pattern",
    "multipleOf",
    "uniqueItems",
    "not",
    "contains",
    "propertyNames",
    "patternProperties",
    "if",
    "then",
    "else",
    "dependentRequired",
    "dependentSchemas",
    "unevaluatedProperties",
    "unevaluatedItems",
    "contentEncoding",
    "contentMediaType",
)
_ANNOTATIONS = frozenset(
    {"description", "title", "example", "examples", "externalDocs", "xml", "$comment", "nullable", "deprecated"}
    | {"readOnly", "writeOnly", "default", "$schema", "$id", "$anchor"}
)
ABSENT: Any = type("Absent", (), {"__repr__": lambda self: "absent", "__slots__": ()})()
"""Stands for a keyword that is not there, where null would be a value."""
_BESIDE = _ANNOTATIONS | {"$ref"}
"""What may stand beside a reference and leaves it a reference."""

Place = tuple[str, ...]
"""Pointer tokens below a schema; a first token that starts with a slash is a whole pointer into the document."""


class View:
    """A schema's meaning for comparison. A property comes with its place.

    The defaults are shared by all views and never changed in place: thousands of views are made, most of them of a
    type and nothing else.
    """

    ref: str = ""
    types: frozenset[str] = frozenset()
    nullable: bool = False
    format: str = ""
    enum: list[Any] | None = None
    default: Any = ABSENT
    bounds: Mapping[str, Any] = MappingProxyType({})
    constraints: Mapping[str, Any] = MappingProxyType({})
    properties: Mapping[str, tuple[Place, Any]] = MappingProxyType({})
    required: frozenset[str] = frozenset()
    items: Any = ABSENT
    prefix_items: Sequence[Any] = ()
    extra: Any = ABSENT
    one_of: Sequence[Any] = ()
    any_of: Sequence[Any] = ()
    parts: frozenset[str] = frozenset()
    discriminator: Node | None = None
    read_only: bool = False
    write_only: bool = False
    deprecated: bool = False
    places: Mapping[str, Place] = MappingProxyType({})

    def place_of(self, key: str) -> Place:
        """Return where the schemas under a keyword such as `items` stand; that may be in a part of the schema."""
        return (*self.places.get(key, ()), key)


def view(node: Any, resolve: Resolve | None = None, seen: set[str] | None = None) -> View:
    """Return a schema's view. With `resolve`, references in `allOf` are merged in too (each once, noted in `seen`)."""
    found = View()
    if not isinstance(node, dict):
        if node is False:
            found.constraints = {"not": {}}
        return found
    ref = node.get("$ref")
    if isinstance(ref, str):
        if len(node) == 1 or all(key in _BESIDE or key.startswith("x-") for key in node):
            found.ref = refs.ref_name(ref)
            return _annotated(found, node)
        node = _with_part(node)
    if not _COMPOSITIONS.isdisjoint(node):
        lone = _lone_member(node)
        if lone is not None:
            place, member, nullable = lone
            found = view(member, resolve, seen)
            if found.properties:
                found.properties = {name: (below(place, at), value) for name, (at, value) in found.properties.items()}
            found.places = {key: below(place, found.places.get(key, ())) for key in _PARTS}
            found.nullable = found.nullable or nullable
            return _annotated(found, node)
    for key, value in node.items():
        reader = _READERS.get(key)
        if reader is not None:
            reader(found, value)
    if not found.types:
        found.types = _implied_types(node)
    if found.bounds:
        _unify_exclusive_bounds(found)
    members = node.get("allOf")
    if isinstance(members, list):
        _merge_members(found, members, resolve, set() if seen is None else seen)
    return found


def _with_part(node: Node) -> Node:
    """Return a schema whose reference stands beside rules of its own, which OpenAPI 3.1 allows, as one composed of it."""
    parts = node.get("allOf")
    rest = {key: value for key, value in node.items() if key != "$ref"}
    return {**rest, "allOf": [*(parts if isinstance(parts, list) else ()), {"$ref": node["$ref"]}]}


def resolved(node: Any, resolve: Resolve) -> View:
    """Return a schema's view behind all references, or that of the first reference that leads nowhere."""
    seen: set[str] = set()
    found = view(node, resolve)
    while found.ref and found.ref not in seen:
        target = resolve(found.ref)
        if target is None:
            break
        seen.add(found.ref)
        found = view(target, resolve)
    return found


_COMPOSITIONS = frozenset({"allOf", "anyOf", "oneOf"})
_PARTS = {
    "items": "items",
    "prefixItems": "prefix_items",
    "additionalProperties": "extra",
    "oneOf": "one_of",
    "anyOf": "any_of",
}
"""The keywords with schemas below them that have no name, and where a view keeps these."""


def _lone_member(node: Node) -> tuple[Place, Any, bool] | None:
    """Return the one schema that `allOf`/`anyOf`/`oneOf` stands for when it means nothing more; and if null may be."""
    for key in ("allOf", "anyOf", "oneOf"):
        members = node.get(key)
        if not isinstance(members, list):
            continue
        if any(other != key and other not in _ANNOTATIONS and not other.startswith("x-") for other in node):
            return None
        real = [index for index, member in enumerate(members) if not _is_null(member)]
        nullable = len(real) < len(members)
        if len(real) == 1 and not (key == "allOf" and nullable):
            return (key, str(real[0])), members[real[0]], nullable
        return None
    return None


def _is_null(member: Any) -> bool:
    return isinstance(member, dict) and member.get("type") in ("null", ["null"]) and "properties" not in member


def _annotated(found: View, node: Node) -> View:
    """Add to a view what stands beside a reference or a lone member."""
    for key in ("nullable", "readOnly", "writeOnly", "deprecated", "default"):
        if key in node:
            _READERS[key](found, node[key])
    return found


def _implied_types(node: Node) -> frozenset[str]:
    if "properties" in node or "additionalProperties" in node:
        return frozenset({"object"})
    if "items" in node or "prefixItems" in node:
        return frozenset({"array"})
    return frozenset()


def _read_type(found: View, value: Any) -> None:
    if isinstance(value, str):
        found.types = _one_type(value)
    elif isinstance(value, list):
        found.types = frozenset(map(str, value))
    if "null" in found.types:
        found.types -= {"null"}
        found.nullable = True


@lru_cache(maxsize=64)
def _one_type(name: str) -> frozenset[str]:
    return frozenset({name})


def _read_enum(found: View, value: Any) -> None:
    if isinstance(value, list):
        found.enum = [item for item in value if item is not None]
        found.nullable = found.nullable or len(found.enum) < len(value)


def _read_const(found: View, value: Any) -> None:
    if found.enum is None:
        _read_enum(found, [value])


def _read_properties(found: View, value: Any) -> None:
    if isinstance(value, dict):
        found.properties = {name: (("properties", name), child) for name, child in value.items()}


def _read_required(found: View, value: Any) -> None:
    if isinstance(value, list):
        found.required = frozenset(map(str, value))


def _read_one_of(found: View, value: Any) -> None:
    if isinstance(value, list):
        found.one_of = _without_null(found, value)


def _read_any_of(found: View, value: Any) -> None:
    if isinstance(value, list):
        found.any_of = _without_null(found, value)


def _without_null(found: View, members: list[Any]) -> list[Any]:
    real = [member for member in members if not _is_null(member)]
    found.nullable = found.nullable or len(real) < len(members)
    return real


def _setter(name: str, kind: type | None = None) -> Callable[[View, Any], None]:
    def read(found: View, value: Any) -> None:
        if kind is None or isinstance(value, kind):
            setattr(found, name, value)

    return read


def _flag(name: str) -> Callable[[View, Any], None]:
    def read(found: View, value: Any) -> None:
        if value is True:
            setattr(found, name, True)

    return read


def _entry(name: str, key: str) -> Callable[[View, Any], None]:
    nothing: Any = _MEANINGLESS.get(key, ABSENT)

    def read(found: View, value: Any) -> None:
        if value != nothing:
            setattr(found, name, {**getattr(found, name), key: value})

    return read


_MEANINGLESS = {"uniqueItems": False, "minLength": 0, "minItems": 0, "minProperties": 0}
"""The value of a rule that is the same as not having the rule."""


_READERS: dict[str, Callable[[View, Any], None]] = {
    "type": _read_type,
    "format": _setter("format", str),
    "enum": _read_enum,
    "const": _read_const,
    "properties": _read_properties,
    "required": _read_required,
    "items": _setter("items"),
    "prefixItems": _setter("prefix_items", list),
    "additionalProperties": _setter("extra"),
    "oneOf": _read_one_of,
    "anyOf": _read_any_of,
    "discriminator": _setter("discriminator", dict),
    "default": _setter("default"),
    "nullable": _flag("nullable"),
    "readOnly": _flag("read_only"),
    "writeOnly": _flag("write_only"),
    "deprecated": _flag("deprecated"),
    **{key: _entry("bounds", key) for key in UPPER_BOUNDS + LOWER_BOUNDS},
    **{key: _entry("constraints", key) for key in CONSTRAINTS},
}


def _unify_exclusive_bounds(found: View) -> None:
    """Turn `exclusiveMinimum: true` beside `minimum` (OpenAPI 3.0) into the number that 3.1 has."""
    for plain, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        flag = found.bounds.get(exclusive)
        if isinstance(flag, bool):
            bounds = {key: value for key, value in found.bounds.items() if key != exclusive}
            if flag and plain in bounds:
                bounds[exclusive] = bounds.pop(plain)
            found.bounds = bounds


def below(place: Place, at: Place) -> Place:
    """Return the place `at` below another place."""
    return at if at and at[0].startswith("/") else place + at


def _merge_members(found: View, members: list[Any], resolve: Resolve | None, seen: set[str]) -> None:
    parts = set()
    properties = dict(found.properties)
    for index, member in enumerate(members):
        part = view(member, resolve, seen)
        place: Place = ("allOf", str(index))
        while part.ref and resolve is not None and part.ref not in seen:
            seen.add(part.ref)
            place = (refs.pointer_of(part.ref),)
            part = view(resolve(part.ref), resolve, seen)
        if part.ref:
            if resolve is None:
                parts.add(part.ref)
            continue
        parts |= part.parts
        for name, (at, child) in part.properties.items():
            properties.setdefault(name, (below(place, at), child))
        found.required |= part.required
        found.types = found.types or part.types
        found.format = found.format or part.format
        found.nullable = found.nullable or part.nullable
        found.enum = part.enum if found.enum is None else found.enum
        found.bounds = {**part.bounds, **found.bounds}
        found.constraints = {**part.constraints, **found.constraints}
        for key, attribute in _PARTS.items():
            absent = getattr(View, attribute)
            if getattr(found, attribute) is absent and getattr(part, attribute) is not absent:
                setattr(found, attribute, getattr(part, attribute))
                found.places = {**found.places, key: below(place, part.places.get(key, ()))}
        found.discriminator = found.discriminator or part.discriminator
        found.default = part.default if found.default is ABSENT else found.default
        found.read_only = found.read_only or part.read_only
        found.write_only = found.write_only or part.write_only
        found.deprecated = found.deprecated or part.deprecated
    found.properties = properties
    found.parts = frozenset(parts)


def label(node: Any, depth: int = 2) -> str:
    """Return a schema's type in short: `string/date-time`, `array of Message`, `map of integer`, `Message`, `any`."""
    seen = view(node)
    if seen.ref:
        return seen.ref.rsplit("/", 1)[-1]
    if not seen.types:
        if seen.one_of or seen.any_of:
            return "one of several"
        return " and ".join(sorted(seen.parts)) or "any"
    names = []
    for name in sorted(seen.types):
        if name == "array":
            inner = label(seen.items, depth - 1) if depth and seen.items is not ABSENT else "any"
            names.append(f"array of {inner}")
        elif name == "object" and is_map(seen):
            inner = label(seen.extra, depth - 1) if depth and isinstance(seen.extra, dict) else "any"
            names.append(f"map of {inner}")
        else:
            names.append(f"{name}/{seen.format}" if seen.format else name)
    return " or ".join(names)


def is_map(seen: View) -> bool:
    """Whether a schema is a map: an object with values but no named properties."""
    return not seen.properties and seen.extra is not ABSENT and seen.extra is not False
