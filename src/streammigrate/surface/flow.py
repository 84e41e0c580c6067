"""Writing long files of facts as YAML with one fact per line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_PLAIN = re.compile(r"[A-Za-z_/][A-Za-z0-9_./-]*")
_NOT_TEXT = {"null", "true", "false", "yes", "no", "on", "off", "y", "n"}


def write(data: Mapping[str, Any], depths: Mapping[str, int], header: str) -> str:
    """Return `data` as YAML in its own order, after `header` as a comment line.

    `depths` says for each top key how many levels under it are written as blocks; what lies deeper is one line.
    """
    lines = [f"# {header}"]
    for key, value in data.items():
        lines += _block(key, value, depths.get(key, 0), "")
    return "\n".join(lines) + "\n"


def _block(key: str, value: Any, depth: int, indent: str) -> Iterator[str]:
    if depth and isinstance(value, Mapping) and value:
        yield f"{indent}{_text(key)}:"
        for name, item in value.items():
            yield from _block(name, item, depth - 1, indent + "  ")
    else:
        yield f"{indent}{_text(key)}: {flow(value)}"


def flow(value: Any) -> str:
    """Return a JSON-like value as YAML on one line; text is quoted wherever YAML 1.1 or 1.2 could read something else."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, Sequence):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    raise TypeError(f"{type(value).__name__} is no fact")


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _NOT_TEXT:
        return text
    return "'" + text.replace("'", "''") + "'"
