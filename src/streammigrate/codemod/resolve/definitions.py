"""Where what an expression names is defined: the assignments, the function, the import or the attribute of a class."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal, NamedTuple

from streammigrate.codemod.resolve.values import Function, Nothing, OwnClass, OwnInstance, OwnModule, Unknown
from streammigrate.codemod.scopes import Binding, FunctionNode, Scope

if TYPE_CHECKING:
    from streammigrate.codemod.resolve.engine import Engine
    from streammigrate.codemod.resolve.functions import Given


class Definition(NamedTuple):
    """Everything that gives one name its value."""

    kind: Literal["variable", "function", "import", "attribute", "parameter"]
    scope: Scope
    """The scope that owns the name; for an attribute that of the topmost class that has it."""
    name: str
    bindings: tuple[Binding, ...] = ()
    """Of a variable, function, import or parameter, and of an attribute what class bodies bind."""
    stores: tuple[ast.Attribute, ...] = ()
    """Of an attribute: what is assigned from methods or from outside."""


class Definitions:
    """Finds definitions over the files of a program."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._scopes = engine.scopes

    def of(self, node: ast.expr) -> Definition | None:
        """Return the definition of what a name or an attribute refers to; None where there is no single one in view."""
        if isinstance(node, ast.Name):
            return self.named(self._scopes.owner(self._scopes.scope(node), node.id), node.id)
        if not isinstance(node, ast.Attribute):
            return None
        value = self._engine.value(node.value)
        modules = [atom for atom in value if isinstance(atom, OwnModule)]
        if len(modules) == 1 == len(value):
            file = self._engine.program.open(modules[0].path) if modules[0].path else None
            return None if file is None else self.named(file.module, node.attr)
        if value and all(isinstance(atom, (OwnInstance, OwnClass, Nothing)) for atom in value):
            classes = [atom.node for atom in value if isinstance(atom, (OwnInstance, OwnClass))]
            return self._attribute(classes, node.attr)
        return None

    def named(self, scope: Scope, name: str) -> Definition | None:
        """Return the definition of a scope's name."""
        bindings = tuple(b for b in self._scopes.bindings(scope, name) if b.kind not in ("global", "del"))
        kinds = {binding.kind for binding in bindings}
        if len(bindings) == 1 and kinds == {"import"}:
            return Definition("import", scope, name, bindings)
        if len(bindings) == 1 and kinds == {"def"}:
            return Definition("function", scope, name, bindings)
        if len(bindings) == 1 and kinds == {"param"}:
            return Definition("parameter", scope, name, bindings)
        if kinds and kinds <= {"assign", "annassign", "with"}:
            return Definition("variable", scope, name, bindings)
        return None

    def imported(self, alias: ast.alias) -> Definition | None:
        """Return the definition in the project that a `from … import` leads to, one step on."""
        statement = self._scopes.parent(alias)
        if not isinstance(statement, ast.ImportFrom):
            return None
        path = self._scopes.path_of(alias)
        found = self._engine.program.modules.find(path, statement.level, statement.module or "")
        file = None if found is None else self._scopes.files.get(found)
        return None if file is None else self.named(file.module, alias.name)

    def function(self, node: ast.expr) -> FunctionNode | None:
        """Return the one function of the project that an expression refers to."""
        value = self._engine.value(node)
        if len(value) == 1 and isinstance(value[0], Function) and not isinstance(value[0].node, ast.Lambda):
            return value[0].node
        return None

    def calls(self, function: FunctionNode) -> tuple[list[Given], bool]:
        """Return the calls of a function that are in view, and whether there may be others."""
        return self._engine.functions._uses(function)

    def dotted(self, node: ast.expr) -> str:
        """Return the dotted name, as imported, of what an expression refers to; empty for what is made here."""
        return self._engine.symbol_of(self._engine.value(node)) or ""

    def attribute(self, cls: ast.ClassDef, attr: str) -> Definition | None:
        """Return the definition of an attribute that the objects of a class have."""
        return self._attribute([cls], attr)

    def _attribute(self, classes: list[ast.ClassDef], attr: str) -> Definition | None:
        family = self._engine.classes.family
        line = tuple(dict.fromkeys(cls for each in classes for cls in family(each).line))
        below = tuple(dict.fromkeys(cls for each in line for cls in self._engine.classes.below(each)))
        whole = dict.fromkeys((*line, *below))
        bindings: list[Binding] = []
        home: Scope | None = None
        for cls in whole:
            scope = self._scopes.opened_by(cls)
            assert scope is not None
            found = [b for b in self._scopes.bindings(scope, attr) if b.kind not in ("global", "del")]
            bindings += found
            if found:
                home = scope
        stores: list[ast.Attribute] = []
        for store in self._engine.places.stores(attr):
            value = self._engine.value(store.value)
            if any(isinstance(atom, Unknown) for atom in value):
                continue
            if any(isinstance(atom, (OwnInstance, OwnClass)) and atom.node in whole for atom in value):
                stores.append(store)
        if home is None and stores:
            home = self._scopes.opened_by(line[-1])
        if home is None or any(family(cls).open for cls in line):
            return None
        return Definition("attribute", home, attr, tuple(bindings), tuple(stores))
