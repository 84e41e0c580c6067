"""Whether an error that a read may raise is caught around it."""

from __future__ import annotations

import ast

from streammigrate.codemod.scopes import Scopes

_ABOVE = {"KeyError": ("KeyError", "LookupError"), "TypeError": ("TypeError",), "AttributeError": ("AttributeError",)}


class Handlers:
    """Answers for the code of one file."""

    def __init__(self, scopes: Scopes) -> None:
        self.scopes = scopes

    def catch(self, node: ast.AST, name: str) -> bool:
        """Return whether a handler around a node may catch a built-in error, and not every other error as well."""
        child = node
        for ancestor in self.scopes.ancestors(node):
            if child in _body(ancestor):
                caught = [one.type for one in ancestor.handlers] if isinstance(ancestor, ast.Try) else []
                if any(one is not None and self._names(one, name) for one in caught):
                    return True
                # `with suppress(KeyError):` and the like.
                items = ancestor.items if isinstance(ancestor, (ast.With, ast.AsyncWith)) else []
                if any(name in ast.unparse(item.context_expr) for item in items):
                    return True
            child = ancestor
        return False

    def _names(self, caught: ast.expr, name: str) -> bool:
        if isinstance(caught, ast.Tuple):
            return any(self._names(one, name) for one in caught.elts)
        if not isinstance(caught, ast.Name):
            return isinstance(caught, ast.Starred)
        bindings = self.scopes.lookup(caught)[1]
        # A name of the file's own may hold any classes.
        return caught.id in _ABOVE[name] if not bindings else any(one.kind == "assign" for one in bindings)


def _body(node: ast.AST) -> list[ast.stmt]:
    return node.body if isinstance(node, (ast.Try, ast.With, ast.AsyncWith)) else []
