"""References: their names, their targets, and which schemas a schema refers to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from streammigrate.spec.model import Node

COMPONENT_PREFIX = "#/components/schemas/"

SCHEMA_MAPS = ("properties", "patternProperties", "dependentSchemas", "$defs", "definitions")
SCHEMA_LISTS = ("allOf", "oneOf", "anyOf", "prefixItems")
SCHEMA_SINGLES = (
    "items",
    "additionalProperties",
    "not",
    "if",
    "then",
    "else",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
)
_MAPS, _LISTS, _SINGLES = frozenset(SCHEMA_MAPS), frozenset(SCHEMA_LISTS), frozenset(SCHEMA_SINGLES)


def escape(token: str) -> str:
    """Return a token as it stands in a JSON pointer (RFC 6901)."""
    if "/" in token or "~" in token:
        return token.replace("~", "~0").replace("/", "~1")
    return token


def unescape(token: str) -> str:
    """Return the key that a JSON pointer token names; percent escapes of URI fragments are undone."""
    if "%" in token:
        from urllib.parse import unquote

        token = unquote(token)
    return token.replace("~1", "/").replace("~0", "~")


def join(pointer: str, *tokens: str) -> str:
    """Return the pointer of a part below `pointer`."""
    for token in tokens:
        pointer += "/" + escape(token)
    return pointer


def ref_name(ref: str) -> str:
    """Return a component schema's name, or for a reference to any other place the reference itself."""
    if ref.startswith(COMPONENT_PREFIX):
        rest = ref[len(COMPONENT_PREFIX) :]
        if "/" not in rest:
            return unescape(rest) if "~" in rest or "%" in rest else rest
    return ref


def pointer_of(name: str) -> str:
    """Return the JSON pointer to what a name stands for, a component's name or a reference as `ref_name` gives it."""
    if not name.startswith("#"):
        return join(COMPONENT_PREFIX[1:-1], name)
    if "%" not in name:
        return name[1:]
    return join("", *map(unescape, name[1:].split("/")[1:]))


def mapping_target(value: str) -> str:
    """Return the schema name a discriminator mapping value means: a reference, or a bare component name."""
    return ref_name(value) if "/" in value or value.startswith("#") else value


def lookup(document: Any, ref: str) -> Any:
    """Return what a local reference (`#/a/b`, or `#name` for an `$anchor`) points to, or None."""
    if not ref.startswith("#"):
        return None
    if ref[1:2] not in ("", "/"):
        found = find_anchor(document, unescape(ref[1:]))
        return None if found is None else found[0]
    node = document
    for token in ref[1:].split("/")[1:]:
        key = unescape(token)
        if isinstance(node, dict) and key in node:
            node = node[key]
        elif isinstance(node, list) and key.isdigit() and int(key) < len(node):
            node = node[int(key)]
        else:
            return None
    return node


def find_anchor(document: Any, name: str) -> tuple[Node, str] | None:
    """Return the schema that carries a name as its `$anchor`, and its pointer; None when there is none.

    Looked through are the components and, where the document itself is a schema, the document.
    """
    schemas = lookup(document, COMPONENT_PREFIX[:-1])
    named = schemas.items() if isinstance(schemas, dict) else ()
    pending = [(document, ""), *((node, pointer_of(key)) for key, node in named)]
    while pending:
        node, pointer = pending.pop()
        if isinstance(node, dict):
            if node.get("$anchor") == name:
                return node, pointer
            pending += [(child, join(pointer, *tokens)) for tokens, child in subschemas(node)]
    return None


def subschemas(node: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield the schemas directly inside a schema, each with its pointer tokens. Values may be malformed."""
    for key, value in node.items():
        if key in _MAPS:
            if isinstance(value, dict):
                for name, child in value.items():
                    yield (key, name), child
        elif key in _LISTS:
            if isinstance(value, list):
                for index, child in enumerate(value):
                    yield (key, str(index)), child
        elif key in _SINGLES and not isinstance(value, bool):
            yield (key,), value


class Survey:
    """What one walk through a schema shows, at any depth."""

    __slots__ = ("names", "sound", "times")

    def __init__(self) -> None:
        self.names: set[str] = set()
        """The names it refers to."""
        self.times: list[Node] = []
        """Its subschemas with the format `date-time`."""
        self.sound = True
        """False when some part has the wrong shape; `spec.load` then looks for the place."""

    def walk(self, node: Any) -> None:
        """Take in a schema and all that stands in it."""
        if not isinstance(node, dict):
            self.sound = self.sound and isinstance(node, bool)
            return
        for key, value in node.items():
            if key == "$ref":
                if isinstance(value, str):
                    self.names.add(ref_name(value))
                else:
                    self.sound = False
            elif key in _MAPS:
                if isinstance(value, dict):
                    for child in value.values():
                        self.walk(child)
                else:
                    self.sound = False
            elif key in _LISTS:
                if isinstance(value, list):
                    for child in value:
                        self.walk(child)
                else:
                    self.sound = False
            elif key in _SINGLES:
                self.walk(value)
            elif value == "date-time" and key == "format":
                self.times.append(node)
            elif key == "discriminator" and isinstance(value, dict):
                mapping = value.get("mapping")
                if isinstance(mapping, dict):
                    self.names.update(mapping_target(target) for target in mapping.values() if isinstance(target, str))


def survey(node: Any) -> Survey:
    """Return what one walk through a schema shows."""
    found = Survey()
    found.walk(node)
    return found
