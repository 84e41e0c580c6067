"""Frameworks: what they hand to the functions of the project, and what the project keeps in their objects.

No framework is imported: its objects are known by the dotted names of their classes. An object of a framework is a `Symbol`
whose name ends in `()`.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from streammigrate.codemod.resolve.adapters import objects
from streammigrate.codemod.resolve.adapters.celery import Celery
from streammigrate.codemod.resolve.adapters.click import CARRIER, Click
from streammigrate.codemod.resolve.adapters.decorators import Decorators
from streammigrate.codemod.resolve.adapters.django import Django
from streammigrate.codemod.resolve.adapters.fixtures import Fixtures
from streammigrate.codemod.resolve.adapters.last import LastEvidence
from streammigrate.codemod.resolve.adapters.shared import Shared
from streammigrate.codemod.resolve.adapters.web import Web
from streammigrate.codemod.resolve.model import Holder
from streammigrate.codemod.resolve.places import puts
from streammigrate.codemod.resolve.text import last_name
from streammigrate.codemod.resolve.values import (
    UNKNOWN,
    Nothing,
    OwnClass,
    OwnInstance,
    Symbol,
    Unknown,
    Value,
)
from streammigrate.codemod.scopes import FunctionNode

if TYPE_CHECKING:
    from streammigrate.codemod.resolve.engine import Engine


class Adapters:
    """What the engine asks of all frameworks; None everywhere means that none of them knows."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.shared = Shared(engine)
        self.last = LastEvidence(engine)
        self.decorators = Decorators(engine)
        self.web = Web(engine)
        self._click = Click(engine)
        self._celery = Celery(engine)
        self._django = Django(engine)
        self._fixtures = Fixtures(engine)

    def instance(self, dotted: str) -> Value | None:
        """Return an object of a framework's class."""
        kind = objects.made_by(dotted)
        return (Symbol(kind),) if kind else None

    def parameter(self, arg: ast.arg, default: ast.expr | None, function: FunctionNode) -> Value | None:
        """Return what a framework puts into a parameter."""
        for adapter in (self.web, self._click, self._celery, self._fixtures):
            found = adapter.parameter(arg, default, function)
            if found is not None:
                return found
        return None

    def fixture(self, name: str, function: FunctionNode) -> FunctionNode | None:
        """Return the fixture that a test or another fixture gets by a name."""
        return self._fixtures.nearest(name, function)

    def attribute(self, atom: Symbol, attr: str, node: ast.AST | None) -> Value | None:
        """Return what an attribute of a framework's object, or of a thing that it exports, holds."""
        found = self._django.setting(atom, attr, node) or self._fixtures.attribute(atom, attr, node)
        return found or self.shared.attribute(atom, attr, node)

    def of_instance(self, atom: OwnInstance | OwnClass, attr: str, node: ast.AST | None) -> Value | None:
        """Return what an object of a project's class has from a framework's class that it inherits from; else None."""
        if attr in objects.CLIENTS_OF_TESTS and isinstance(atom, OwnInstance) and self._django.replaces(atom, attr):
            return UNKNOWN
        kind = self.shared.kind_of_class(atom.node)
        if kind and not self._engine.classes.defines(atom.node, attr):
            return self.attribute(Symbol(kind), attr, node)
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            return None
        return self._fixtures.of_class(atom, attr, node)

    def of_function(self, function: ast.AST, attr: str, node: ast.AST | None) -> Value | None:
        """Return what an attribute of a function holds: a task has those of its class."""
        return self._celery.attribute(function, attr, node)

    def item(self, atom: Symbol, node: ast.Subscript) -> Value | None:
        """Return what is kept under a key of a framework's object."""
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        return self.shared.item(atom, key, node) if isinstance(key, str) else None

    def last_item(self, node: ast.Subscript) -> Value:
        """Return what a key of an object that is not known probably holds; UNKNOWN where nothing says so."""
        key = node.slice.value if isinstance(node.slice, ast.Constant) else None
        return self.last.item(key, node.value, node) if isinstance(key, str) else UNKNOWN

    def attribute_holders(self, target: ast.Attribute) -> tuple[Holder, ...]:
        """Return what stands for the attribute of a framework's object, or of one that is not known, that a store goes to."""
        found: list[Holder] = []
        for atom in self._engine.value(target.value):
            if isinstance(atom, Symbol):
                kind = objects.kind(atom.dotted)
                if not objects.keeps(kind):
                    return ()
                found.append(Holder("attribute", kind, target.attr))
            elif isinstance(atom, Unknown):
                if self.last.is_read_back(target.attr):
                    found.append(Holder("attribute", "", target.attr))
            elif not isinstance(atom, Nothing):
                return ()
        return tuple(found)

    def item_holders(self, container: ast.expr, key: object) -> tuple[Holder, ...]:
        """Return the same for what is put under a key."""
        found: list[Holder] = []
        for atom in self._engine.value(container) if isinstance(key, str) else ():
            if isinstance(atom, Symbol) and objects.keeps(objects.kind(atom.dotted)):
                found.append(Holder("item", objects.kind(atom.dotted), str(key)))
            elif isinstance(atom, Unknown):
                if self.last.is_taken_back(str(key), container):
                    found.append(Holder("item", last_name(container), str(key)))
            elif not isinstance(atom, Nothing):
                return ()
        return tuple(found)

    def put_holders(self, call: ast.Call, value: ast.expr) -> tuple[Holder, ...]:
        """Return the same for a method that puts a value under a key: `app.config.update(CHAT=chat)`."""
        return tuple(
            holder for key, put in puts(call) if put.value is value for holder in self.item_holders(put.container, key)
        )

    def carrier(self, call: ast.Call) -> Holder | None:
        """Return what carries the object that a call asks for by its class; None for another call."""
        return CARRIER if self._click.carries(call) else None

    def call(self, symbol: Symbol, node: ast.Call) -> Value | None:
        """Return what calling something of a framework gives."""
        made = self.instance(symbol.dotted)
        if made is not None:
            return made
        if symbol.dotted in objects.PROXIES and len(node.args) == 1:
            return self._engine.called(self._engine.value(node.args[0]), None)
        for adapter in (self.shared, self._click, self._django, self._fixtures):
            found = adapter.call(symbol, node)
            if found is not None:
                return found
        return None
