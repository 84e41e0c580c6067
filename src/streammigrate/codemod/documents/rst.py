"""The Python of a reStructuredText file: directives that show code in Python."""

from __future__ import annotations

import re
from collections.abc import Sequence

from streammigrate.codemod.documents.lines import rows
from streammigrate.codemod.documents.prose import Listing, document
from streammigrate.codemod.documents.virtual import IMPORTING, Virtual, left

_DIRECTIVE = re.compile(
    r"(?P<lead>[ \t]*(?:(?:[-*+•]|\d+[.)]|#\.)[ \t]+)*)"
    r"\.\.[ \t]+(?:code-block|code|sourcecode)::[ \t]*(?P<name>[\w+-]*)[ \t]*$"
)
_PYTHON = frozenset({"python", "python3", "py", "py3"})
_OPTION = re.compile(r":[\w-]+:(?:[ \t]|$)")


def open_rst(data: bytes) -> Virtual:
    """Return the Python of a reStructuredText file."""
    lines = rows(data)
    texts = [body.decode("utf-8", "surrogateescape") for body, _ in lines]
    found: list[Listing] = []
    rest = set(range(len(texts)))
    number = 0
    while number < len(texts):
        directive = _DIRECTIVE.match(texts[number])
        number += 1
        if directive is None:
            number = _after_comment(texts, number)
            continue
        own = len(directive["lead"].expandtabs(4))
        stop = _end(texts, number, own)
        inside = range(number, stop)
        number = stop
        if directive["name"].lower() in _PYTHON:
            rest -= set(inside)
            found += _listing(texts, inside)
    loose = sorted(line for line in rest if IMPORTING.match(texts[line]) and texts[line][:1] in " \t>")
    troubles = [left(loose[0] + 1, "the directive does not say that it is Python")] if loose else []
    return document(lines, texts, found, troubles)


def _after_comment(texts: Sequence[str], number: int) -> int:
    """Return the line below a comment that the line above `number` begins; `number` where it begins none."""
    above = texts[number - 1]
    if above.strip() == ".." or re.match(r"[ \t]*\.\.[ \t]+(?!\[|_|\||\S+::)", above):
        return _end(texts, number, _indent(above))
    return number


def _end(texts: Sequence[str], start: int, own: int) -> int:
    """Return the first line that is not deeper than a directive, blank lines above it not counted."""
    last = start
    for number in range(start, len(texts)):
        if texts[number].strip():
            if _indent(texts[number]) <= own:
                break
            last = number + 1
    return last


def _listing(texts: Sequence[str], inside: range) -> list[Listing]:
    start = inside.start
    while start < inside.stop and texts[start].strip():
        if not _OPTION.match(texts[start].strip()):
            # What follows the directive at once is an option or, for docutils, an error.
            return []
        start += 1
    shown = [_indent(texts[number]) for number in range(start, inside.stop) if texts[number].strip()]
    return [Listing(range(start, inside.stop), min(shown))] if shown else []


def _indent(text: str) -> int:
    return len(text[: len(text) - len(text.lstrip(" \t"))].expandtabs(4))
