"""Expressions as people read them."""

from __future__ import annotations

import ast

_LONGEST = 48


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
    """Return the source of an expression, cut where it is long; empty for None."""
    text = "" if node is None else ast.unparse(node)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
