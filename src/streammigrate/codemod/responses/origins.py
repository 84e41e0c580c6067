"""Whether a payload is what an answer gave: getstream's models of requests lack what only answers have."""

from __future__ import annotations

import ast
from collections.abc import Callable

from streammigrate.codemod.scopes import Binding, Scopes

SENT_AGAIN = (
    "what was read is sent again, and getstream's models of requests have no fields for what only answers have; "
    "send the keys that are meant"
)
_SAME = frozenset({"get", "copy", "pop", "setdefault", "values", "items"})
_COPIES = frozenset({"dict", "list", "sorted", "reversed", "copy", "deepcopy", "tuple", "next", "iter"})
_TEXTS = frozenset({"id", "cid", "type", "name", "role", "text", "image", "language", "team"})
_DEPTH = 8


class Origins:
    """Says of expressions of one file whether they are entities of an answer; `is_request` tells the calls that give one."""

    def __init__(self, scopes: Scopes, is_request: Callable[[ast.Call], bool]) -> None:
        self.scopes = scopes
        self.is_request = is_request

    def is_answer(self, node: ast.expr, depth: int = _DEPTH) -> bool:
        """Return whether an expression is an answer, an entity in one, or a mapping made of such an entity.

        Followed within the file through names, loops and copies; what a function of the project returns is not.
        """
        if depth == 0:
            return False
        if isinstance(node, ast.Call):
            return self._is_call(node, depth - 1)
        if isinstance(node, ast.Subscript):
            return not _names_text(node.slice) and self.is_answer(node.value, depth - 1)
        if isinstance(node, ast.Name):
            return any(self._is_bound(one, depth - 1) for one in self.scopes.lookup(node)[1])
        return any(self.is_answer(part, depth - 1) for part in _parts(node))

    def _is_call(self, node: ast.Call, depth: int) -> bool:
        function = node.func
        if self.is_request(node) or (isinstance(function, ast.Name) and function.id == "as_v1"):
            return True
        if isinstance(function, ast.Attribute) and function.attr in _SAME:
            return not (node.args and _names_text(node.args[0])) and self.is_answer(function.value, depth)
        name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
        return name in _COPIES and bool(node.args) and self.is_answer(node.args[0], depth)

    def _is_bound(self, binding: Binding, depth: int) -> bool:
        if binding.value is not None:
            return self.is_answer(binding.value, depth)
        owner = self.scopes.parent(binding.node)
        iterable = owner.iter if isinstance(owner, (ast.For, ast.AsyncFor, ast.comprehension)) else None
        return iterable is not None and self.is_answer(iterable, depth)


def _parts(node: ast.expr) -> list[ast.expr]:
    """Return the expressions whose value, or whose keys, an expression has."""
    if isinstance(node, (ast.Await, ast.NamedExpr, ast.Starred)):
        return [node.value]
    if isinstance(node, ast.BoolOp):
        return node.values
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    if isinstance(node, ast.Dict):
        return [value for key, value in zip(node.keys, node.values, strict=True) if key is None]
    if isinstance(node, (ast.List, ast.Tuple)):
        return node.elts
    return [node.elt] if isinstance(node, (ast.ListComp, ast.GeneratorExp)) else []


def _names_text(key: ast.expr) -> bool:
    """Return whether a key names a text of an entity."""
    return (
        isinstance(key, ast.Constant)
        and isinstance(key.value, str)
        and (key.value in _TEXTS or key.value.endswith("_id"))
    )
