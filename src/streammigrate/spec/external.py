"""References to other documents: finding them, and pulling what they name into the one document that is compared."""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Any

from streammigrate.errors import InputError
from streammigrate.findings import Finding, Location
from streammigrate.spec import problems, refs

MAX_DOCUMENTS = 100
_MAX_INLINED = 10_000
_MAX_LEVELS = 100
"""Levels above a part that is put in place of its reference; its own (`parse.MAX_DEPTH`) come on top, on one stack."""

Key = tuple[str, str]
"""A part of a document: the document's location ("" is the root) and the fragment, a JSON pointer."""

_ROOT = ""
_LITERAL = frozenset(("example", "examples", "default", "enum", "const"))
_SCHEMA_MAPS = frozenset(refs.SCHEMA_MAPS)
_OTHER_MAPS = frozenset(
    (
        *(
            "paths",
            "webhooks",
            "pathItems",
            "callbacks",
            "parameters",
            "requestBodies",
            "responses",
            "headers",
            "links",
        ),
        *("content", "encoding", "securitySchemes", "servers", "channels", "operations", "messages", "variables"),
    )
)
_WEB = ("http://", "https://")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")


class Place:
    """What stands at a point of a document: a schema or another part, or a map from names to such parts."""

    __slots__ = ("is_map", "is_schema")

    def __init__(self, *, is_schema: bool, is_map: bool) -> None:
        self.is_schema = is_schema
        self.is_map = is_map

    def below(self, key: str) -> Place | None:
        """Return the place of a mapping's value, or None for data, in which `$ref` has no meaning."""
        if self.is_map:
            return _SCHEMA if self.is_schema else _OTHER
        if key in _LITERAL or key.startswith("x-"):
            return None
        if self.is_schema:
            return _SCHEMA_MAP if key in _SCHEMA_MAPS else _SCHEMA
        if key == "schema" or key == "payload":
            return _SCHEMA
        if key == "schemas":
            return _SCHEMA_MAP
        return _OTHER_MAP if key in _OTHER_MAPS else _OTHER

    def item(self) -> Place:
        """Return the place of a list's items."""
        return _SCHEMA if self.is_schema else _OTHER


_SCHEMA = Place(is_schema=True, is_map=False)
_SCHEMA_MAP = Place(is_schema=True, is_map=True)
_OTHER = Place(is_schema=False, is_map=False)
_OTHER_MAP = Place(is_schema=False, is_map=True)


def external_refs(tree: Any) -> list[tuple[str, str]]:
    """Return the references that leave the document, each with the pointer of the mapping it stands in, sorted."""
    if not _may_leave(tree):
        return []
    found: list[tuple[str, str]] = []
    waiting: list[tuple[Any, str, Place]] = [(tree, "", _OTHER)]
    while waiting:
        node, pointer, place = waiting.pop()
        if isinstance(node, dict):
            ref = node.get("$ref")
            if isinstance(ref, str) and not ref.startswith("#"):
                found.append((pointer, ref))
            for key, value in node.items():
                if isinstance(value, (dict, list)) and (under := place.below(key)) is not None:
                    waiting.append((value, refs.join(pointer, key), under))
        elif isinstance(node, list):
            waiting.extend((item, f"{pointer}/{index}", place.item()) for index, item in enumerate(node))
    return sorted(found)


def _may_leave(tree: Any) -> bool:
    """Tell, in a few milliseconds per megabyte, whether there is any `$ref` to elsewhere."""
    below = [tree]
    while below:
        dicts = [value for value in below if type(value) is dict]
        for node in dicts:
            if "$ref" in node and isinstance(node["$ref"], str) and not node["$ref"].startswith("#"):
                return True
        lists = (value for value in below if type(value) is list)
        below = [*chain.from_iterable(map(dict.values, dicts)), *chain.from_iterable(lists)]
        below = [value for value in below if type(value) is dict or type(value) is list]
    return False


def bundle(tree: Any, base: str, *, fetch_document: Callable[[str], Any], label: str = "") -> tuple[Any, list[Finding]]:
    """Return a tree that holds what its references to other documents name, and a finding for each that failed.

    Schemas become components (`<Name>__2` where another schema has the name), other parts are put in place of their
    references. A reference that failed stays as it is. `base` is `Fetched.base` of the root and `label` its label;
    `fetch_document` returns the tree of a location, or raises InputError.
    """
    if not isinstance(tree, dict) or not _may_leave(tree):
        return tree, []
    made = _Bundle(tree, base, fetch_document, label)
    return made.run(), made.findings()


class _UnresolvedError(Exception):
    pass


class _Bundle:
    def __init__(self, tree: dict[str, Any], base: str, fetch_document: Callable[[str], Any], label: str) -> None:
        self.fetch_document = fetch_document
        self.label = label
        self.documents: dict[str, Any] = {_ROOT: tree}
        self.bases: dict[str, str] = {_ROOT: base}
        self.outcomes: dict[str, str | _UnresolvedError] = {}
        """The document that a location gave (two may give the root), or why it gave none."""
        components = tree.get("components")
        schemas = components.get("schemas") if isinstance(components, dict) else None
        self.own_schemas: dict[str, Any] = schemas if isinstance(schemas, dict) else {}
        self.names: dict[Key, str] = {}
        self.holders: dict[str, Key] = {}
        self.waiting: list[Key] = []
        self.inlining: list[Key] = []
        self.inlined = 0
        self.levels = 0
        self.failures: dict[tuple[str, str], str] = {}

    def run(self) -> dict[str, Any]:
        """Return the new root."""
        for name in sorted(self.own_schemas):
            self.adopt(name)
        root: dict[str, Any] = self.rewrite(self.documents[_ROOT], _ROOT, _OTHER, "")
        pulled: dict[str, Any] = {}
        while self.waiting:
            location, fragment = key = self.waiting.pop()
            pulled[self.names[key]] = self.rewrite(self.part(key), location, _SCHEMA, fragment)
        if pulled:
            components = root.get("components")
            components = root["components"] = components if isinstance(components, dict) else {}
            schemas = components.get("schemas")
            schemas = components["schemas"] = schemas if isinstance(schemas, dict) else {}
            schemas.update({name: pulled[name] for name in sorted(pulled)})
        return root

    def findings(self) -> list[Finding]:
        """Return a finding for each reference that failed, in order."""
        return [
            problems.DANGLING_REF.finding(Location(source or self.label, pointer), message)
            for (source, pointer), message in sorted(self.failures.items())
        ]

    def adopt(self, name: str) -> None:
        """Let a component that is only a reference to elsewhere become what it refers to."""
        node = self.own_schemas[name]
        if not isinstance(node, dict) or len(node) != 1 or not isinstance(node.get("$ref"), str):
            return
        try:
            key = self.resolve(node["$ref"], _ROOT)
            self.part(key)
        except _UnresolvedError:
            return  # reported where the reference is rewritten
        if key[0] != _ROOT and key not in self.names:
            self.names[key] = name
            self.holders[name] = key
            self.waiting.append(key)

    def rewrite(self, node: Any, location: str, place: Place, pointer: str) -> Any:
        """Return a copy of a part of a document in which every reference is one within the root."""
        self.levels += 1
        try:
            if isinstance(node, list):
                item = place.item()
                return [self.rewrite(value, location, item, f"{pointer}/{n}") for n, value in enumerate(node)]
            if not isinstance(node, dict):
                return node
            ref = node.get("$ref")
            if isinstance(ref, str):
                return self.rewrite_reference(node, ref, location, place, pointer)
            return self.rewrite_mapping(node, location, place, pointer)
        finally:
            self.levels -= 1

    def rewrite_mapping(self, node: dict[str, Any], location: str, place: Place, pointer: str) -> dict[str, Any]:
        made = dict(node)
        for key in sorted(node):  # names are given in this order, whatever the order in the file
            under = place.below(key)
            if under is None:
                continue
            made[key] = self.rewrite(node[key], location, under, refs.join(pointer, key))
            if key == "discriminator" and place is _SCHEMA and isinstance(made[key], dict):
                mapping = made[key].get("mapping")
                if isinstance(mapping, dict):
                    at = refs.join(pointer, key, "mapping")
                    made[key]["mapping"] = {
                        value: self.rewrite_target(target, location, refs.join(at, value))
                        for value, target in mapping.items()
                    }
        return made

    def rewrite_target(self, target: Any, location: str, pointer: str) -> Any:
        """Return a discriminator's target, which is a reference or the bare name of a component."""
        if not isinstance(target, str):
            return target
        ref = target
        if "/" not in target and "#" not in target and not target.endswith((".yaml", ".yml", ".json")):
            ref = refs.COMPONENT_PREFIX + refs.escape(target)
            if location == _ROOT or refs.lookup(self.documents[location], ref) is None:
                return target
        if location == _ROOT and ref.startswith("#"):
            return target
        try:
            return self.local_schema(self.resolve(ref, location))
        except _UnresolvedError as exc:
            self.fail(location, pointer, ref, exc)
            return target

    def rewrite_reference(
        self, node: dict[str, Any], ref: str, location: str, place: Place, pointer: str
    ) -> dict[str, Any]:
        siblings = self.rewrite_mapping(
            {key: value for key, value in node.items() if key != "$ref"}, location, place, pointer
        )
        if location == _ROOT and ref.startswith("#"):
            return {"$ref": ref, **siblings}
        try:
            key = self.resolve(ref, location)
            if key[0] == _ROOT or place is _SCHEMA:
                return {"$ref": self.local_schema(key), **siblings}
            return {**self.inline(key, place), **siblings}
        except _UnresolvedError as exc:
            self.fail(location, pointer, ref, exc)
            return {"$ref": ref, **siblings}

    def fail(self, location: str, pointer: str, ref: str, reason: _UnresolvedError) -> None:
        self.failures[location, pointer] = f"$ref to {ref!r}: {reason}"

    def local_schema(self, key: Key) -> str:
        """Return the reference within the root to a part of any document. Raises _UnresolvedError."""
        part = self.part(key)
        if key[0] == _ROOT:
            return f"#{key[1]}"
        if not isinstance(part, (dict, bool)):
            raise _UnresolvedError("it is not a schema")
        if key not in self.names:
            self.name(key)
        return refs.COMPONENT_PREFIX + refs.escape(self.names[key])

    def name(self, key: Key) -> None:
        """Give a schema a name, or that of an equal schema, and see that it is pulled in."""
        location, fragment = key
        last = refs.unescape(fragment.rpartition("/")[2])
        stem = last or posixpath.splitext(re.split(r"[\\/]", location)[-1].partition("?")[0])[0]
        stem = re.sub(r"[^A-Za-z0-9._-]", "_", stem) or "Schema"
        name, count = stem, 1
        while holder := self.holders.get(name) or (self.own(name) if name in self.own_schemas else None):
            if self.are_same(key, holder):
                self.names[key] = name
                return
            count += 1
            name = f"{stem}__{count}"
        self.names[key] = name
        self.holders[name] = key
        self.waiting.append(key)

    def own(self, name: str) -> Key:
        return _ROOT, f"/components/schemas/{refs.escape(name)}"

    def inline(self, key: Key, place: Place) -> dict[str, Any]:
        """Return the content that replaces a reference. Raises _UnresolvedError."""
        part = self.part(key)
        if not isinstance(part, dict):
            raise _UnresolvedError("it is not a mapping")
        if key in self.inlining:
            raise _UnresolvedError("it leads back to itself")
        self.inlined += 1
        if self.inlined > _MAX_INLINED or self.levels > _MAX_LEVELS:
            raise _UnresolvedError("too much is referred to in this way")
        self.inlining.append(key)
        try:
            made: dict[str, Any] = self.rewrite(part, key[0], place, key[1])
        finally:
            self.inlining.pop()
        return made

    def are_same(self, one: Key, other: Key) -> bool:
        """Tell whether two parts say the same, following their references."""
        pairs = [(one, other)]
        seen = set(pairs)
        for first, second in pairs:
            if first == second:
                continue
            try:
                compare = [(self.part(first), self.part(second))]
            except _UnresolvedError:
                return False
            for left, right in compare:
                if type(left) is not type(right):
                    return False
                if isinstance(left, list):
                    if len(left) != len(right):
                        return False
                    compare.extend(zip(left, right, strict=True))
                elif not isinstance(left, dict):
                    if left != right:
                        return False
                elif left.keys() != right.keys():
                    return False
                else:
                    if isinstance(left.get("$ref"), str) and isinstance(right["$ref"], str):
                        try:
                            pair = (self.resolve(left["$ref"], first[0]), self.resolve(right["$ref"], second[0]))
                        except _UnresolvedError:
                            return False
                        if pair not in seen:
                            seen.add(pair)
                            pairs.append(pair)
                        left, right = ({k: v for k, v in side.items() if k != "$ref"} for side in (left, right))
                    compare.extend((left[key], right[key]) for key in left)
        return True

    def part(self, key: Key) -> Any:
        """Return a part of a document. Raises _UnresolvedError."""
        location, fragment = key
        if fragment and not fragment.startswith("/"):
            raise _UnresolvedError("only JSON pointers are followed behind the #")
        found = refs.lookup(self.documents[location], f"#{fragment}")
        if found is None:
            raise _UnresolvedError(f"there is nothing at {fragment or 'its root'}")
        return found

    def resolve(self, ref: str, location: str) -> Key:
        """Return what a reference in a document names, and load its document. Raises _UnresolvedError."""
        address, _, fragment = ref.partition("#")
        if not address:
            return location, fragment
        target = _locate(address, self.bases[location])
        if target not in self.outcomes:
            self.outcomes[target] = self.load(target)
        outcome = self.outcomes[target]
        if isinstance(outcome, _UnresolvedError):
            raise outcome
        return outcome, fragment

    def load(self, target: str) -> str | _UnresolvedError:
        if len(self.outcomes) >= MAX_DOCUMENTS:
            return _UnresolvedError(f"more than {MAX_DOCUMENTS} documents are referred to")
        try:
            tree = self.fetch_document(target)
        except InputError as exc:
            return _UnresolvedError(exc.finding.message)
        if tree == self.documents[_ROOT]:
            return _ROOT  # a document that refers back to the root
        self.documents[target] = tree
        self.bases[target] = _directory(target)
        return target


def _locate(address: str, base: str) -> str:
    """Return the location that a relative or absolute address means from `base`. Raises _UnresolvedError."""
    from urllib.parse import unquote, urljoin

    if base.startswith(_WEB):
        address = urljoin(base, address)
    if address.startswith(_WEB):
        return address
    if base.startswith(_WEB):
        raise _UnresolvedError("a document from the web may refer to http and https addresses only")
    if _SCHEME.match(address) or address.startswith(("//", "\\\\")):
        raise _UnresolvedError("only files and http and https addresses are read")
    if not base:
        raise _UnresolvedError("a document from standard input has no directory to look in")
    address = unquote(address)
    if Path(base).is_absolute():
        return os.path.normpath(Path(base, address))
    revision, _, directory = base.partition(":")
    path = posixpath.normpath(posixpath.join(directory, address))
    if path.startswith(("../", "/")):
        raise _UnresolvedError("it lies outside the git checkout")
    return f"{revision}:{'./' if directory.startswith('./') else ''}{path}"


def _directory(location: str) -> str:
    if location.startswith(_WEB):
        from urllib.parse import urljoin

        return urljoin(location, ".")
    if Path(location).is_absolute():
        return f"{Path(location).parent}{os.sep}"
    revision, _, path = location.partition(":")
    directory, slash, _ = path.rpartition("/")
    return f"{revision}:{directory}{slash}"
