"""Which release of stream-chat a project pins, as its manifests say it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_MANIFESTS = (
    "requirements*.txt",
    "requirements*.in",
    "requirements/*.txt",
    "pyproject.toml",
    "Pipfile",
    "setup.cfg",
    "setup.py",
)
_PIN = re.compile(
    r"""(?im)^[^#\n]*?["'\s]?\bstream[-_.]chat\b["']?\s*(?:\[[^\]]*\])?\s*(?:=\s*["'{]?[^"'\n]*?)?(?:===?|~=|\^|~)\s*v?(?P<version>\d+(?:\.\d+)+)"""
)
_NAMED = re.compile(r"\bstream[-_.]chat\b", re.IGNORECASE)
_POETRY = re.compile(r"""(?im)^\s*["']?stream[-_.]chat["']?\s*=\s*["'][\^~=v]*(?P<version>\d+(?:\.\d+)+)["']""")


def pinned(root: Path) -> str:
    """Return the lowest release that the manifests of a project's folder pin stream-chat to; empty where none does.

    A pin is `==`, `~=`, Poetry's `^`, `~` or bare version; a lower bound alone is none.
    """
    found = []
    for text in _texts(root):
        found += [match["version"] for each in (_PIN, _POETRY) for match in each.finditer(text)]
    return min(found, key=_order, default="")


def is_listed(root: Path) -> bool:
    """Return whether one of these manifests names stream-chat at all."""
    return any(_NAMED.search(text) for text in _texts(root))


def _texts(root: Path) -> Iterator[str]:
    for pattern in _MANIFESTS:
        for path in sorted(root.glob(pattern)):
            with suppress(OSError):
                yield path.read_text(encoding="utf-8", errors="replace")


def _order(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
