"""Where values stand in a JSON file, without writing the file anew: byte offsets, found with the standard decoder.

The text is the file decoded as Latin-1, so that an offset in it is an offset in the file, and a file of 50 MB takes no
more memory than it has bytes. Strings are therefore to be decoded again from their own bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

_SPACE = re.compile(r"[ \t\n\r]*")
# Python refuses to make a number of very many digits.
_DECODER = json.JSONDecoder(strict=False, parse_int=str)
_ESCAPE = re.compile(rb"\\u[0-9a-fA-F]{4}|\\.|[^\\]+", re.DOTALL)
_NEWLINES = frozenset({rb"\n", rb"\u000a", rb"\u000A"})
_RETURNS = frozenset({rb"\r", rb"\u000d", rb"\u000D"})


class BadJson(Exception):  # noqa: N818
    """Text that is no JSON, at an offset."""

    def __init__(self, reason: str, position: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.position = position


def skip_space(text: str, position: int) -> int:
    """Return where the next token starts."""
    found = _SPACE.match(text, position)
    assert found is not None
    return found.end()


def value(text: str, position: int) -> tuple[Any, int]:
    """Return the value that starts at an offset, and where it ends. Raises BadJson."""
    try:
        return _DECODER.raw_decode(text, position)
    except json.JSONDecodeError as error:
        raise BadJson(error.msg, error.pos) from None
    except RecursionError:
        raise BadJson("it is nested too deeply", position) from None


def read_object(text: str, position: int, read: Callable[[str, int], int]) -> int:
    """Return where the object that starts at an offset ends.

    `read` gets each key and where its value starts, and returns where that ends. Raises BadJson.
    """
    if text[position : position + 1] != "{":
        raise BadJson("an object was expected", position)

    def member(start: int) -> int:
        if text[start : start + 1] != '"':
            raise BadJson("a key was expected", start)
        try:
            key, stop = scanstring(text, start + 1, False)
        except json.JSONDecodeError as error:
            raise BadJson(error.msg, error.pos) from None
        colon = skip_space(text, stop)
        if text[colon : colon + 1] != ":":
            raise BadJson("a colon was expected", colon)
        return read(key, skip_space(text, colon + 1))

    return _sequence(text, position, "}", member)


def read_array(text: str, position: int, read: Callable[[int], int]) -> int:
    """Return where the array that starts at an offset ends; `read` does with a value what it does for an object's.

    Raises BadJson.
    """
    if text[position : position + 1] != "[":
        raise BadJson("a list was expected", position)
    return _sequence(text, position, "]", read)


def skip_value(text: str, position: int, levels: int = 3) -> int:
    """Return where the value that starts at an offset ends. Raises BadJson.

    Down to `levels` it is read piece by piece, so that no more than one part of an output is in memory at a time.
    """
    mark = text[position : position + 1]
    if mark == "{" and levels:
        return read_object(text, position, lambda _, start: skip_value(text, start, levels - 1))
    if mark == "[" and levels:
        return read_array(text, position, lambda start: skip_value(text, start, levels - 1))
    return value(text, position)[1]


def string_lines(raw: bytes) -> list[tuple[bytes, bytes]]:
    """Return the lines of a JSON string, given without its quotes: each with the escape that ends it, as written."""
    found: list[tuple[bytes, bytes]] = []
    line: list[bytes] = []
    for token in _ESCAPE.findall(raw):
        if token in _NEWLINES:
            end = token
            if line and line[-1] in _RETURNS:
                end = line.pop() + token
            found.append((b"".join(line), end))
            line = []
        else:
            line.append(token)
    return [*found, (b"".join(line), b"")] if line else found


def decoded(raw: bytes) -> str:
    """Return what a JSON string says, given without its quotes. Raises ValueError for bytes that are not UTF-8."""
    text: str = json.loads(b'"' + raw + b'"', strict=False)
    return text


def _sequence(text: str, position: int, end: str, read: Callable[[int], int]) -> int:
    position = skip_space(text, position + 1)
    if text[position : position + 1] == end:
        return position + 1
    while True:
        position = skip_space(text, read(position))
        mark = text[position : position + 1]
        if mark == end:
            return position + 1
        if mark != ",":
            raise BadJson("a comma was expected", position)
        position = skip_space(text, position + 1)
