"""What a rewrite changes in one file, in pieces as small as its statements."""

from __future__ import annotations

import ast
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

_ALIKE = 0.25
"""From where on two statements may be the same one before and after: the share of words that they have in common."""
_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")
_MOST_PAIRS = 40_000
"""Larger blocks are one piece."""


class Piece(NamedTuple):
    """Lines that change; ranges count from 0 and end before `end`."""

    start: int
    end: int
    """Where `old` is in the file as it is; nothing is taken away where the range is empty."""
    new_start: int
    new_end: int


def lines_of(text: str) -> list[str]:
    """Return the lines of a text with their ends, as Python counts them."""
    return io.StringIO(text, newline="").readlines()


def pieces(before: str, after: str, *, python: bool = True) -> tuple[Piece, ...]:
    """Return what differs, in the order of the file. What is not `python` is compared line by line."""
    old, new = _rows(before, python=python), _rows(after, python=python)
    found: list[Piece] = []
    matcher = SequenceMatcher(None, [row.text for row in old], [row.text for row in new], autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            found += _paired(old, new, (i1, i2), (j1, j2))
    lines, others = lines_of(before), lines_of(after)
    return tuple(_trimmed(one, lines, others) for one in found)


def _trimmed(piece: Piece, old: Sequence[str], new: Sequence[str]) -> Piece:
    """Return a piece without the lines at its ends that stay."""
    start, end, new_start, new_end = piece
    while start < end and new_start < new_end and old[start] == new[new_start]:
        start, new_start = start + 1, new_start + 1
    while start < end and new_start < new_end and old[end - 1] == new[new_end - 1]:
        end, new_end = end - 1, new_end - 1
    return Piece(start, end, new_start, new_end)


class _Row(NamedTuple):
    """A statement, or the first lines of a compound one, with the comments and empty lines above it."""

    start: int
    end: int
    text: str


def _rows(text: str, *, python: bool) -> list[_Row]:
    lines = lines_of(text)
    ends = range(1, len(lines) + 1) if not python else _ends(text, len(lines))
    rows: list[_Row] = []
    start = 0
    for end in ends:
        rows.append(_Row(start, end, "".join(lines[start:end])))
        start = end
    return rows


def _ends(text: str, count: int) -> list[int]:
    """Return the last lines of the statements, and of what stands above the body of a compound one."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return list(range(1, count + 1))
    ends = {count}
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(node, (ast.stmt, ast.ExceptHandler, ast.match_case)):
            if isinstance(body, list):
                first = min((body[0].lineno, *(one.lineno for one in getattr(body[0], "decorator_list", ()))))
                head = _head(node)
                if first > head:
                    ends.add(first - 1)
            elif isinstance(node, ast.stmt):
                ends.add(node.end_lineno or node.lineno)
    return sorted(end for end in ends if 0 < end <= count)


def _head(node: ast.AST) -> int:
    return int(node.pattern.lineno if isinstance(node, ast.match_case) else getattr(node, "lineno", 0))


def _paired(old: Sequence[_Row], new: Sequence[_Row], rows: tuple[int, int], others: tuple[int, int]) -> list[Piece]:
    """Split a block that changes where statements before and after can be told to be the same ones."""
    (i1, i2), (j1, j2) = rows, others
    pairs = _pairs([row.text for row in old[i1:i2]], [row.text for row in new[j1:j2]])
    found: list[Piece] = []
    at, other = i1, j1
    for number, (i, j) in enumerate(pairs):
        # New statements without a partner belong to the next one that has one, and after the last to that.
        last = number == len(pairs) - 1
        found += [_piece(old, new, (gone, gone + 1), (other, other)) for gone in range(at, i1 + i)]
        found.append(_piece(old, new, (i1 + i, i1 + i + 1), (other, j2 if last else j1 + j + 1)))
        at, other = i1 + i + 1, j2 if last else j1 + j + 1
    if not pairs:
        return [_piece(old, new, rows, others)]
    return [*found, *(_piece(old, new, (gone, gone + 1), (j2, j2)) for gone in range(at, i2))]


def _piece(old: Sequence[_Row], new: Sequence[_Row], rows: tuple[int, int], others: tuple[int, int]) -> Piece:
    return Piece(*_lines(old, *rows), *_lines(new, *others))


def _lines(rows: Sequence[_Row], first: int, end: int) -> tuple[int, int]:
    if first < end:
        return rows[first].start, rows[end - 1].end
    at = rows[first].start if first < len(rows) else (rows[-1].end if rows else 0)
    return at, at


def _pairs(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return which statements are the same one before and after, in order: those that are most alike altogether."""
    if not old or not new or len(old) * len(new) > _MOST_PAIRS:
        return []
    words = [Counter(_WORD.findall(text)) for text in old]
    others = [Counter(_WORD.findall(text)) for text in new]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            alike = _alike(words[i], others[j])
            paired = best[i + 1][j + 1] + alike if alike >= _ALIKE else 0.0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], paired)
    found: list[tuple[int, int]] = []
    i = j = 0
    while i < len(old) and j < len(new):
        alike = _alike(words[i], others[j])
        if alike >= _ALIKE and best[i][j] == best[i + 1][j + 1] + alike:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return found


def _alike(one: Counter[str], other: Counter[str]) -> float:
    sizes = (one.total(), other.total())
    common = (one & other).total()
    # A short statement may become a long one that holds all of it.
    return common / sum(sizes) + common / min(sizes) / 2 if common else 0.0


def covering(found: Iterable[Piece], touched: Iterable[tuple[int, int]]) -> tuple[Piece, ...]:
    """Return the pieces on some lines, first and last counted from 1; what is put between lines belongs to both."""
    spans = [(first - 1, last) for first, last in touched]
    return tuple(
        one
        for one in found
        if any((one.start < end and start < one.end) or (one.start == one.end in (start, end)) for start, end in spans)
    )
