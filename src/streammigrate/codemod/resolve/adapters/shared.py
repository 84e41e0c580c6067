"""What a project keeps in the objects of a framework, and finds there again in another file: `app.state.chat`, `g.chat`,
`current_app.extensions["chat"]`, `ctx.obj`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from streammigrate.codemod.resolve.adapters import objects
from streammigrate.codemod.resolve.adapters.web import under
from streammigrate.codemod.resolve.model import Holder
from streammigrate.codemod.resolve.text import is_test_file, last_name, short
from streammigrate.codemod.resolve.values import (
    Items,
    Nothing,
    OwnClass,
    OwnInstance,
    Symbol,
    Unknown,
    Value,
    holds_sdk,
    merged,
    softened,
)

if TYPE_CHECKING:
    from streammigrate.codemod.resolve.engine import Engine
    from streammigrate.codemod.resolve.places import Put

_LOOKS_UP = ("get", "pop", "setdefault", "__getitem__")


class _Store(NamedTuple):
    """One place that puts something into an object."""

    container: ast.expr
    value: Value


class Shared:
    """Attributes and keys of the objects of frameworks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._scopes = engine.scopes
        self._classes: dict[ast.ClassDef, str] = {}

    def attribute(self, atom: Symbol, attr: str, node: ast.AST | None) -> Value | None:
        """Return what an attribute holds; None where nothing of the project is stored there."""
        kind = objects.kind(atom.dotted)
        if not objects.keeps(kind):
            return None
        known = objects.known_attribute(kind, attr)
        if known:
            return (Symbol(known, atom.steps),)
        for_tests = self._is_in_test(node)
        found = self._engine.solve(("kept", kind, attr, for_tests), lambda: self._attribute(kind, attr, for_tests))
        if not found:
            return (Symbol(f"{kind}.{attr}", atom.steps),) if kind != atom.dotted else None
        holder = Holder("attribute", kind, attr)
        return self._engine.passed(found, f"`{attr}` of {objects.title(kind)}", node, holder)

    def _attribute(self, kind: str, attr: str, for_tests: bool) -> Value:
        place = f"{kind}.{attr}"
        parts = [self._kept(kind, self._stores(attr), for_tests)]
        if place == objects.CONTEXT_OBJECT:
            parts += [self._engine.value(given) for given in self._engine.places.keywords("obj")]
        if kind == objects.REQUEST_STATE:
            parts.append(self._engine.adapters.web.state_of_lifespan(attr))
        value = softened(merged(parts))
        if place in objects.MAPPINGS and any(isinstance(atom, Items) for atom in value):
            # Its keys are looked up one by one, by whichever function they are set.
            rest = tuple(atom for atom in value if not isinstance(atom, (Items, Nothing)))
            return merged([rest, (Symbol(place),)])
        return value

    def _stores(self, attr: str) -> Iterator[_Store]:
        for store in self._engine.places.stores(attr):
            yield _Store(store.value, self._engine.stored(store))
        for call in self._engine.places.calls("setattr"):
            name = call.args[1] if len(call.args) == 3 and isinstance(call.func, ast.Name) else None
            if isinstance(name, ast.Constant) and name.value == attr:
                yield _Store(call.args[0], self._engine.value(call.args[2]))

    def item(self, atom: Symbol, key: str, node: ast.AST | None) -> Value | None:
        """Return what is kept under a key; None where nothing is."""
        kind = objects.kind(atom.dotted)
        if not objects.keeps(kind):
            return None
        for_tests = self._is_in_test(node)
        found = self._engine.solve(("kept", kind, "[]", key, for_tests), lambda: self._item(kind, key, for_tests))
        if not found:
            return None
        text = f"`[{key!r}]` of {objects.title(kind)}"
        return self._engine.passed(found, text, node, Holder("item", kind, key))

    def _item(self, kind: str, key: str, for_tests: bool) -> Value:
        parts = [self._kept(kind, self._puts(key), for_tests)]
        if kind in objects.MAPPINGS:
            owner, _, attr = kind.rpartition(".")
            parts.append(self._kept(owner, self._displays(owner, attr, key), for_tests))
        return softened(merged(parts))

    def _puts(self, key: str) -> Iterator[_Store]:
        for put in self._engine.places.items(key):
            text = f"`{short(put.container)}[{key!r}]` ← `{short(self._source(put))}`"
            yield _Store(put.container, self._engine.passed(self.put(put), text, put.container, None))

    def _displays(self, owner: str, attr: str, key: str) -> Iterator[_Store]:
        """Yield what is under a key of the mappings that are stored as a whole."""
        for store in self._engine.places.stores(attr):
            held = merged(under(atom, key) for atom in self._engine.target(store) if isinstance(atom, Items))
            text = f"`{short(store)}` ← `{{{key!r}: …}}`"
            yield _Store(store.value, self._engine.passed(held, text, store, Holder("attribute", owner, attr)))

    def _source(self, put: Put) -> ast.expr | None:
        parent = None if put.target is None else self._scopes.parent(put.target)
        return parent.value if isinstance(parent, (ast.Assign, ast.AnnAssign)) else put.value

    def put(self, put: Put) -> Value:
        """Return what is put under a key at a place."""
        if put.target is not None:
            return self._engine.target(put.target)
        return () if put.value is None else self._engine.value(put.value)

    def _kept(self, kind: str, stores: Iterable[_Store], for_tests: bool) -> Value:
        """Return what the stores put into an object of a framework."""
        certain: list[Value] = []
        doubtful: list[Value] = []
        for container, value in stores:
            if not for_tests and self._is_in_test(container) and not holds_sdk(value):
                # A stand-in for tests says nothing about what the program itself keeps there.
                continue
            if kind in self.kinds(self._engine.value(container)):
                certain.append(value)
            elif self._may_be(container, kind):
                text = f"`{short(container)}` is taken to be the same object"
                doubtful.append(self._engine.passed(value, text, container, None, likely=True))
        # Of an object of the same class nothing else is learned.
        known = {id(value) for value in doubtful if certain and holds_sdk(value)}
        return merged([*certain, *(value for value in doubtful if id(value) not in known)])

    def _may_be(self, container: ast.expr, kind: str) -> bool:
        """Return whether an object of which nothing is known is named as people name this one."""
        if not any(isinstance(atom, Unknown) for atom in self._engine.value(container)):
            return False
        return last_name(container) in objects.usual_names(kind)

    def _is_in_test(self, node: ast.AST | None) -> bool:
        return node is not None and is_test_file(self._scopes.path_of(node))

    def call(self, symbol: Symbol, node: ast.Call) -> Value | None:
        """Return what `g.get("chat")`, `current_app.config.get("CHAT")` and `ctx.obj.setdefault("chat", …)` give."""
        owner, _, method = symbol.dotted.rpartition(".")
        if method not in _LOOKS_UP or not node.args or not isinstance(node.args[0], ast.Constant):
            return None
        key = node.args[0].value
        owner = objects.kind(owner)
        if not isinstance(key, str) or not objects.keeps(owner):
            return None
        found = self.attribute(Symbol(owner), key, node) if owner == objects.G else self.item(Symbol(owner), key, node)
        if found is None:
            return None
        if len(node.args) > 1:
            return merged([found, self._engine.value(node.args[1])])
        return merged([found, (Nothing(soft=True),)]) if method == "get" else found

    def kinds(self, value: Value) -> set[str]:
        """Return the kinds of framework objects among the alternatives."""
        found = {objects.kind(atom.dotted) for atom in value if isinstance(atom, Symbol)}
        own = {self.kind_of_class(atom.node) for atom in value if isinstance(atom, (OwnInstance, OwnClass))}
        return (found | own) - {""}

    def kind_of_class(self, node: ast.ClassDef) -> str:
        """Return the kind of framework object that objects of a project's class are by inheritance; empty for none."""
        if node not in self._classes:
            self._classes[node] = ""  # what a class that inherits from itself gets
            self._classes[node] = self._inherited(node)
        return self._classes[node]

    def _inherited(self, node: ast.ClassDef) -> str:
        for cls in self._engine.classes.family(node).line:
            for base in cls.bases:
                for atom in self._engine.value(base):
                    if isinstance(atom, Symbol) and objects.made_by(atom.dotted):
                        return objects.made_by(atom.dotted)
        return ""
