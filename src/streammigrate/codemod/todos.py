"""`# TODO(streammigrate): …` comments: how they are written, and how one that stands there is recognised."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import libcst as cst

MARK = "# TODO(streammigrate):"
WIDTH = 100
_HANG = "#   "
_NARROWEST = 40
_TAB = 4


def comment_lines(text: str, indent: str) -> list[str]:
    """Return the comment's lines without the indentation, none longer than WIDTH with it (long words excepted)."""
    room = max(_NARROWEST, WIDTH - len(indent.expandtabs(_TAB)))
    words = " ".join(text.split())
    return textwrap.wrap(
        f"{MARK} {words}", room, subsequent_indent=_HANG, break_long_words=False, break_on_hyphens=False
    )


def add(lines: Sequence[cst.EmptyLine], above: Sequence[cst.EmptyLine], text: str, indent: str) -> list[cst.EmptyLine]:
    """Return a statement's leading lines with the comment as the last, or as they were when it is among them.

    `above` are lines over `lines` that LibCST keeps elsewhere (a module's header); the comment may stand there too.
    """
    wanted = " ".join(text.split())
    if wanted in _texts([*above, *lines]):
        return list(lines)
    return [*lines, *(_line(line) for line in comment_lines(text, indent))]


def split(lines: Sequence[cst.EmptyLine]) -> tuple[list[cst.EmptyLine], list[cst.EmptyLine]]:
    """Return what stands above the comments of this kind that end the leading lines, and those comments."""
    start = len(lines)
    for index in range(len(lines) - 1, -1, -1):
        value = _value(lines[index])
        if value.startswith(MARK):
            start = index
        elif not value.startswith(_HANG):
            break
    return list(lines[:start]), list(lines[start:])


def _texts(lines: Sequence[cst.EmptyLine]) -> set[str]:
    """Return what the comments of this kind say, each on one line."""
    found: list[str] = []
    inside = False
    for line in lines:
        value = _value(line)
        if value.startswith(MARK):
            found.append(value[len(MARK) :])
            inside = True
        elif inside and value.startswith(_HANG):
            found[-1] += value[1:]
        else:
            inside = False
    return {" ".join(text.split()) for text in found}


def _value(line: cst.EmptyLine) -> str:
    return line.comment.value if line.comment else ""


def _line(value: str) -> cst.EmptyLine:
    return cst.EmptyLine(indent=True, comment=cst.Comment(value))
