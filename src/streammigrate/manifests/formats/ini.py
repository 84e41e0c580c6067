"""Where things are in an INI file as configparser reads it: sections, options, and the lines of their values."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterator
from typing import NamedTuple

from streammigrate.manifests.model import ManifestError

_SECTION = re.compile(r"\[(?P<name>.+)\]")
_OPTION = re.compile(r"(?P<name>.*?)\s*(?:(?P<mark>[:=])[ \t]*(?P<value>.*))?$")


class ValueLine(NamedTuple):
    """One line of a value: the place of its text without the indent, and of the whole line with its newline."""

    start: int
    end: int
    line_start: int
    line_end: int
    first: bool
    """Whether it stands behind the name of the option."""


class Option(NamedTuple):
    """One option of a section."""

    section: str
    name: str
    """In lower case."""
    start: int
    lines: tuple[ValueLine, ...]
    """Those with a text, comments not among them."""


def load(text: str) -> dict[str, dict[str, str]]:
    """Return the data of an INI file. Raises ManifestError."""
    parser = configparser.RawConfigParser(strict=False, interpolation=None)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        number = getattr(error, "lineno", None) or next((line for line, _ in getattr(error, "errors", ())), 0)
        raise ManifestError(f"the file cannot be parsed: {str(error).splitlines()[0]}", number) from None
    sections = {name: dict(parser.items(name, raw=True)) for name in parser.sections()}
    return sections | ({"DEFAULT": dict(parser.defaults())} if parser.defaults() else {})


def scan(text: str) -> tuple[Option, ...]:
    """Return the options of a valid INI file in their order."""
    return tuple(_scan(text))


def _scan(text: str) -> Iterator[Option]:
    section = ""
    open_option: Option | None = None
    indent = 0
    position = 0
    for line in text.splitlines(keepends=True):
        start, position = position, position + len(line)
        bare = line.strip()
        if not bare or bare[0] in "#;":
            continue
        now = len(line) - len(line.lstrip())
        text_start = start + now
        if open_option is not None and now > indent:
            value = ValueLine(text_start, text_start + len(bare), start, position, False)
            open_option = open_option._replace(lines=(*open_option.lines, value))
            continue
        if open_option is not None:
            yield open_option
            open_option = None
        indent = now
        header = _SECTION.match(bare)
        if header is not None:
            section = header["name"]
            continue
        match = _OPTION.match(bare)
        if match is None or not section:
            continue
        lines: tuple[ValueLine, ...] = ()
        if match["mark"] and match["value"]:
            at = text_start + match.start("value")
            lines = (ValueLine(at, at + len(match["value"]), start, position, True),)
        open_option = Option(section, match["name"].lower(), text_start, lines)
    if open_option is not None:
        yield open_option
