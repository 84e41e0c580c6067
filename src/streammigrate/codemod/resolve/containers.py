"""What lists, dicts and tuples hold, where their contents are in view."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeAlias

from streammigrate.codemod.resolve.values import (
    NONE,
    UNKNOWN,
    Items,
    ItemsMethod,
    Nothing,
    Other,
    OwnClass,
    OwnInstance,
    Unknown,
    Value,
    Wrapped,
    merged,
)

if TYPE_CHECKING:
    from streammigrate.codemod.resolve.engine import Engine

_ADDS = {"append": 0, "appendleft": 0, "add": 0, "insert": 1, "setdefault": 1}
_ADDS_ALL = ("extend", "update", "extendleft")
_SAME = ("copy",)

# The container that is changed, whether all of what is put into it is meant, and what that is (None: not known).
_Change: TypeAlias = tuple[ast.expr, object, "ast.expr | None"]


class Containers:
    """Contents of containers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._scopes = engine.scopes
        self._changes: dict[tuple[object, str], list[_Change]] = {}
        self._indexed = 0

    def literal(self, node: ast.expr) -> Value:
        """Return the container that a display or comprehension makes."""
        value = self._engine.value
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            fields: list[tuple[object, Value]] = []
            anything: list[Value] = []
            for index, element in enumerate(node.elts):
                if isinstance(element, ast.Starred):
                    anything.append(self.element(value(element.value)))
                else:
                    known = not anything and not isinstance(node, ast.Set)
                    fields.append((index if known else None, value(element)))
            return (Items("sequence", tuple(fields), merged(anything)),)
        if isinstance(node, ast.Dict):
            fields = []
            anything = []
            for key, item in zip(node.keys, node.values, strict=True):
                if key is None:
                    anything += [held.at(None) for held in _items(value(item))] or [UNKNOWN]
                else:
                    fields.append((key.value if isinstance(key, ast.Constant) else None, value(item)))
            return (Items("mapping", tuple(fields), merged(anything)),)
        if isinstance(node, ast.DictComp):
            return (Items("mapping", anything=value(node.value)),)
        assert isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp))
        return (Items("sequence", anything=value(node.elt)),)

    def changed(self, items: Items, node: ast.expr) -> Items:
        """Return a container that a name or attribute holds, with what is put into it in other places."""
        key = self._key(node)
        changes = [] if key is None else self._index().get(key, [])
        if isinstance(node, ast.Attribute) and changes:
            mine = self._classes(node.value)
            changes = [change for change in changes if self._may_be_same(mine, change[0])]
        if not changes:
            return items
        fields = list(items.fields)
        anything = [items.anything]
        for _, place, element in changes:
            if element is None:
                anything.append(UNKNOWN)
            elif place is _ALL:
                anything.append(self.element(self._engine.value(element), of_mapping=True))
            else:
                anything.append(self._engine.value(element))
        return Items(items.kind, tuple(fields), merged(anything))

    def _classes(self, node: ast.expr) -> set[ast.ClassDef]:
        """Return the classes of the file that an object may be of; none where that is not known."""
        value = self._engine.value(node)
        known = [atom.node for atom in value if isinstance(atom, (OwnInstance, OwnClass))]
        return set(known) if len(known) == len(value) else set()

    def _may_be_same(self, mine: set[ast.ClassDef], target: ast.expr) -> bool:
        theirs = self._classes(target.value) if isinstance(target, ast.Attribute) else set()
        family = self._engine.classes.family
        related = any(one in family(other).line or other in family(one).line for one in mine for other in theirs)
        return related or not mine or not theirs

    def element(self, value: Value, *, of_mapping: bool = False) -> Value:
        """Return what iterating gives: the elements of a sequence; the keys of a mapping, unless its values are meant."""
        parts: list[Value] = []
        for atom in value:
            if isinstance(atom, Items):
                keys_only = atom.kind == "mapping" and not of_mapping
                parts.append((Other("a key"),) if keys_only else atom.at(None))
            elif isinstance(atom, Wrapped) and atom.by == "iterate":
                parts.append(atom.value)
            elif isinstance(atom, Unknown):
                parts.append(UNKNOWN)
            elif not isinstance(atom, Nothing):
                parts.append((Other("an element"),))
        return merged(parts)

    def subscript(self, node: ast.Subscript, value: Value) -> Value:
        """Return what a subscript of a container gives; None where the value is no container in view."""
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        parts: list[Value] = []
        for atom in value:
            if isinstance(atom, Items):
                parts.append((atom,) if isinstance(node.slice, ast.Slice) else atom.at(self._position(atom, node, key)))
            elif isinstance(atom, Unknown):
                parts.append(UNKNOWN)
            elif not isinstance(atom, Nothing):
                parts.append((Other("an element"),))
        return merged(parts)

    def _position(self, items: Items, node: ast.Subscript, key: object) -> object:
        index = node.slice
        negative = isinstance(index, ast.UnaryOp) and isinstance(index.op, ast.USub) and items.kind == "sequence"
        if negative and isinstance(index, ast.UnaryOp) and isinstance(index.operand, ast.Constant):
            number = index.operand.value
            return len(items.fields) - number if isinstance(number, int) and not items.anything else None
        return key

    def call(self, method: ItemsMethod, node: ast.Call) -> Value:
        """Return what a method of a container gives."""
        items, name = method.owner, method.name
        if name in ("get", "pop", "setdefault", "popleft", "popitem", "__getitem__"):
            key = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
            if name == "popitem":
                return (Items("sequence", ((0, (Other("a key"),)), (1, items.at(None)))),)
            if items.kind == "sequence":
                return items.at(None)
            found = items.at(key)
            if name in ("get", "pop", "setdefault") and len(node.args) > 1:
                return merged([found, self._engine.value(node.args[1])])
            missing = name == "get" and not any(k == key and key is not None for k, _ in items.fields)
            return merged([found, NONE]) if missing else found
        if name == "values":
            return (Items("sequence", anything=items.at(None)),)
        if name == "items":
            pair = Items("sequence", ((0, (Other("a key"),)), (1, items.at(None))))
            return (Items("sequence", anything=(pair,)),)
        if name in _SAME:
            return (items,)
        return (Other(f"a result of `{name}`"),)

    def builtin(self, name: str, node: ast.Call) -> Value | None:
        """Return what a builtin makes of containers; None for one that is not about them."""
        values = [self._engine.value(a) for a in node.args if not isinstance(a, ast.Starred)]
        if name in ("list", "tuple", "set", "frozenset", "sorted", "reversed", "iter") and len(values) <= 1:
            if not values:
                return (Items("sequence"),)
            same = _items(values[0])
            if (
                len(same) == 1
                and len(values[0]) == 1
                and same[0].kind == "sequence"
                and name in ("list", "tuple", "iter")
            ):
                return (same[0],)
            return (Items("sequence", anything=self.element(values[0])),)
        if name == "dict":
            fields = [(k.arg, self._engine.value(k.value)) for k in node.keywords if k.arg is not None]
            opaque = any(k.arg is None for k in node.keywords)
            held: list[Value] = [UNKNOWN] if opaque else []
            held += [
                merged([i.at(None) for i in _items(value) if i.kind == "mapping"]) or self._second(value)
                for value in values
            ]
            return (Items("mapping", tuple(fields), merged(held)),)
        if name == "next" and values:
            found = self.element(values[0])
            return merged([found, values[1]]) if len(values) > 1 else found
        if name in ("min", "max") and len(values) == 1:
            return self.element(values[0])
        if name == "enumerate" and values:
            pair = Items("sequence", ((0, (Other("a number"),)), (1, self.element(values[0]))))
            return (Items("sequence", anything=(pair,)),)
        if name == "zip":
            row = Items("sequence", tuple((i, self.element(value)) for i, value in enumerate(values)))
            return (Items("sequence", anything=(row,)),)
        if name == "filter" and len(values) == 2:
            return (Items("sequence", anything=self.element(values[1])),)
        return None

    def _second(self, value: Value) -> Value:
        parts = [pair.at(1) for pair in _items(self.element(value))]
        return merged(parts) if parts else UNKNOWN

    def _key(self, node: ast.expr) -> tuple[object, str] | None:
        if isinstance(node, ast.Name):
            scope = self._scopes.owner(self._scopes.scope(node), node.id)
            return self._engine.imports.source(scope, node.id)
        return (None, node.attr) if isinstance(node, ast.Attribute) else None

    def _index(self) -> dict[tuple[object, str], list[_Change]]:
        files = [*self._scopes.files.values()]
        for file in files[self._indexed :]:
            self._indexed += 1
            for node in file.nodes:
                for target, place, element in self._change(node):
                    key = self._key(target)
                    if key is not None:
                        self._changes.setdefault(key, []).append((target, place, element))
        return self._changes

    def _change(self, node: ast.AST) -> list[_Change]:
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
            parent = self._scopes.parent(node)
            value = parent.value if isinstance(parent, (ast.Assign, ast.AnnAssign)) else None
            return [(node.value, None, value)]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            name = node.func.attr
            if name in _ADDS:
                if len(node.args) > _ADDS[name]:
                    return [(node.func.value, None, node.args[_ADDS[name]])]
            elif name in _ADDS_ALL:
                changes: list[_Change] = []
                changes += [(node.func.value, _ALL, a) for a in node.args]
                changes += [(node.func.value, None if k.arg else _ALL, k.value) for k in node.keywords]
                return changes
        if isinstance(node, ast.AugAssign) and isinstance(node.target, (ast.Name, ast.Attribute)):
            return [(node.target, _ALL, node.value)]
        return []


_ALL = object()


def _items(value: Value) -> list[Items]:
    return [atom for atom in value if isinstance(atom, Items)]
