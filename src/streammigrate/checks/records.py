"""Reads records of any number: JSON Lines or a JSON array, compressed or not, one record in memory at a time."""

from __future__ import annotations

import codecs
import json
import re
import zlib
from collections.abc import Callable, Iterator
from io import BufferedReader
from json import JSONDecoder
from pathlib import Path
from typing import IO, Any, NamedTuple, NoReturn, cast

from streammigrate.checks import problems
from streammigrate.findings import Location
from streammigrate.spec import problems as document_problems

LONGEST = 16 * 2**20
"""The most bytes, or characters in an array, of one record."""

_CHUNK = 2**18
_BOM = b"\xef\xbb\xbf"
_SPACE = re.compile(r"[ \t\r\n]*")

Progress = Callable[[str, int, int], None]
"""Is told a file, the bytes that were read of it, and its size."""


class Record(NamedTuple):
    """One record. `line` counts from 1 and is 0 in an array, where `pointer` is the place."""

    entity: str
    node: dict[str, Any]
    source: str
    line: int
    pointer: str

    @property
    def at(self) -> Location:
        """The place of the record."""
        return Location(self.source, self.pointer, self.line or None)


class Value(NamedTuple):
    """A JSON object of a file, of whatever kind."""

    node: dict[str, Any]
    line: int
    pointer: str


class Bad(NamedTuple):
    """Something that is no record, and why. `final` when nothing behind it can be read."""

    line: int
    pointer: str
    reason: str
    final: bool = False


class _ConstantError(ValueError):
    pass


def _refuse_constant(name: str) -> NoReturn:
    raise _ConstantError(f"{name} is not a JSON number")


_decoder = JSONDecoder(parse_constant=_refuse_constant)


def read(path: str, progress: Progress | None = None) -> Iterator[Value | Bad]:
    """Yield what a file holds, in order. Raises InputError for a file that cannot be opened or read."""
    try:
        with Path(path).open("rb") as raw:
            stream = _decompressed(raw)
            if progress is None or not raw.seekable():
                yield from _values(stream, path)
                return
            size = Path(path).stat().st_size
            told = 0
            for found in _values(stream, path):
                yield found
                if raw.tell() - told >= _CHUNK:
                    told = raw.tell()
                    progress(path, told, size)
            progress(path, size, size)
    except FileNotFoundError:
        raise document_problems.NOT_FOUND.error(Location(path), "there is no such file") from None
    except IsADirectoryError:
        raise document_problems.NOT_A_FILE.error(Location(path), "this is a directory, not a file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is not valid"
        raise document_problems.UNREADABLE.error(Location(path), f"the file cannot be read: {reason}") from None


def _decompressed(raw: BufferedReader) -> IO[bytes]:
    if raw.peek(2)[:2] != b"\x1f\x8b":
        return raw
    import gzip

    return cast("IO[bytes]", gzip.GzipFile(fileobj=raw))


def _values(stream: IO[bytes], path: str) -> Iterator[Value | Bad]:
    line = 0
    try:
        for number, found in _whole(stream, path):
            line = number
            yield found
    except (EOFError, zlib.error) as error:
        reason = "the compressed data ends early" if isinstance(error, EOFError) else "the compressed data is damaged"
        yield Bad(line, "", reason, final=True)
    except OSError as error:
        # gzip reports a wrong checksum as an OSError that has no errno.
        if error.errno is not None:
            raise
        yield Bad(line, "", "the compressed data is damaged", final=True)


def _whole(stream: IO[bytes], path: str) -> Iterator[tuple[int, Value | Bad]]:
    number = 0
    first = True
    while True:
        text = stream.readline(LONGEST + 1)
        if not text:
            return
        number += 1
        if first:
            text = text.removeprefix(_BOM)
        stripped = text.strip()
        if not stripped:
            continue
        if first and stripped[:1] == b"[":
            for found in _array(stream, text):
                yield number, found
            return
        if first and stripped == b"{":
            hint = "Write a record on each line, for example with `jq -c`."
            message = "this is one JSON object over several lines, and not a list of records"
            raise problems.NOT_RECORDS.error(Location(path, line=number), message, hint)
        first = False
        if len(text) > LONGEST:
            while text and not text.endswith(b"\n"):
                text = stream.readline(LONGEST)
            yield number, Bad(number, "", f"the line is longer than {LONGEST // 2**20} MiB")
            continue
        yield number, _line(stripped, number)


def _line(text: bytes, number: int) -> Value | Bad:
    try:
        node = _decoder.decode(text.decode())
    except (ValueError, RecursionError) as error:
        return Bad(number, "", _reason(error))
    if isinstance(node, dict):
        return Value(node, number, "")
    return Bad(number, "", "this is not a JSON object")


def _reason(error: Exception) -> str:
    """Return why text is not JSON, without any of the text."""
    if isinstance(error, json.JSONDecodeError):
        return f"this is not JSON: {error.msg[:1].lower()}{error.msg[1:]} (character {error.pos + 1})"
    if isinstance(error, UnicodeDecodeError):
        return "this is not UTF-8"
    if isinstance(error, RecursionError):
        return "the nesting is too deep"
    return str(error) if isinstance(error, _ConstantError) else "a number has too many digits"


class _Text:
    """The text of a stream behind a position, of which only what is needed is kept."""

    def __init__(self, stream: IO[bytes], start: bytes) -> None:
        self._stream = stream
        self._decode = codecs.getincrementaldecoder("utf-8")()
        self.ended = False
        self.text = self._decode.decode(start)
        self.position = 0

    def more(self) -> bool:
        """Read on; whether there was anything. What stands before the position is thrown away."""
        if self.ended:
            return False
        # As much again as is kept, so that a long record is looked at a few times and not once for each chunk.
        data = self._stream.read(max(_CHUNK, len(self.text) - self.position))
        self.ended = not data
        self.text = self.text[self.position :] + self._decode.decode(data, final=self.ended)
        self.position = 0
        return not self.ended

    def peek(self) -> str:
        """Return the next character that is not white space, empty at the end."""
        while True:
            match = _SPACE.match(self.text, self.position)
            self.position = match.end() if match else self.position
            if self.position < len(self.text):
                return self.text[self.position]
            if not self.more():
                return ""


def _array(stream: IO[bytes], start: bytes) -> Iterator[Value | Bad]:
    index = 0
    try:
        source = _Text(stream, start)
        source.peek()
        source.position += 1
        if source.peek() == "]":
            source.position += 1
        else:
            while True:
                found, after = _element(source, index)
                yield found
                if isinstance(found, Bad) and found.final:
                    return
                index += 1
                if after == "]":
                    break
        if source.peek():
            yield Bad(0, "", "something follows the list", final=True)
    except UnicodeDecodeError:
        yield Bad(0, f"/{index}", "this is not UTF-8", final=True)


def _element(source: _Text, index: int) -> tuple[Value | Bad, str]:
    """Return the next item and the character behind it, a comma or a bracket."""
    pointer = f"/{index}"
    reason = ""
    source.peek()
    while True:
        begin = source.position
        try:
            node, end = _decoder.raw_decode(source.text, begin)
            reason = ""
        except (ValueError, RecursionError) as error:
            node, end = None, _end_of_item(source.text, begin)
            reason = _reason(error).partition(" (character")[0]
        match = _SPACE.match(source.text, end) if end >= 0 else None
        behind = match.end() if match else len(source.text)
        if end >= 0 and behind < len(source.text) and source.text[behind] in ",]":
            source.position = behind + 1
            if not reason and isinstance(node, dict):
                return Value(node, 0, pointer), source.text[behind]
            return Bad(0, pointer, reason or "this is not a JSON object"), source.text[behind]
        if end >= 0 and behind < len(source.text):
            return Bad(0, pointer, "a comma is missing behind this item", final=True), ""
        if len(source.text) - begin > LONGEST:
            return Bad(0, pointer, f"the item is longer than {LONGEST // 2**20} MiB", final=True), ""
        if not source.more():
            return Bad(0, pointer, "the list ends early", final=True), ""


_IN_TEXT = re.compile(r'["\\]')
_OUTSIDE = re.compile(r'["{}\[\],]')


def _end_of_item(text: str, position: int) -> int:
    """Return where an item ends that may be malformed, by counting brackets; -1 when its end is not in the text."""
    depth = 0
    while True:
        match = _OUTSIDE.search(text, position)
        if match is None:
            return -1
        sign, position = match[0], match.end()
        if sign == '"':
            while True:
                match = _IN_TEXT.search(text, position)
                if match is None:
                    return -1
                position = match.end()
                if match[0] == '"':
                    break
                position += 1
        elif sign in "{[":
            depth += 1
        elif depth == 0:
            return match.start()
        elif sign in "}]":
            depth -= 1
            if depth == 0:
                return position
