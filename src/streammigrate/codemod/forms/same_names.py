"""A v2 name in the place of an imported v1 name: under the same local name where every read of it moves."""

from __future__ import annotations

import ast
from collections.abc import Collection

from streammigrate.codemod.model import AddImport, Span
from streammigrate.codemod.names import Names
from streammigrate.codemod.scopes import Scopes


class SameNames:
    """Chooses how new code names something of getstream; `going` are the reads of names that are replaced."""

    def __init__(self, scopes: Scopes, names: Names, going: Collection[ast.expr]) -> None:
        self._scopes = scopes
        self._names = names
        self._going = {id(node) for node in going}
        self._exported = _exported(scopes)
        self._whole: dict[str, str] = {}

    def use(self, subject: ast.expr, dotted: str) -> tuple[str, tuple[AddImport, ...]]:
        """Return the code that names `dotted` where `subject` named its v1 counterpart, and the imports that it needs.

        Imports that `Names` adds by itself are not among them.
        """
        module, _, name = dotted.rpartition(".")
        known = self._names.known(module, name) or self._whole.get(dotted, "")
        if known:
            return known, ()
        statement = self._import(subject)
        if statement is None or not isinstance(subject, ast.Name):
            return self._names.use(module, name), ()
        on_top = isinstance(self._scopes.parent(statement), ast.Module)
        near = None if on_top else Span.of(statement)
        if on_top and sum(len(self._scopes.bindings(scope, subject.id)) for scope in self._scopes.scopes()) == 1:
            self._whole[dotted] = subject.id
        return subject.id, (AddImport(module, name, "" if subject.id == name else subject.id, near),)

    def _import(self, subject: ast.expr) -> ast.ImportFrom | None:
        """Return the import that binds a name and goes, because nothing else reads what it binds."""
        if not isinstance(subject, ast.Name) or subject.id in self._exported:
            return None
        scope, bindings = self._scopes.lookup(subject)
        if len(bindings) != 1 or not isinstance(bindings[0].node, ast.alias):
            return None
        if any(id(load) not in self._going for load in self._scopes.loads(scope, subject.id)):
            return None
        statement = self._scopes.parent(bindings[0].node)
        return statement if isinstance(statement, ast.ImportFrom) else None


def _exported(scopes: Scopes) -> frozenset[str]:
    found = [binding.value for binding in scopes.bindings(scopes.module, "__all__") if binding.value is not None]
    return frozenset(
        node.value
        for value in found
        for node in ast.walk(value)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
