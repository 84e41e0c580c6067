"""Where names stand: the calls, reads, stores and classes of all files by name, for questions that go from a name to its uses."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from streammigrate.codemod.resolve.text import last_name
from streammigrate.codemod.scopes import Forest

_FILLS = ("update", "from_mapping")
_KEYWORDS = ("obj", "lifespan")


class Put(NamedTuple):
    """One place that puts something under a constant key."""

    container: ast.expr
    value: ast.expr | None
    target: ast.Subscript | None = None
    """The subscript that is assigned to; None where a method puts it there."""


class Places:
    """The nodes of a forest by the name that they are about; files that are added later are taken in when asked."""

    def __init__(self, forest: Forest) -> None:
        self._forest = forest
        self._seen = 0
        self._calls: dict[str, list[ast.Call]] = {}
        self._attributes: dict[str, list[ast.Attribute]] = {}
        self._stores: dict[str, list[ast.Attribute]] = {}
        self._names: dict[str, list[ast.Name]] = {}
        self._aliases: dict[str, set[str]] = {}
        self._classes: list[ast.ClassDef] = []
        self._items: dict[str, list[Put]] = {}
        self._unnamed: list[ast.expr] = []
        self._lookups: dict[str, list[ast.Subscript]] = {}
        self._keywords: dict[str, list[ast.expr]] = {}

    def calls(self, name: str) -> Sequence[ast.Call]:
        """Return the calls of what has that last name: `name(…)`, `a.name(…)`."""
        self._take_in()
        return self._calls.get(name, ())

    def attributes(self, name: str) -> Sequence[ast.Attribute]:
        """Return the reads of attributes of that name."""
        self._take_in()
        return self._attributes.get(name, ())

    def stores(self, name: str) -> Sequence[ast.Attribute]:
        """Return the attributes of that name that are assigned to."""
        self._take_in()
        return self._stores.get(name, ())

    def names(self, name: str) -> Sequence[ast.Name]:
        """Return the reads of a variable of that name, in any scope."""
        self._take_in()
        return self._names.get(name, ())

    def aliases(self, name: str) -> Sequence[str]:
        """Return the names by which imports bind something of that name, itself first."""
        self._take_in()
        return [name, *sorted(self._aliases.get(name, ()))]

    def classes(self) -> Sequence[ast.ClassDef]:
        """Return every class."""
        self._take_in()
        return self._classes

    def items(self, key: str) -> Sequence[Put]:
        """Return what puts something under a key: `x["key"] = …`, `x.setdefault("key", …)`, `x.update(key=…)`."""
        self._take_in()
        return self._items.get(key, ())

    def lookups(self, key: str) -> Sequence[ast.Subscript]:
        """Return the reads of what is under a key: `x["key"]`."""
        self._take_in()
        return self._lookups.get(key, ())

    def keywords(self, name: str) -> Sequence[ast.expr]:
        """Return what calls give as one of the few keywords that frameworks take objects by: `obj` and `lifespan`."""
        self._take_in()
        return self._keywords.get(name, ())

    def unnamed(self) -> Sequence[ast.expr]:
        """Return the objects of which `setattr` sets an attribute whose name is not in view."""
        self._take_in()
        return self._unnamed

    def _reflect(self, call: ast.Call, name: str) -> None:
        """Take `getattr(x, "a")` for a read of `x.a`, and `setattr(x, "a", b)` for `x.a = b`."""
        if len(call.args) < (3 if name == "setattr" else 2):
            return
        owner, named = call.args[:2]
        if not (isinstance(named, ast.Constant) and isinstance(named.value, str)):
            if name == "setattr":
                self._unnamed.append(owner)
            return
        ctx = ast.Load() if name == "getattr" else ast.Store()
        attribute = ast.copy_location(ast.Attribute(owner, named.value, ctx), call)
        if name == "getattr":
            self._forest.stand_in(attribute, call, call)
            self._attributes.setdefault(named.value, []).append(attribute)
        else:
            assignment = ast.copy_location(ast.Assign([attribute], call.args[2]), call)
            self._forest.stand_in(attribute, assignment, call)
            self._forest.stand_in(assignment, call, call)
            self._stores.setdefault(named.value, []).append(attribute)

    def _take_in(self) -> None:
        if self._seen == len(self._forest.files):
            return
        for file in [*self._forest.files.values()][self._seen :]:
            for node in file.nodes:
                self._add(node)
        self._seen = len(self._forest.files)

    def _add(self, node: ast.AST) -> None:
        if isinstance(node, ast.Call):
            name = last_name(node.func)
            self._calls.setdefault(name, []).append(node)
            if name in ("getattr", "setattr") and isinstance(node.func, ast.Name):
                self._reflect(node, name)
            for at, put in puts(node):
                self._items.setdefault(at, []).append(put)
            for keyword in node.keywords:
                if keyword.arg in _KEYWORDS:
                    self._keywords.setdefault(keyword.arg, []).append(keyword.value)
        elif isinstance(node, ast.Subscript):
            key = node.slice.value if isinstance(node.slice, ast.Constant) else None
            if isinstance(key, str) and isinstance(node.ctx, ast.Store):
                self._items.setdefault(key, []).append(Put(node.value, None, node))
            elif isinstance(key, str) and isinstance(node.ctx, ast.Load):
                self._lookups.setdefault(key, []).append(node)
        elif isinstance(node, ast.Attribute):
            if isinstance(node.ctx, ast.Load):
                self._attributes.setdefault(node.attr, []).append(node)
            elif isinstance(node.ctx, ast.Store):
                self._stores.setdefault(node.attr, []).append(node)
        elif isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load):
                self._names.setdefault(node.id, []).append(node)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                if alias.asname and alias.asname != alias.name:
                    self._aliases.setdefault(alias.name, set()).add(alias.asname)
        elif isinstance(node, ast.ClassDef):
            self._classes.append(node)


def puts(call: ast.Call) -> Iterator[tuple[str, Put]]:
    """Yield what a call of a method puts under constant keys, by key."""
    if not isinstance(call.func, ast.Attribute):
        return
    container, name = call.func.value, call.func.attr
    if name in _FILLS:
        yield from ((k.arg, Put(container, k.value)) for k in call.keywords if k.arg)
        for given in call.args:
            if isinstance(given, ast.Dict):
                for key, value in zip(given.keys, given.values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        yield key.value, Put(container, value)
    elif name == "setdefault" and len(call.args) == 2 and isinstance(call.args[0], ast.Constant):
        yield str(call.args[0].value), Put(container, call.args[1])
