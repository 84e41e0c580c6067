"""How a file is read. The room `streammigrate.applying` writes."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from streammigrate.codemod import kinds
from streammigrate.codemod.model import Trouble

PREFILTER = b"stream_chat"
"""A file without these bytes cannot use stream-chat by itself."""

SKIPPED = frozenset({"node_modules", "site-packages", "dist-packages", "build", "dist", "__pycache__", "venv"})
"""Folders that hold no code of the project, besides hidden ones and those with a pyvenv.cfg."""


class Read(NamedTuple):
    """A file that was read, or what kept it from being read."""

    path: str
    data: bytes = b""
    trouble: Trouble | None = None


def read_file(path: str) -> Read:
    """Return a file's bytes, or the trouble with it."""
    try:
        return Read(path, Path(path).read_bytes())
    except OSError as error:
        return Read(path, trouble=_trouble(error))


def _trouble(error: OSError) -> Trouble:
    return Trouble(kinds.UNREADABLE.id, f"the file cannot be read: {error.strerror or error}")
