"""Which value a name has where it is read."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from streammigrate.codemod.scopes import Binding, Scope, Scopes

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Module)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


class Reaching:
    """Answers for the names of one file."""

    def __init__(self, scopes: Scopes) -> None:
        self.scopes = scopes

    def binding(self, load: ast.Name, scope: Scope) -> ast.AST | None:
        """Return the one binding whose value a read of the scope's name sees, or None when several may be."""
        bindings = [one for one in self.scopes.bindings(scope, load.id) if one.kind != "global"]
        if len(bindings) == 1:
            return bindings[0].node
        if self.scopes.scope(load) is not scope and self.function(load) is not self.function(bindings[0].node):
            return None
        at = (load.lineno, load.col_offset)
        before = [one for one in bindings if self._end(one) <= at]
        if not before:
            return None
        last = max(before, key=self._end)
        if not self._dominates(last, load):
            return None
        later = [one for one in bindings if one not in before]
        for loop in self._loops(load):
            if self.is_inside(last.node, loop):
                break
            if any(self.is_inside(one.node, loop) for one in later):
                return None
        return last.node

    def function(self, node: ast.AST) -> ast.AST | None:
        """Return the function, lambda or module whose code a node is."""
        return next((one for one in self.scopes.ancestors(node) if isinstance(one, _FUNCTIONS)), None)

    def is_inside(self, node: ast.AST, outer: ast.AST) -> bool:
        """Return whether a node is another or in it."""
        return node is outer or any(one is outer for one in self.scopes.ancestors(node))

    def _dominates(self, binding: Binding, load: ast.Name) -> bool:
        """Return whether every way to the read passes the binding: the read stands in its block or below it."""
        owner = self.scopes.parent(binding.node)
        while isinstance(owner, (ast.Tuple, ast.List, ast.Starred)):
            owner = self.scopes.parent(owner)
        if isinstance(owner, (ast.For, ast.AsyncFor, ast.comprehension, ast.withitem, ast.arguments)):
            body = owner if isinstance(owner, (ast.For, ast.AsyncFor)) else self.scopes.parent(owner)
            return body is not None and self.is_inside(load, body)
        return self.scopes.dominates(self.scopes.statement(binding.node), load)

    def _loops(self, node: ast.AST) -> Iterator[ast.AST]:
        return (one for one in self.scopes.ancestors(node) if isinstance(one, _LOOPS))

    def _end(self, binding: Binding) -> tuple[int, int]:
        """Return the place from which a binding's value can be read."""
        node = binding.node
        statement = self.scopes.statement(node)
        if isinstance(statement, (ast.Assign, ast.AnnAssign)):
            return (statement.end_lineno or statement.lineno, statement.end_col_offset or 0)
        return (getattr(node, "end_lineno", 0) or 0, getattr(node, "end_col_offset", 0) or 0)
