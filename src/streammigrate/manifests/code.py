"""What the code of a project says about which of the two packages it needs."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from streammigrate.manifests.environment import TIMEOUT, URL
from streammigrate.manifests.facts import BROUGHT
from streammigrate.manifests.model import Need

NAMED = re.compile(rb"stream_chat|getstream")
"""What a file has that uses either."""
_DOTTED = re.compile(r"(stream_chat|getstream)(?:\.\w+)*")
_IMPORT = re.compile(rb"\b(?:import|from)[ \t]+(?:[\w. \t]+,[ \t]*)*?(stream_chat|getstream)\b")
_BROUGHT = re.compile(rb"(?m)^[ \t]*(?:import|from)[ \t]+(%s)\b" % b"|".join(name.encode() for name in BROUGHT))
_READS = re.compile(rf"(?:getenv|environ)\W+[\"']?({TIMEOUT}|{URL})\b".encode())


class Uses(NamedTuple):
    """Whether a file needs stream-chat, and whether it needs getstream."""

    v1: bool
    v2: bool


def uses(data: bytes) -> Uses:
    """Return which of the two a Python file or a notebook imports, or names in a text as `import_module` and `patch` take it.

    What only a comment or a longer text says is no use. A file that is no Python is searched for imports.
    """
    if not NAMED.search(data):
        return Uses(False, False)
    # The text of a notebook is a dictionary in Python, too.
    tree = None if data.lstrip().startswith(b"{") else _parsed(data)
    if tree is None:
        found = {match[1].decode() for match in _IMPORT.finditer(data)}
    else:
        found = {name for node in ast.walk(tree) for name in _named(node)}
    return Uses("stream_chat" in found, "getstream" in found)


def _parsed(data: bytes) -> ast.Module | None:
    """Return what a file holds as Python; None for what is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _named(node: ast.AST) -> Iterable[str]:
    if isinstance(node, ast.Import):
        return (alias.name.partition(".")[0] for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return (node.module.partition(".")[0],) if node.module and not node.level else ()
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        match = _DOTTED.fullmatch(node.value)
        return (match[1],) if match else ()
    return ()


def need_of(files: Mapping[str, bytes], target: str) -> Need:
    """Return what files need, by their paths relative to the root."""
    found = {path: uses(data) for path, data in sorted(files.items())}
    v1 = tuple(path for path, one in found.items() if one.v1)
    v2 = tuple(path for path, one in found.items() if one.v2)
    return Need(target, v1, v2)


def brought(files: Iterable[bytes]) -> frozenset[str]:
    """Return which modules that came with stream-chat the files import."""
    names = tuple(name.encode() for name in BROUGHT)
    found = (data for data in files if any(name in data for name in names))
    return frozenset(match[1].decode() for data in found for match in _BROUGHT.finditer(data))


def readers(files: Mapping[str, bytes]) -> dict[str, tuple[str, ...]]:
    """Return, for each variable of stream-chat that the code reads itself, where: `app/chat.py:7`."""
    found: dict[str, list[str]] = {}
    for path, data in sorted(files.items()):
        for match in _READS.finditer(data):
            line = data.count(b"\n", 0, match.start()) + 1
            found.setdefault(match[1].decode(), []).append(f"{path}:{line}")
    return {name: tuple(dict.fromkeys(places)) for name, places in sorted(found.items())}
