"""`# streammigrate: ignore[SM201,SM3] reason`: sites that their authors want left alone."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from typing import NamedTuple

from streammigrate.codemod.model import Span

IGNORED = "ignored"
"""What stands for the reason of a comment that gives none."""

_COMMENT = re.compile(r"#\s*streammigrate:\s*ignore\b(?:\s*\[(?P<ids>[^\]]*)\])?\s*(?P<reason>.*)", re.IGNORECASE)


class _Comment(NamedTuple):
    ids: tuple[str, ...]
    reason: str
    alone: bool
    """Whether the comment has its line to itself, and so speaks of the next line."""

    def covers(self, rule: str) -> bool:
        return not self.ids or any(rule.upper().startswith(id) for id in self.ids)


class Suppressions:
    """The comments of one file. A comment counts on a site's own line and on the first line of its statement, and on a
    line of its own above either (other comments may stand between). Without ids it covers every rule."""

    def __init__(self, text: str) -> None:
        self._comments: dict[int, _Comment] = {}
        self._alone: set[int] = set()
        self._starts: list[tuple[Span, int]] = []
        if not _COMMENT.search(text):
            return
        self._read(text)
        if self._comments:
            self._starts = list(_statements(ast.parse(text)))

    def _read(self, text: str) -> None:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type != tokenize.COMMENT:
                continue
            line = token.start[0]
            alone = not token.line[: token.start[1]].strip()
            if alone:
                self._alone.add(line)
            found = _COMMENT.match(token.string)
            if found:
                ids = tuple(id.strip().upper() for id in (found["ids"] or "").split(",") if id.strip())
                self._comments[line] = _Comment(ids, found["reason"].strip() or IGNORED, alone)

    def reason(self, node: ast.expr | ast.stmt | ast.ExceptHandler | ast.arg | ast.alias | Span, rule: str) -> str:
        """Return the reason that a comment gives for leaving the node to `rule` alone; empty when none does."""
        if not self._comments:
            return ""
        span = node if isinstance(node, Span) else Span.of(node)
        for line in dict.fromkeys((span.line, span.end_line, *self._first_lines(span))):
            for comment in self._about(line):
                if comment.covers(rule):
                    return comment.reason
        return ""

    def _first_lines(self, span: Span) -> tuple[int, ...]:
        """Return the lines on which the innermost statement of a span starts: its own, and that of its decorators."""
        holding = [(own, top) for own, top in self._starts if own._replace(line=top, column=0).holds(span)]
        if not holding:
            return ()
        own, top = max(holding, key=lambda pair: pair[0])
        return own.line, top

    def _about(self, line: int) -> Iterator[_Comment]:
        on_line = self._comments.get(line)
        if on_line is not None and not on_line.alone:
            yield on_line
        above = line - 1
        while above in self._alone:
            if above in self._comments:
                yield self._comments[above]
            above -= 1


def _statements(tree: ast.AST) -> Iterator[tuple[Span, int]]:
    """Yield the span and the first line, decorators included, of every statement and `except` clause."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.stmt, ast.ExceptHandler)):
            decorators: list[ast.expr] = getattr(node, "decorator_list", [])
            yield Span.of(node), min([node.lineno, *(decorator.lineno for decorator in decorators)])
