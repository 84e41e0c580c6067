"""How long the lines of a project are: what new code follows."""

from __future__ import annotations

import configparser
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from streammigrate.errors import InputError

WIDTHS = (88, 100, 120)
"""How long a line of new code may get: the least of these that holds the project's own lines, at most the last."""
_TODO = "# TODO(streammigrate)"
_LEAST, _MOST = 72, 200
_SECOND = re.compile(
    r"(?:, \*)?, \w+(?:_[vV]1|V1)\b[^,)]*"
    r"|, StreamChat(?:Async)?\(.*\) as \w+(?:_[vV]1|V1)\b"
    r"|^\s*\w+(?:_[vV]1|V1)(?:: \w+)? = .*"
    r"|(?<=\w)_[vV]1\b"
)
"""What an earlier step put there for a second object: a parameter, argument or imported name (`, *, chat_v1: ChatV1`), a `with`
item, a statement that makes it, the ending of its name."""
_CLIENT = re.compile(r"\b(?:Async)?Stream\b")
_SHORTER = len("StreamChat") - len("Stream")
_EITHER = re.compile(r"\bUnion\[(\w+), \w+\]")
_TABLES = (
    (("tool", "ruff"), "line-length"),
    (("tool", "black"), "line-length"),
    (("tool", "isort"), "line_length"),
    (("tool", "yapf"), "column_limit"),
)
_FILES = {
    ".flake8": ("flake8", "max-line-length"),
    "setup.cfg": ("flake8", "max-line-length"),
    "tox.ini": ("flake8", "max-line-length"),
}


def width_of(texts: Iterable[str]) -> int:
    """Return the width that the lines of files show."""
    least, *wider = WIDTHS
    for text in texts:
        for line in text.splitlines():
            if _TODO in line:
                continue
            while wider and len(line) > least and usual_length(line) > least:
                least = wider.pop(0)
    return least


def usual_length(line: str) -> int:
    """Return the length of a line without what an earlier step put into it: that does not tell the project's style.

    `Stream` was `StreamChat` before.
    """
    plain = _EITHER.sub(r"\1", _SECOND.sub("", line.rstrip("\r\n")))
    return len(plain) + _SHORTER * len(_CLIENT.findall(plain))


def configured(root: Path) -> int:
    """Return the length of lines that a project's folder asks its formatter or linter for; 0 where it asks for none.

    Looked at are ruff.toml, the tables of Ruff, Black, isort and YAPF in pyproject.toml, and flake8's sections.
    """
    for name in ("ruff.toml", ".ruff.toml"):
        found = _number(_toml(root / name).get("line-length"))
        if found:
            return found
    pyproject = _toml(root / "pyproject.toml")
    for path, key in _TABLES:
        table: Any = pyproject
        for part in path:
            table = table.get(part) if isinstance(table, Mapping) else None
        found = _number(table.get(key)) if isinstance(table, Mapping) else 0
        if found:
            return found
    for name, (section, key) in _FILES.items():
        found = _number(_ini(root / name, section, key))
        if found:
            return found
    return 0


def _number(value: object) -> int:
    text = str(value).strip()
    return int(text) if text.isdecimal() and _LEAST <= int(text) <= _MOST else 0


def _toml(path: Path) -> Mapping[str, Any]:
    from streammigrate.settings import load_toml

    if not path.is_file():
        return {}
    try:
        found = load_toml(path)
    except InputError:
        # What cannot be read says nothing here; others tell of it.
        return {}
    return found if isinstance(found, Mapping) else {}


def _ini(path: Path, section: str, key: str) -> str:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, configparser.Error):
        return ""
    return parser.get(section, key, fallback="")
