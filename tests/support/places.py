"""Spans of pieces of source code, for the tests of the codemod."""

from __future__ import annotations

import ast

from streammigrate.codemod.model import Span


def at(source: str, piece: str, occurrence: int = 0) -> Span:
    """Return the span of the expression, statement, clause or imported name whose code is `piece`, in reading order."""
    kinds = (ast.expr, ast.stmt, ast.ExceptHandler, ast.alias)
    found = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, kinds) and ast.get_source_segment(source, node) == piece
    ]
    return Span.of(sorted(found, key=lambda node: (node.lineno, node.col_offset))[occurrence])
