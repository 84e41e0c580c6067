"""Expressions as people read them."""

from __future__ import annotations

import ast

_LONGEST = 48
_CLIENTS = ("StreamChat", "StreamChatAsync")


def is_test_file(path: str) -> bool:
    """Return whether a file is one that pytest collects tests or fixtures from by its name."""
    name = path.rpartition("/")[2]
    return name.startswith("test_") or name.endswith(("_test.py", "_tests.py")) or name in ("tests.py", "conftest.py")


def last_name(node: ast.expr) -> str:
    """Return the last name of what is called, subscripted or looked up: `c` of `a.b.c`, of `a.c[0]` and of `c(1)`."""
    while isinstance(node, (ast.Call, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def short(node: ast.AST | None) -> str:
    """Return the source of an expression, cut where it is long and without what may be a secret; empty for None."""
    if isinstance(node, ast.Call) and last_name(node) in _CLIENTS:
        return cut(masked(node))
    return cut("" if node is None else ast.unparse(node))


def cut(text: str) -> str:
    """Return a text, cut where it is long."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


class _Masked(ast.NodeTransformer):
    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.copy_location(ast.Constant("…"), node) if isinstance(node.value, str) and node.value else node

    def visit_Subscript(self, node: ast.Subscript) -> ast.Subscript:
        # `os.environ["NAME"]` names where the secret is.
        return node

    def visit_Call(self, node: ast.Call) -> ast.Call:
        return node


def masked(node: ast.Call) -> str:
    """Return the source of what makes a client, without the texts in it: one of them may be a secret.

    Reports are posted where code is not.
    """
    call = ast.parse(ast.unparse(node), mode="eval").body
    if isinstance(call, ast.Call):
        call.args = [_Masked().visit(argument) for argument in call.args]
        for keyword in call.keywords:
            keyword.value = _Masked().visit(keyword.value)
    return ast.unparse(call)
