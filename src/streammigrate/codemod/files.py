"""How a file is read and written back."""

from __future__ import annotations

import os
import stat
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


def create(path: str, data: bytes) -> str:
    """Write a new file at once; return why it could not be done, or nothing. A file that is there by now is left."""
    import tempfile

    target = Path(path)
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        mask = os.umask(0)
        os.umask(mask)
        Path(temporary).chmod(0o666 & ~mask)
        # Unlike a rename, a link fails where the name is taken.
        os.link(temporary, target)
    except FileExistsError:
        return "there is such a file by now"
    except OSError as error:
        return error.strerror or str(error)
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
    return ""


def write(path: str, before: bytes, after: bytes) -> str:
    """Replace a file's bytes at once and keep its mode; return why it could not be done, or nothing.

    A link stays a link: the file it points to is written. A file that no longer holds `before` is left.
    """
    import tempfile

    target = Path(os.path.realpath(path))
    temporary = ""
    try:
        if target.read_bytes() != before:
            return "the file has changed since it was read"
        mode = stat.S_IMODE(target.stat().st_mode)
        handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(after)
        Path(temporary).chmod(mode)
        Path(temporary).replace(target)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        return error.strerror or str(error)
    return ""
