"""What lists, dicts and tuples hold, where their contents are in view."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

from streammigrate.codemod.resolve.model import Holder, holder_in
from streammigrate.codemod.resolve.values import (
    NONE,
    UNKNOWN,
    Function,
    Items,
    ItemsMethod,
    Nothing,
    Other,
    OwnClass,
    OwnInstance,
    OwnModule,
    Unknown,
    Value,
    Wrapped,
    merged,
)
from streammigrate.codemod.scopes import Scope

if TYPE_CHECKING:
    from streammigrate.codemod.resolve.engine import Engine

_ADDS = {"append": 0, "appendleft": 0, "add": 0, "insert": 1, "setdefault": 1}
_ADDS_ALL = ("extend", "update", "extendleft")
_SAME = ("copy",)
# Methods that give out what may be a container in the container.
_GIVES_BACK = ("get", "pop", "setdefault", "popleft", "values", "__getitem__")
# Modules of the standard library that put things into a container they are given.
_PUTS_IN = ("heapq", "bisect", "operator")
_HARMLESS = (
    ast.Compare, ast.If, ast.While, ast.Assert, ast.UnaryOp, ast.Expr, ast.Delete, ast.FormattedValue, ast.Starred,
    ast.AugAssign, ast.Match,
)  # fmt: skip
_MOST_NAMES = 30
# Beyond so many places that put something into a container it is not followed.
_MOST_CHANGES = 40
_HANDED_ON: Value = (Unknown(soft=True, why="handed on"),)

# The container that is changed, whether all of what is put into it is meant, and what that is (None: not known).
_Change: TypeAlias = tuple[ast.expr, object, "ast.expr | None"]
# What holds a container: a scope and a name in it, or no scope and an attribute.
_Key: TypeAlias = tuple["Scope | None", str]


class Containers:
    """Contents of containers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._scopes = engine.scopes
        self._changes: dict[_Key, list[_Change]] = {}
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
        if key is None:
            return items
        changes = self._index().get(key)
        if not changes and not items.holds:
            return items
        mine = self._classes(node.value) if isinstance(node, ast.Attribute) else frozenset()
        # What is put into a container that is put in is put in after it.
        for deep in (False, True) if changes else ():
            asked = ("put", key, mine, deep)
            added = self._engine.solve(asked, lambda deep=deep: self._put_in(key, mine, node, deep))  # type: ignore[misc]
            items = _put(items, added, deep) if added else items
        if not items.holds:
            return items
        aliased = self._engine.solve(("aliased", key, mine), lambda: self._aliased(key, mine))
        return Items(items.kind, items.fields, merged([items.anything, aliased])) if aliased else items

    def _put_in(self, key: _Key, mine: frozenset[ast.ClassDef], node: ast.expr, deep: bool) -> Value:
        """Return what is put into a container, or into the containers in it, under the name by which a node reads it."""
        changes = [c for c in self._index().get(key, []) if (self._root(c[0]) is not c[0]) == deep]
        if key[0] is None and (mine or len(changes) <= _MOST_CHANGES):
            changes = [change for change in changes if self._may_be_same(mine, change[0])]
        if len(changes) > _MOST_CHANGES:
            return UNKNOWN
        added = merged(self._added(change) for change in changes)
        return self._engine.passed(added, f"put into `{key[1]}`", node, self.holder(node))

    def _added(self, change: _Change) -> Value:
        _, place, element = change
        if element is None:
            return UNKNOWN
        value = self._engine.value(element)
        return self.element(value, of_mapping=True) if place is _ALL else value

    def holder(self, node: ast.expr) -> Holder | None:
        """Return the definition that holds a container, or the container that it is in; None where that has no name."""
        node = self._root(node)
        if isinstance(node, ast.Name):
            owner, bindings = self._scopes.lookup(node)
            is_param = any(binding.kind == "param" for binding in bindings)
            return holder_in("parameter" if is_param else "variable", owner, node.id)
        for atom in self._engine.value(node.value) if isinstance(node, ast.Attribute) else ():
            assert isinstance(node, ast.Attribute)
            if isinstance(atom, (OwnInstance, OwnClass)):
                return self._engine.classes.holder(atom, node.attr)
            if isinstance(atom, OwnModule):
                found = self._engine.imports.member(atom, node.attr)
                return None if found is None else holder_in("variable", *found)
        return None

    # Other names of the same container

    def _aliased(self, key: _Key, mine: frozenset[ast.ClassDef]) -> Value:
        """Return what is put into a container by its other names, and whether code out of view may put something in."""
        agenda: list[_Key] = [key]
        seen: set[_Key] = {key}
        parts: list[Value] = []
        while agenda:
            for expr in self._occurrences(agenda.pop(), mine):
                others = self._going(expr)
                if others is None:
                    return merged([*parts, _HANDED_ON])
                for other in others:
                    if other not in seen:
                        seen.add(other)
                        agenda.append(other)
                        parts += [self._added(change) for change in self._index().get(other, [])]
            if len(seen) > _MOST_NAMES:
                return merged([*parts, _HANDED_ON])
        return merged(parts)

    def _occurrences(self, key: _Key, mine: frozenset[ast.ClassDef]) -> Iterator[ast.expr]:
        """Yield the expressions that read a container by one of its names."""
        scope, name = key
        places = self._engine.places
        if isinstance(scope, Scope) and scope.kind != "module":
            yield from self._scopes.loads(scope, name)
            return
        if isinstance(scope, Scope):
            for alias in places.aliases(name):
                yield from (read for read in places.names(alias) if self._key(read) == key)
        for read in places.attributes(name):
            if self._key(read) == key and (scope is not None or self._may_be_same(mine, read)):
                yield read

    def _going(self, node: ast.expr) -> tuple[_Key, ...] | None:
        """Return the further names that a container gets where an expression reads it; None where it leaves what is in view."""
        parent = self._scopes.parent(node)
        if isinstance(parent, ast.Subscript):
            if not isinstance(parent.ctx, ast.Load) and self._key(node) is None:
                return None
            deeper = parent.value is node and isinstance(parent.ctx, ast.Load) and self._is_container(parent)
            return self._going(parent) if deeper else ()
        if isinstance(parent, ast.Attribute):
            call = self._scopes.parent(parent)
            changes = parent.attr in _ADDS or parent.attr in _ADDS_ALL
            if not (isinstance(call, ast.Call) and call.func is parent) or (changes and self._key(node) is None):
                return None
            deeper = parent.attr in _GIVES_BACK and self._is_container(call)
            return self._going(call) if deeper else ()
        if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)):
            return None if _items(self.element(self._engine.value(node))) else ()
        if isinstance(parent, (ast.BoolOp, ast.IfExp, ast.Await)):
            return self._going(parent)
        if isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            return self._named(parent.targets if isinstance(parent, ast.Assign) else [parent.target])
        if isinstance(parent, ast.Return):
            return self._returned(parent)
        if isinstance(parent, (ast.Call, ast.keyword)):
            return self._given(node, parent)
        return () if isinstance(parent, _HARMLESS) else None

    def _is_container(self, node: ast.expr) -> bool:
        return bool(_items(self._engine.value(node)))

    def _named(self, targets: Sequence[ast.expr]) -> tuple[_Key, ...] | None:
        found: list[_Key] = []
        for target in targets:
            if isinstance(target, (ast.Tuple, ast.List)):
                continue
            key = self._key(target) if isinstance(target, (ast.Name, ast.Attribute)) else None
            if key is None:
                return None
            found.append(key)
        return tuple(found)

    def _returned(self, statement: ast.Return) -> tuple[_Key, ...] | None:
        function = self._scopes.scope(statement).node
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return None
        found: list[_Key] = []
        for name in self._engine.places.aliases(function.name):
            for call in self._engine.places.calls(name):
                if any(isinstance(a, Function) and a.node is function for a in self._engine.value(call.func)):
                    others = self._going(call)
                    if others is None:
                        return None
                    found += others
        return tuple(found)

    def _given(self, node: ast.expr, parent: ast.Call | ast.keyword) -> tuple[_Key, ...] | None:
        call = self._scopes.parent(parent) if isinstance(parent, ast.keyword) else parent
        if not isinstance(call, ast.Call):
            return None
        if isinstance(call.func, ast.Attribute) and call.func.attr in _ADDS_ALL:
            return ()
        dotted = self._engine.symbol_of(self._engine.value(call.func)) or ""
        root, _, name = dotted.partition(".")
        if root == "builtins":
            return None if name in ("setattr", "super", "vars", "eval", "exec") else ()
        if root in sys.stdlib_module_names:
            return None if root in _PUTS_IN else ()
        found = self._engine.functions.receives(call, parent if isinstance(parent, ast.keyword) else node)
        return None if found is None else tuple((self._scopes.scope(arg), arg.arg) for arg in found)

    def _classes(self, node: ast.expr) -> frozenset[ast.ClassDef]:
        """Return the classes of the project that an object may be of; none where that is not known."""
        value = self._engine.value(node)
        known = [atom.node for atom in value if isinstance(atom, (OwnInstance, OwnClass))]
        return frozenset(known) if len(known) == len(value) else frozenset()

    def _may_be_same(self, mine: frozenset[ast.ClassDef], target: ast.expr) -> bool:
        target = self._root(target)
        theirs = self._classes(target.value) if isinstance(target, ast.Attribute) else frozenset()
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

    def between(self, value: Value, before: int, others: int) -> Value:
        """Return what `*rest` among the targets gets: what `before` targets, of the `others`, leave of a sequence."""
        parts: list[Value] = []
        for atom in value:
            if isinstance(atom, Items) and atom.kind == "sequence":
                known = [] if atom.anything else [found for _, found in atom.fields]
                parts += known[before : len(known) - (others - before)] or [atom.at(None)]
            elif not isinstance(atom, Nothing):
                parts.append(UNKNOWN)
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

    def _key(self, node: ast.expr) -> _Key | None:
        node = self._root(node)
        if isinstance(node, ast.Name):
            scope = self._scopes.owner(self._scopes.scope(node), node.id)
            return self._engine.imports.source(scope, node.id)
        if not isinstance(node, ast.Attribute):
            return None
        if isinstance(node.value, ast.Name) and any(b.kind == "import" for b in self._scopes.lookup(node.value)[1]):
            for atom in self._engine.value(node.value):
                found = self._engine.imports.member(atom, node.attr) if isinstance(atom, OwnModule) else None
                if found is not None:
                    return found
        return None, node.attr

    def _root(self, node: ast.expr) -> ast.expr:
        """Return the name or attribute that holds the outermost container: `a` of `a["b"].setdefault(c, [])`."""
        while True:
            if isinstance(node, ast.Subscript):
                node = node.value
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _GIVES_BACK:
                node = node.func.value
            else:
                return node

    def _index(self) -> dict[_Key, list[_Change]]:
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


def _put(items: Items, added: Value, deep: bool) -> Items:
    """Return a container with something more in it; `deep` where it is put into a container in it."""
    if not deep:
        return Items(items.kind, items.fields, merged([items.anything, added]))

    def inside(value: Value) -> Value:
        return tuple(_put(_put(atom, added, False), added, True) if isinstance(atom, Items) else atom for atom in value)

    return Items(items.kind, tuple((key, inside(value)) for key, value in items.fields), inside(items.anything))
