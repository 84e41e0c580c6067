"""Where `ast`'s spans stand in a LibCST tree: `ast` counts UTF-8 bytes, LibCST counts characters."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from streammigrate.codemod.model import Span
from streammigrate.codemod.parsing import Unappliable, shape

_LINE_END = re.compile(r"\r\n?|\n")


class Place(NamedTuple):
    """A range as LibCST counts: lines from 1, columns in characters from 0, end exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Places:
    """The positions of one file's nodes, found by what `ast` says."""

    def __init__(self, module: cst.Module, tree: ast.Module, text: str) -> None:
        self.module = module
        self.lines = _LINE_END.split(text)
        # The tree was parsed for this edit alone: no node stands in it twice, so that it need not be copied.
        ranges = MetadataWrapper(module, unsafe_skip_copy=True).resolve(PositionProvider)
        self._places = {node: _place(range) for node, range in ranges.items()}
        self._tree = tree
        self._by_span: dict[Span, list[ast.expr]] = {}
        self._statements: dict[tuple[int, int], cst.CSTNode] = {}
        self._expressions: dict[Place, list[cst.CSTNode]] = {}
        self._tuples: list[tuple[Place, cst.BaseExpression]] = []
        for node, place in self._places.items():
            if isinstance(node, (cst.BaseSmallStatement, cst.BaseCompoundStatement, cst.ExceptHandler)):
                self._statements.setdefault(place[:2], node)
            elif isinstance(node, (cst.BaseExpression, cst.ImportAlias)):
                self._expressions.setdefault(place, []).append(node)
                if isinstance(node, (cst.Tuple, cst.GeneratorExp)):
                    self._tuples.append((place, node))

    def of(self, node: cst.CSTNode) -> Place | None:
        """Return the place of a node, or None for nodes that have none (whitespace, for example)."""
        return self._places.get(node)

    def place(self, span: Span) -> Place:
        """Return a span in LibCST's columns. Raises Unappliable for a span outside the file."""
        return Place(
            span.line,
            self._characters(span.line, span.column),
            span.end_line,
            self._characters(span.end_line, span.end_column),
        )

    def _characters(self, line: int, column: int) -> int:
        if not 1 <= line <= len(self.lines):
            raise Unappliable("not-found", f"the file has no line {line}", line)
        try:
            return len(self.lines[line - 1].encode()[:column].decode())
        except UnicodeDecodeError:
            raise Unappliable("not-found", f"column {column} is inside a character", line) from None

    def indent(self, node: cst.CSTNode) -> str:
        """Return the white space in front of the line on which a node starts."""
        place = self._places[node]
        line = self.lines[place.line - 1]
        return line[: len(line) - len(line.lstrip(" \t\f"))]

    def statement(self, span: Span) -> cst.CSTNode:
        """Return the small statement, compound statement or `except` clause that starts where a span starts."""
        node = self._statements.get(self.place(span)[:2])
        if node is None:
            raise Unappliable("not-found", "no statement starts at the place to edit", span.line)
        return node

    def enclosing(self, span: Span) -> cst.CSTNode:
        """Return the innermost statement (or `except` clause) that holds a span; the one of its first line at best."""
        place = self.place(span)
        exact = self._statements.get(place[:2])
        if exact is not None:
            return exact
        holding = [
            (own, node)
            for node in self._statements.values()
            if (own := self._whole(node))[:2] <= place[:2] and place[2:] <= own[2:]
        ]
        if not holding:
            raise Unappliable("not-found", "no statement holds the place to edit", span.line)
        return max(holding, key=lambda pair: (pair[0][:2], (-pair[0].end_line, -pair[0].end_column)))[1]

    def _whole(self, node: cst.CSTNode) -> Place:
        """Return a statement's place with its decorators, which LibCST leaves out."""
        place = self._places[node]
        if isinstance(node, (cst.FunctionDef, cst.ClassDef)) and node.decorators:
            first = self._places[node.decorators[0]]
            return place._replace(line=first.line, column=first.column)
        return place

    def lines_of(self, node: cst.CSTNode) -> tuple[int, int] | None:
        """Return the first and last line of a node, decorators included."""
        if node not in self._places:
            return None
        place = self._whole(node)
        return place.line, place.end_line

    def expression(self, span: Span) -> cst.BaseExpression | cst.ImportAlias:
        """Return the expression, or the imported name, that has exactly this span.

        Raises Unappliable where the two parsers do not see the same code there (as inside f-strings before Python 3.12).
        """
        place = self.place(span)
        found = self._expressions.get(place, [])
        for node in found:
            if isinstance(node, cst.ImportAlias):
                return node
        # LibCST's tuples and generators do not hold their brackets, ast's do.
        found = [*found, *(node for inner, node in self._tuples if place[:2] <= inner[:2] and inner[2:] <= place[2:])]
        wanted = {shape(node) for node in self._at(span)}
        for node in found:
            if isinstance(node, cst.BaseExpression) and self._dump(node) in wanted:
                return node
        raise Unappliable("not-found", "no expression has the span to replace", span.line)

    def _at(self, span: Span) -> list[ast.expr]:
        if not self._by_span:
            for node in ast.walk(self._tree):
                if isinstance(node, ast.expr):
                    self._by_span.setdefault(Span.of(node), []).append(node)
        return self._by_span.get(span, [])

    def _dump(self, node: cst.BaseExpression) -> str:
        try:
            return shape(ast.parse(f"({self.module.code_for_node(node)}\n)", mode="eval").body)
        except SyntaxError:
            return ""


def _place(range: CodeRange) -> Place:
    return Place(range.start.line, range.start.column, range.end.line, range.end.column)


def refuse_overlaps(spans: Iterable[Span], what: str) -> None:
    """Raise Unappliable when two spans share a place."""
    ordered = sorted(spans)
    for first, second in pairwise(ordered):
        if second[:2] < first[2:]:
            raise Unappliable("overlap", f"two {what} share a place", second.line)
