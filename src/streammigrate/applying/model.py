"""What the rooms of this package hand to each other."""

from __future__ import annotations

from typing import NamedTuple

from streammigrate.errors import StreammigrateError

EXIT_BUSY = 4
"""Another run works on the project, or the last one was interrupted half way."""


class Change(NamedTuple):
    """What is to become of one file. None stands for no such file, in `mode` for the file's own or the usual one."""

    path: str
    before: bytes | None
    after: bytes | None
    mode: int | None = None


class Refusal(NamedTuple):
    """A file that cannot be changed, and why."""

    path: str
    reason: str
    hint: str = ""
    """What helps, where that is more than to look at the folder and its permissions."""


class BusyError(StreammigrateError):
    """Another run holds the project, or the last one left it half done."""

    exit_code = EXIT_BUSY
