"""Manifests as text: decoding without loss, lines, and edits by position."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from typing import NamedTuple

from streammigrate.manifests.model import Edit, ManifestError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NEWLINE = re.compile(r"\r\n|\n|\r")


class Source(NamedTuple):
    """A file's text with what is needed to write it back."""

    text: str
    codec: str
    mark: bytes

    def encode(self, text: str) -> bytes:
        """Return a text as the bytes of a file like this one."""
        return self.mark + text.encode(self.codec)


def decode(data: bytes) -> Source:
    """Return the text of a file: UTF-8, or what its byte order mark says (PowerShell writes UTF-16).

    Raises ManifestError for what is no text, or would not come back byte for byte.
    """
    mark, codec = next(((mark, codec) for mark, codec in _MARKS if data.startswith(mark)), (b"", "utf-8"))
    try:
        text = data[len(mark) :].decode(codec)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ManifestError(f"the file is not {'UTF-8' if codec == 'utf-8' else 'UTF-16'}", line) from None
    if "\0" in text:
        raise ManifestError("the file holds NUL characters", text.count("\n", 0, text.index("\0")) + 1)
    return Source(text, codec, mark)


def apply(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with edits made, none of which overlap; those at one place are made in their order."""
    parts: list[str] = []
    position = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        parts += (text[position : edit.start], edit.text)
        position = edit.end
    return "".join([*parts, text[position:]])


def line_of(text: str, position: int) -> int:
    """Return the number of the line that holds a position, from 1; lines end as editors end them."""
    return sum(1 for _ in _NEWLINE.finditer(text, 0, position)) + 1


def line_start(text: str, position: int) -> int:
    """Return where the line of a position begins."""
    return max(text.rfind("\n", 0, position), text.rfind("\r", 0, position)) + 1


def line_end(text: str, position: int) -> int:
    """Return where the line of a position ends, before its newline."""
    match = _NEWLINE.search(text, position)
    return match.start() if match is not None else len(text)


def next_line(text: str, position: int) -> int:
    """Return where the line after that of a position begins, or the end of the text."""
    match = _NEWLINE.search(text, position)
    return match.end() if match is not None else len(text)


def newline_at(text: str, position: int) -> str:
    """Return the newline of a position's line, else that of the line before it, else a line feed."""
    match = _NEWLINE.search(text, position)
    if match is None:
        before = list(_NEWLINE.finditer(text, 0, position))
        return before[-1][0] if before else "\n"
    return match[0]
