"""The only place that writes into a user's tree: whole files, put in place at once.

Every function raises OSError as the system does. Tests put failures here.
"""

from __future__ import annotations

import errno
import os
import tempfile
from contextlib import suppress
from pathlib import Path

_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV})


def read(path: str) -> bytes | None:
    """Return what a file holds, None where there is none."""
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        return None


def usual_mode() -> int:
    """Return the permission bits that new files get."""
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def stage(target: str, data: bytes, mode: int, token: str) -> str:
    """Write a file beside a target, with the target's owner and attributes where that is allowed; return its path.

    It is on the disk when this returns. `token` begins its name, so that it can be told from all others later.
    """
    handle, temporary = tempfile.mkstemp(prefix=f".{token}.", suffix=".tmp", dir=Path(target).parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _resemble(temporary, target)
        # After the owner: a change of owner takes bits away.
        os.chmod(temporary, mode)  # noqa: PTH101
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108
        raise
    return temporary


def _resemble(temporary: str, target: str) -> None:
    """Give a file the owner, the group and the extended attributes of another, as far as that is allowed."""
    try:
        wanted = os.stat(target)  # noqa: PTH116
    except FileNotFoundError:
        return
    if hasattr(os, "chown"):
        made = os.stat(temporary)  # noqa: PTH116
        if (made.st_uid, made.st_gid) != (wanted.st_uid, wanted.st_gid):
            try:
                os.chown(temporary, wanted.st_uid, wanted.st_gid)
            except OSError:
                # The group can often be kept where the owner cannot.
                with suppress(OSError):
                    os.chown(temporary, -1, wanted.st_gid)
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for name in os.listxattr(target):
                with suppress(OSError):
                    os.setxattr(temporary, name, os.getxattr(target, name))


def put(temporary: str, target: str) -> None:
    """Put a staged file in the place of its target, at once."""
    os.replace(temporary, target)  # noqa: PTH105


def put_new(temporary: str, target: str) -> None:
    """Put a staged file where no file is, at once. Raises FileExistsError where there is one."""
    try:
        # Unlike a rename, a link fails where the name is taken.
        os.link(temporary, target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # This file system has no links.
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, "there is such a file by now", target) from None
        os.rename(temporary, target)  # noqa: PTH104
    with suppress(FileNotFoundError):
        os.unlink(temporary)  # noqa: PTH108


def remove(path: str) -> None:
    """Take a file away."""
    os.unlink(path)  # noqa: PTH108


def sweep(folder: str, token: str) -> None:
    """Take away what a run that was killed has staged in a folder."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in list(entries):
            if entry.name.startswith(f".{token}.") and entry.name.endswith(".tmp"):
                with suppress(OSError):
                    os.unlink(entry.path)  # noqa: PTH108


def sync_folder(folder: str) -> None:
    """Bring the names in a folder to the disk, where the system can do that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
