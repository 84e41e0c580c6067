"""The last evidence: every place of the project that stores something under a name stores an object of the SDK."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from streammigrate.codemod.resolve import sdk
from streammigrate.codemod.resolve.adapters import objects
from streammigrate.codemod.resolve.model import Holder
from streammigrate.codemod.resolve.text import is_test_file, last_name
from streammigrate.codemod.resolve.values import (
    UNKNOWN,
    Nothing,
    OwnClass,
    OwnInstance,
    Sdk,
    Symbol,
    Unknown,
    Value,
    holds_sdk,
    merged,
    softened,
)

if TYPE_CHECKING:
    from streammigrate.codemod.resolve.engine import Engine

# Names under which objects of the standard library and of common frameworks have something of their own, and those that
# say nothing: two unrelated objects of a program often share one of these.
_COMMON = frozenset({
    "api", "app", "args", "backend", "base", "bot", "cache", "channel", "channels", "client", "clients", "config", "conn",
    "connection", "content", "context", "ctx", "data", "db", "default", "engine", "event", "exception", "file", "func",
    "handler", "http", "instance", "item", "items", "kwargs", "log", "logger", "loop", "manager", "message", "meta", "model",
    "name", "obj", "object", "objects", "options", "owner", "params", "parent", "path", "pool", "protocol", "provider",
    "queue", "raw", "reader", "request", "resource", "response", "result", "root", "server", "service", "services",
    "session", "settings", "socket", "source", "state", "store", "stream", "target", "task", "test", "transport", "type",
    "user", "users", "value", "view", "wrapped", "writer",
})  # fmt: skip
_PLACES = ("state", "ctx", "extensions")


class LastEvidence:
    """Attributes and keys of objects of which nothing is known."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._scopes = engine.scopes
        self._classes: dict[str, list[ast.ClassDef]] = {}
        self._seen = 0

    def attribute(self, attr: str, node: ast.AST | None) -> Value:
        """Return what an attribute of an object that is not known probably holds; UNKNOWN where the stores do not agree."""
        if not isinstance(node, ast.Attribute) or not self._engine.places.stores(attr) or self._is_in_test(node):
            return UNKNOWN
        place = last_name(node.value) if isinstance(node.value, ast.Attribute) else ""
        place = place if place in _PLACES else ""
        if attr in _COMMON and not place:
            return UNKNOWN
        found = self._engine.solve(("last", attr, place), lambda: self._stores(attr, place))
        if not self._fits(found, node):
            return UNKNOWN
        text = f"every `.{attr} = …` of the project stores one"
        return self._engine.passed(found, text, node, Holder("attribute", "", attr), likely=True)

    def item(self, key: str, container: ast.expr, node: ast.expr | None = None) -> Value:
        """Return the same for a key, read at a node: `request.app["chat"]`, `context.bot_data["chat"]`."""
        name = last_name(container)
        if (
            not name
            or not self._engine.places.items(key)
            or not self._is_shared(container)
            or self._is_in_test(container)
        ):
            return UNKNOWN
        found = self._engine.solve(("last", "[]", name, key), lambda: self._items(name, key))
        if not self._fits(found, node):
            return UNKNOWN
        text = f"every `{name}[{key!r}] = …` of the project stores one"
        return self._engine.passed(found, text, node, Holder("item", name, key), likely=True)

    def is_read_back(self, attr: str) -> bool:
        """Return whether somebody reads an attribute of objects that are not known, and whoever does is known to get it."""
        reads = [read for read in self._engine.places.attributes(attr) if self._is_unknown(read.value)]
        return self._all_get(reads)

    def is_taken_back(self, key: str, container: ast.expr) -> bool:
        """Return the same for a key of containers of that name."""
        name = last_name(container)
        reads = [read for read in self._engine.places.lookups(key) if last_name(read.value) == name]
        return self._all_get(reads)

    def _all_get(self, reads: Sequence[ast.expr]) -> bool:
        known = [holds_sdk(self._engine.value(read)) for read in reads if not self._is_in_test(read)]
        return bool(known) and all(known)

    def _is_in_test(self, node: ast.expr) -> bool:
        """Return whether a node is in a test, where an object that is not known is likely a stand-in."""
        return is_test_file(self._scopes.path_of(node))

    def _is_unknown(self, node: ast.expr) -> bool:
        return any(isinstance(atom, Unknown) for atom in self._engine.value(node))

    def _stores(self, attr: str, place: str) -> Value:
        parts: list[Value] = []
        for store in self._engine.places.stores(attr):
            if place and last_name(store.value) != place:
                continue
            # What a class or a framework keeps there has a definition of its own, which its holders tell.
            base = self._engine.value(store.value)
            parts += [self._engine.attribute_of((atom,), attr, None) for atom in base if self._is_defined(atom)]
            parts.append(self._engine.stored(store))
        if not place:
            for cls in self._defining(attr):
                parts.append(self._engine.classes.attribute(OwnInstance(cls, exact=False), attr, None))
        return self._agreed(parts)

    def _is_defined(self, atom: object) -> bool:
        if isinstance(atom, Symbol):
            return objects.keeps(objects.kind(atom.dotted))
        return isinstance(atom, (OwnInstance, OwnClass))

    def _items(self, name: str, key: str) -> Value:
        puts = [put for put in self._engine.places.items(key) if last_name(put.container) == name]
        parts = [self._engine.adapters.shared.put(put) for put in puts]
        kept = [atom for put in puts for atom in self._engine.value(put.container) if isinstance(atom, Symbol)]
        parts += [found for atom in kept if (found := self._engine.adapters.shared.item(atom, key, None)) is not None]
        return self._agreed(parts)

    def _agreed(self, parts: list[Value]) -> Value:
        value = softened(merged(parts))
        classes = {atom.cls for atom in value if isinstance(atom, Sdk)}
        plain = all(isinstance(atom, (Sdk, Nothing)) for atom in value)
        return value if plain and len(classes) == 1 else ()

    def _fits(self, found: Value, node: ast.expr | None) -> bool:
        """Return whether what is done with the object can be done with one of the SDK's."""
        parent = None if node is None else self._scopes.parent(node)
        classes = [atom.cls for atom in found if isinstance(atom, Sdk)]
        if not isinstance(parent, ast.Attribute) or not isinstance(parent.ctx, ast.Load):
            return bool(classes)
        return bool(classes) and all(sdk.has_member(cls, parent.attr) for cls in classes)

    def _is_shared(self, container: ast.expr) -> bool:
        """Return whether a container is one that others may see: an attribute or a parameter, and no local variable."""
        if isinstance(container, ast.Attribute):
            return True
        if not isinstance(container, ast.Name):
            return False
        bindings = self._scopes.lookup(container)[1]
        return bool(bindings) and all(binding.kind == "param" for binding in bindings)

    def _defining(self, attr: str) -> list[ast.ClassDef]:
        places = self._engine.places.classes()
        for cls in places[self._seen :]:
            self._seen += 1
            scope = self._scopes.opened_by(cls)
            for name in () if scope is None else scope.names:
                self._classes.setdefault(name, []).append(cls)
        return self._classes.get(attr, [])
