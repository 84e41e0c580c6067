"""What a reader returns and raises, and how documents are opened."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from functools import lru_cache
from typing import Any, NamedTuple


class Entry(NamedTuple):
    """A package as a file lists it. `version` is the text as written, empty where there is none; `line` counts from 1."""

    package: str
    version: str
    line: int


class UnreadableError(Exception):
    """A file is not of the format that its name promises. `line` is 0 where that is not known."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def text_of(data: bytes) -> str:
    """Return a file's text. Raises UnreadableError."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableError("it is not UTF-8") from None


def json_of(text: str) -> dict[str, Any]:
    """Return the object that a text of JSON holds. Raises UnreadableError."""
    try:
        tree = json.loads(text, parse_int=str, parse_float=str)
    except json.JSONDecodeError as error:
        raise UnreadableError(f"it is not JSON: {error.msg}", error.lineno) from None
    except (RecursionError, ValueError):
        raise UnreadableError("it is not JSON that can be read") from None
    return _mapping(tree)


def yaml_of(text: str) -> dict[str, Any]:
    """Return the mapping that a text of YAML holds. Raises UnreadableError."""
    from streammigrate.errors import InputError
    from streammigrate.spec.model import Fetched
    from streammigrate.spec.parse import parse

    try:
        tree = parse(Fetched("", text.encode(), sha256=""))
    except InputError as error:
        at = error.finding.location
        raise UnreadableError(f"it is not YAML that can be read: {error.finding.message}", at.line or 0) from None
    return _mapping(tree)


def toml_of(text: str) -> dict[str, Any]:
    """Return the table that a text of TOML holds. Raises UnreadableError."""
    import sys

    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib

    try:
        return _mapping(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UnreadableError(f"it is not TOML: {error}") from None


def _mapping(tree: Any) -> dict[str, Any]:
    if not isinstance(tree, dict):
        raise UnreadableError("it holds no mapping")
    return {str(key): value for key, value in tree.items()}


def mapping(node: Any, key: str) -> dict[str, Any]:
    """Return what stands under a key where it is a mapping; an empty one for anything else."""
    held = node.get(key) if isinstance(node, dict) else None
    return {str(name): value for name, value in held.items()} if isinstance(held, dict) else {}


def line_of(text: str, *needles: str) -> int:
    """Return the line where the last of some texts is, each looked for behind the one before; 1 where one is missing."""
    place = 0
    for needle in needles:
        place = text.find(needle, place)
        if place < 0:
            return 1
    return line_at(text, place)


def line_at(text: str, place: int) -> int:
    """Return the line of a character, counted from 1."""
    return bisect_left(_breaks(text), place) + 1


@lru_cache(maxsize=2)
def _breaks(text: str) -> tuple[int, ...]:
    return tuple(found.start() for found in re.finditer("\n", text))


def line_of_key(text: str, section: str, key: str) -> int:
    """Return the line where YAML or TOML has a key, behind the line that begins a section; 1 where it is not found."""
    return _key_lines(text, section).get(key, 1)


_KEY = re.compile(r"""(?m)^[ \t]*(?:'([^'\n]+)'|"([^"\n]+)"|([^\s'"#][^\n]*?))[ \t]*(?::(?=\s|$)|=|\.(?=\w+[ \t]*=))""")


@lru_cache(maxsize=4)
def _key_lines(text: str, section: str) -> dict[str, int]:
    begun = re.search(rf"(?m)^{re.escape(section)}", text)
    found: dict[str, int] = {}
    for key in _KEY.finditer(text, begun.end() if begun else 0):
        found.setdefault(key[1] or key[2] or key[3], line_at(text, key.start(key.lastindex or 0)))
    return found
