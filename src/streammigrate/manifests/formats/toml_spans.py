"""Where things are in a TOML document. What they mean is tomllib's business; this only finds their places."""

from __future__ import annotations

import re
import sys
from typing import Any, NamedTuple

from streammigrate.manifests.model import ManifestError

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SPACE = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*)*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}(?!")|\'\'\'[\s\S]*?\'{3,5}(?!\')|"(?:\\.|[^"\\\r\n])*"|\'[^\'\r\n]*\'', re.DOTALL
)
_OTHER = re.compile(r"[^,\]\}#\r\n]+")


class Value(NamedTuple):
    """A value and its place."""

    kind: str
    """`string`, `array`, `table` (inline) or `other`."""
    start: int
    end: int
    items: tuple[Value, ...] = ()
    """Of an array."""
    pairs: tuple[Pair, ...] = ()
    """Of an inline table."""
    data: str = ""
    """Of a string: what it stands for."""

    @property
    def inner(self) -> tuple[int, int]:
        """Return the place of a string's text without its quotes (those of one line)."""
        return self.start + 1, self.end - 1


class Pair(NamedTuple):
    """A key with its value. `path` is the whole path from the root of the document (or of the inline table)."""

    path: tuple[str, ...]
    start: int
    key_end: int
    value: Value


class Header(NamedTuple):
    """A line `[path]` or `[[path]]`, with the pairs up to the next one."""

    path: tuple[str, ...]
    start: int
    end: int
    """Behind the last thing that it holds."""
    array: bool
    pairs: tuple[Pair, ...]


def load(text: str) -> dict[str, Any]:
    """Return the data of a TOML document. Raises ManifestError."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    try:
        data: dict[str, Any] = tomllib.loads(text)
        return data
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise ManifestError(f"the TOML cannot be parsed: {error}", int(line[1]) if line else 0) from None
    except RecursionError:
        raise ManifestError("the TOML is nested too deeply") from None


def scan(text: str) -> tuple[Header, ...]:
    """Return the tables of a valid TOML document in their order; the first is the root, which has no line.

    Raises ManifestError where the document is not understood, which valid TOML never is.
    """
    try:
        return _Scanner(text).run()
    except (IndexError, RecursionError):
        raise ManifestError("the TOML is not understood") from None


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def run(self) -> tuple[Header, ...]:
        headers: list[Header] = []
        path: tuple[str, ...] = ()
        start, end, array = 0, 0, False
        pairs: list[Pair] = []
        while True:
            self.skip(_GAP)
            if self.at >= len(self.text):
                break
            if self.text[self.at] == "[":
                headers.append(Header(path, start, end, array, tuple(pairs)))
                start = self.at
                array = self.text.startswith("[[", start)
                self.at += 2 if array else 1
                path, _ = self.key()
                self.at += 2 if array else 1
                end, pairs = self.at, []
            else:
                pairs.append(self.pair(path))
                end = pairs[-1].value.end
        headers.append(Header(path, start, end, array, tuple(pairs)))
        return tuple(headers)

    def skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.at)
        assert match is not None
        self.at = match.end()

    def key(self) -> tuple[tuple[str, ...], int]:
        """Read a dotted key; return its parts and where its last part ends."""
        parts: list[str] = []
        while True:
            self.skip(_SPACE)
            match = _BARE.match(self.text, self.at)
            if match is not None:
                parts.append(match[0])
            else:
                match = _STRING.match(self.text, self.at)
                if match is None:
                    raise ManifestError("the TOML is not understood")
                parts.append(_plain(match[0]))
            self.at = end = match.end()
            self.skip(_SPACE)
            if self.text[self.at] != ".":
                return tuple(parts), end
            self.at += 1

    def pair(self, above: tuple[str, ...]) -> Pair:
        start = self.at
        path, key_end = self.key()
        if self.text[self.at] != "=":
            raise ManifestError("the TOML is not understood")
        self.at += 1
        self.skip(_SPACE)
        return Pair((*above, *path), start, key_end, self.value())

    def value(self) -> Value:
        start = self.at
        mark = self.text[start]
        if mark in "\"'":
            match = _STRING.match(self.text, start)
            if match is None:
                raise ManifestError("the TOML is not understood")
            self.at = match.end()
            return Value("string", start, self.at, data=_plain(match[0]))
        if mark == "[":
            return self._array(start)
        if mark == "{":
            return self._table(start)
        match = _OTHER.match(self.text, start)
        if match is None:
            raise ManifestError("the TOML is not understood")
        self.at = start + len(match[0].rstrip())
        return Value("other", start, self.at)

    def _array(self, start: int) -> Value:
        self.at += 1
        items: list[Value] = []
        while True:
            self.skip(_GAP)
            if self.text[self.at] == ",":
                self.at += 1
            elif self.text[self.at] == "]":
                self.at += 1
                return Value("array", start, self.at, tuple(items))
            else:
                items.append(self.value())

    def _table(self, start: int) -> Value:
        self.at += 1
        pairs: list[Pair] = []
        while True:
            self.skip(_GAP)
            if self.text[self.at] == ",":
                self.at += 1
            elif self.text[self.at] == "}":
                self.at += 1
                return Value("table", start, self.at, pairs=tuple(pairs))
            else:
                pairs.append(self.pair(()))


def _plain(raw: str) -> str:
    value = load(f"x = {raw}")["x"]
    assert isinstance(value, str)
    return value
