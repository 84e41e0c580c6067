"""What a file imports, read from its text alone: enough to tell whether the file is worth parsing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

STAR = "*"
PLAIN = b"."
"""Stands in an index for imports that name no module: `from . import x`."""

_FROM = re.compile(rb"\bfrom[ \t]+([.\w \t]+?)[ \t]*\bimport\b[ \t]*(\([^)]*\)?|[^\n;#]*)")
# In notebooks and documents a line of code starts within a text.
_IMPORT = re.compile(rb"(?:^|[;:\"'>])[ \t]*import[ \t]+([^\n;#]*)", re.MULTILINE)
_CALLED = re.compile(
    rb"(?:import_module|__import__|import_string|patch(?:\.\w+)?|setattr|pytest_plugins)\b[ \t]*[(=][^()]*"
)
_TEXT = re.compile(rb"[\"'](\.*[^\W\d][\w.]*)[\"']")
_AS = re.compile(rb"([\w.]+)(?:[ \t]+as[ \t]+(\w+))?")
_COMMENT = re.compile(rb"#[^\n]*")
_WORD = re.compile(rb"[^\W\d]\w*")
_NO_MODULE = re.compile(rb"\bfrom[ \t]+[. \t]+import\b")
_MARKS = (b"import", b"patch", b"pytest_plugins")


class Import(NamedTuple):
    """One import. `names` are pairs of a name and the name it gets here; None for the module itself (`import a.b`)."""

    level: int
    module: str
    names: tuple[tuple[str, str], ...] | None
    bound: str = ""
    """The name that the module itself gets, where it gets one."""


def imports_in(data: bytes) -> tuple[Import, ...]:
    """Return the imports of a file, also those that a text names (`import_module("a.b")`, `patch("a.b.c")`).

    More than there are: what stands in a comment or a text looks like an import too.
    """
    if b"\\\n" in data or b"\\\r\n" in data:
        data = data.replace(b"\\\r\n", b" ").replace(b"\\\n", b" ")
    found = []
    for match in _FROM.finditer(data):
        module = match[1].decode("utf-8", "replace").replace(" ", "").replace("\t", "")
        dotted = module.lstrip(".")
        found.append(Import(len(module) - len(dotted), dotted, tuple(_pairs(_COMMENT.sub(b"", match[2])))))
    for match in _IMPORT.finditer(data):
        for name, alias in _pairs(match[1]):
            found.append(Import(0, name, None, alias if alias != name else name.partition(".")[0]))
    for match in _CALLED.finditer(data):
        for text in _TEXT.findall(match[0]):
            dotted = text.decode("utf-8", "replace")
            module = dotted.lstrip(".")
            found.append(Import(len(dotted) - len(module), module, None))
            parts = module.split(".")
            found += [
                Import(0, ".".join(parts[:end]), ((parts[end], parts[end]),))
                for end in range(1, len(parts))
                if parts[0]
            ]
            if b"pytest_plugins" in match[0]:
                found.append(Import(0, module, ((STAR, STAR),)))
    return tuple(dict.fromkeys(found))


def _pairs(text: bytes) -> Iterable[tuple[str, str]]:
    if text.strip(b" \t()\r\n") == b"*":
        yield STAR, STAR
        return
    for name, alias in _AS.findall(text):
        if name != b"as":
            plain = name.decode("utf-8", "replace")
            yield plain, alias.decode("utf-8", "replace") or plain


def index_words(files: Mapping[str, bytes]) -> dict[bytes, list[str]]:
    """Return, for each word in an import (and PLAIN), the files that have it there."""
    found: dict[bytes, list[str]] = {}
    for path, data in files.items():
        lines: list[bytes] = []
        for mark in _MARKS if "test" in path else _MARKS[:1]:
            _add_lines(data, mark, lines)
        if lines:
            text = b"\n".join(lines)
            for word in set(_WORD.findall(text)):
                if word in found:
                    found[word].append(path)
                else:
                    found[word] = [path]
            if b"." in text and _NO_MODULE.search(text):
                found.setdefault(PLAIN, []).append(path)
    return found


def _add_lines(data: bytes, mark: bytes, lines: list[bytes]) -> None:
    """Add the lines that hold a mark, each with those that belong to it."""
    at = data.find(mark)
    if at < 0:
        return
    continued = b"\\\n" in data or b"\\\r\n" in data
    size = len(data)
    while at >= 0:
        start = data.rfind(b"\n", 0, at) + 1
        end = data.find(b"\n", at)
        if end < 0:
            end = size
        if continued:
            while data.endswith((b"\\\n", b"\\\r\n"), 0, start):
                start = data.rfind(b"\n", 0, start - 1) + 1
            while end < size and data.endswith((b"\\", b"\\\r"), start, end):
                end = data.find(b"\n", end + 1)
                if end < 0:
                    end = size
        opened = data.rfind(b"(", at, end)
        if opened >= 0 and data.find(b")", opened, end) < 0:
            closed = data.find(b")", end)
            end = end if closed < 0 else closed
        lines.append(data[start:end])
        at = data.find(mark, end)
