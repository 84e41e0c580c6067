"""The Python of a Markdown file: fenced blocks, found as CommonMark finds them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from streammigrate.codemod.documents.lines import rows
from streammigrate.codemod.documents.prose import Listing, document
from streammigrate.codemod.documents.virtual import IMPORTING, Virtual, left

_FENCE = re.compile(r"(?P<fence>`{3,}(?=[^`]*$)|~{3,})[ \t]*(?P<info>.*)$")
_ITEM = re.compile(r"(?P<mark>[-+*]|\d{1,9}[.)])(?P<space>[ \t]+|$)")
_ADMONITION = re.compile(r"(?:!!!|\?\?\?\+?|===[!+]?)[ \t]+\S")
"""Blocks of MkDocs, whose content is indented by four columns."""

_PYTHON = re.compile(
    r"\{?[ \t]*\.?(?:(?:code-cell|code-block|code|sourcecode|exec)\}?[ \t]+)?(?P<name>i?python3?|py3?)(?=$|[\s{},:;=])",
    re.IGNORECASE,
)
_SESSION = re.compile(r"\{?\.?(?:pycon|python-repl|ipythonconsole|doctest|\{doctest\})\b", re.IGNORECASE)
_DIRECTIVE = re.compile(r"\{[ \t]*(?:code-cell|code-block|code|sourcecode)\}", re.IGNORECASE)
_OPTION = re.compile(r":[\w-]+:(?:[ \t]|$)")
_HTML = (
    (re.compile(r"<!--"), re.compile(r"-->")),
    (
        re.compile(r"<(?:pre|script|style|textarea)(?:[\s>]|$)", re.I),
        re.compile(r"</(?:pre|script|style|textarea)>", re.I),
    ),
)


class _Open(NamedTuple):
    """A fence that was opened: where, with what, how deep, and what it says it holds."""

    line: int
    fence: str
    indent: int
    container: int
    info: str


def open_markdown(data: bytes) -> Virtual:
    """Return the Python of a Markdown file."""
    lines = rows(data)
    texts = [body.decode("utf-8", "surrogateescape") for body, _ in lines]
    if texts:
        texts[0] = texts[0].removeprefix("\ufeff")
    found: list[Listing] = []
    rest = set(range(len(texts)))
    for opened, last in _fences(texts):
        inside = range(opened.line + 1, last)
        rest -= set(inside)
        found += _block(opened, texts, inside)
    loose = sorted(line for line in rest if IMPORTING.match(texts[line]) and texts[line][:1] in " \t>#")
    troubles = [left(loose[0] + 1, "it is not fenced as Python")] if loose else []
    return document(lines, texts, found, troubles)


def _block(opened: _Open, texts: Sequence[str], inside: range) -> list[Listing]:
    python = _PYTHON.match(opened.info)
    if python is None:
        what = "" if opened.info and not _SESSION.match(opened.info) else "the fence does not say that it is Python"
        return [Listing(inside, opened.indent, what)] if what else []
    start = inside.start
    if _DIRECTIVE.match(opened.info):
        start = _after_options(texts, inside)
    magics = bool(_DIRECTIVE.match(opened.info)) or python["name"].lower().startswith("ipython")
    return [Listing(range(start, inside.stop), opened.indent, "", magics or opened.info.startswith("{"))]


def _after_options(texts: Sequence[str], inside: range) -> int:
    """Return the first line of a MyST directive below its options."""
    line = inside.start
    if line < inside.stop and texts[line].strip() == "---":
        for end in range(line + 1, inside.stop):
            if texts[end].strip() == "---":
                return end + 1
        return line
    while line < inside.stop and _OPTION.match(texts[line].strip()):
        line += 1
    return line


def _fences(texts: Sequence[str]) -> list[tuple[_Open, int]]:
    """Return each fenced block and the line, counted from 0, that follows its content."""
    found: list[tuple[_Open, int]] = []
    containers: list[int] = []
    opened: _Open | None = None
    html: re.Pattern[str] | None = None
    for number, text in enumerate(texts):
        blank = not text.strip(" \t")
        indent = _indent(text)
        if opened is not None:
            if blank:
                continue
            if indent >= opened.container:
                if indent - opened.container < 4 and _closes(text, opened.fence):
                    found.append((opened, number))
                    opened = None
                continue
            found.append((opened, number))
            opened = None
        if html is not None:
            if html.search(text):
                html = None
            continue
        if blank:
            continue
        while containers and containers[-1] > indent:
            containers.pop()
        opened, html = _line(number, text, containers, bool(number) and bool(texts[number - 1].strip()))
    if opened is not None:
        found.append((opened, len(texts)))
    return found


def _line(number: int, text: str, containers: list[int], below: bool) -> tuple[_Open | None, re.Pattern[str] | None]:
    """Return the fence or the HTML that a line opens, and note the list items that it begins.

    `below` says whether the line above has text.
    """
    column = _indent(text)
    rest = text.lstrip(" \t")
    while True:
        base = containers[-1] if containers else 0
        if column - base >= 4:
            return None, None
        item = _ITEM.match(rest)
        if item is not None and below and not rest[item.end() :] and column == _indent(text):
            # A mark without text cannot end a paragraph; it may underline one.
            break
        if item is None or re.fullmatch(r"(?:[-*][ \t]*){3,}", rest):
            break
        after = rest[item.end() :]
        marked = column + len(item["mark"])
        space = len((" " * marked + item["space"]).expandtabs(4)) - marked
        column = marked + (space if after and space <= 4 else 1)
        containers.append(column)
        rest = after
        if not rest:
            return None, None
    if _ADMONITION.match(rest):
        containers.append(column + 4)
        return None, None
    for start, end in _HTML:
        if start.match(rest):
            return None, None if end.search(rest) else end
    fence = _FENCE.match(rest)
    if fence is None:
        return None, None
    return _Open(number, fence["fence"], column, base, fence["info"].strip()), None


def _closes(text: str, fence: str) -> bool:
    text = text.strip(" \t")
    return len(text) >= len(fence) and not text.strip(fence[0])


def _indent(text: str) -> int:
    """Return how many columns a line is indented by."""
    return len(text[: len(text) - len(text.lstrip(" \t"))].expandtabs(4))
