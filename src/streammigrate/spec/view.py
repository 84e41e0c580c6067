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
"""Pointer tokens below a schema; a first token that starts with a slash is a whole pointer into the document.

A first token of `_UP` and a number leads that many tokens up first.
"""
_UP = "\0"
_ORIGINS = "x-\0origins"
"""Where the members of an `allOf` stand that no document has: several schemas for one property, put together here."""


class View:
    """A schema's meaning for comparison. A property comes with its place.

    The defaults are shared by all views and never changed in place: thousands of views are made, most of them of a
    type and nothing else.
    """

    ref: str = ""
    types: frozenset[str] = frozenset()
    guessed: bool = False
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
        if found.enum is not None and not found.types:
            found.types, found.guessed = _types_of(found.enum), True
    if found.bounds:
        _unify_exclusive_bounds(found)
    if found.constraints and not found.format:
        _unify_content(found)
    members = node.get("allOf")
    if isinstance(members, list):
        _merge_members(found, members, node.get(_ORIGINS), resolve, set() if seen is None else seen)
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


_TYPE_NAMES = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}


def _types_of(values: list[Any]) -> frozenset[str]:
    """Return the types of listed values; where some are numbers, whole ones are numbers too."""
    found = frozenset(_TYPE_NAMES.get(type(value), "string") for value in values)
    return found - {"integer"} if "number" in found else found


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


def _unify_content(found: View) -> None:
    """Turn the content keywords of OpenAPI 3.1 into the formats that 3.0 has for binary and Base64 text."""
    for key, value, name in (
        ("contentEncoding", "base64", "byte"),
        ("contentMediaType", "application/octet-stream", "binary"),
    ):
        if found.constraints.get(key) == value and found.types == {"string"} and not found.format:
            found.constraints = {other: rule for other, rule in found.constraints.items() if other != key}
            found.format = name


def below(place: Place, at: Place) -> Place:
    """Return the place `at` below another place."""
    if at:
        first = at[0]
        if first.startswith("/"):
            return at
        if first.startswith(_UP):
            return below(place[: len(place) - int(first[1:])], at[1:])
    return place + at


def _both(place: Place, node: Any, other_place: Place, other: Any) -> tuple[Place, Any]:
    """Return one schema that two schemas of the same thing amount to, and its place."""
    if node == other or not isinstance(node, dict) or not isinstance(other, dict):
        return (other_place, other) if node is True or other is False else (place, node)
    base = other_place if place[0].startswith("/") else place
    up = f"{_UP}{len(base)}"
    origins = tuple(at if at[0].startswith("/") else (up, *at) for at in (place, other_place))
    return base, {"allOf": [node, other], _ORIGINS: origins}


def _common_types(left: frozenset[str], right: frozenset[str]) -> frozenset[str]:
    if left == right or not right:
        return left
    if not left:
        return right
    common = left & right
    if "integer" in left | right and "number" in left | right:
        common |= {"integer"}
    return common or left


def _common_values(left: list[Any] | None, right: list[Any] | None) -> list[Any] | None:
    """Return the values that both lists have; what stands closer to the owner counts when there are none."""
    if left is None or right is None:
        return right if left is None else left
    known = {repr(value) for value in right}
    return [value for value in left if repr(value) in known] or left


def _strictest(left: Mapping[str, Any], right: Mapping[str, Any]) -> Mapping[str, Any]:
    if not left or not right:
        return left or right
    found = {**right, **left}
    for key in left.keys() & right.keys():
        pair = left[key], right[key]
        if all(isinstance(value, (int, float)) for value in pair):
            found[key] = min(pair) if key in UPPER_BOUNDS else max(pair)
    return found


def _all_rules(left: Mapping[str, Any], right: Mapping[str, Any]) -> Mapping[str, Any]:
    if not left or not right:
        return left or right
    found = {**right, **left}
    for key in left.keys() & right.keys():
        if left[key] != right[key]:
            rules = [rule for side in (left, right) for rule in (side[key] if type(side[key]) is list else [side[key]])]
            found[key] = sorted(rules, key=repr)
    return found


def _merge_members(
    found: View, members: list[Any], origins: Sequence[Place] | None, resolve: Resolve | None, seen: set[str]
) -> None:
    parts = set()
    properties = dict(found.properties)
    for index, member in enumerate(members):
        part = view(member, resolve, seen)
        place: Place = origins[index] if origins else ("allOf", str(index))
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
            if name in properties:
                properties[name] = _both(*properties[name], below(place, at), child)
            else:
                properties[name] = below(place, at), child
        found.required |= part.required
        if found.guessed and part.types and not part.guessed:
            found.types, found.guessed = part.types, False
        elif not part.guessed or found.guessed or not found.types:
            found.types, found.guessed = _common_types(found.types, part.types), part.guessed or found.guessed
        found.format = found.format or part.format
        found.nullable = found.nullable or part.nullable
        found.enum = _common_values(found.enum, part.enum)
        found.bounds = _strictest(found.bounds, part.bounds)
        found.constraints = _all_rules(found.constraints, part.constraints)
        for key, attribute in _PARTS.items():
            absent = getattr(View, attribute)
            theirs, own = getattr(part, attribute), getattr(found, attribute)
            if theirs is absent:
                continue
            at = below(place, part.place_of(key))
            if own is not absent:
                if attribute not in ("items", "extra"):
                    continue
                at, theirs = _both(found.place_of(key), own, at, theirs)
            setattr(found, attribute, theirs)
            found.places = {**found.places, key: at[:-1]}
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
