"""One run at a time for a project, and for projects that hold one another."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import IO

from streammigrate.applying import state
from streammigrate.applying.model import BusyError

_held: list[str] = []
"""The roots that this process holds."""
_FAR = 1 << 30
"""The byte that is locked where locks are mandatory: the text stays readable for others."""


@contextmanager
def hold(roots: Iterable[str]) -> Iterator[None]:
    """Hold the projects at some roots (absolute) until the block ends; what this process holds already is no obstacle.

    A process that is killed holds nothing. Raises BusyError, saying who holds one, and InputError where no lock can be kept.
    """
    wanted = [root for root in dict.fromkeys(roots) if not any(_overlap(root, other) for other in _held)]
    if not wanted:
        yield
        return
    with ExitStack() as stack:
        try:
            folder = state.folder() / "locks"
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with (folder / "all").open("a+b") as gate:
                _lock(gate, wait=True)
                _refuse_held(folder, wanted)
                for root in wanted:
                    _take(stack, folder, root)
        except OSError as error:
            raise state.unwritable(state.folder(), error) from None
        yield


def _take(stack: ExitStack, folder: Path, root: str) -> None:
    path = folder / f"{sha256(os.fsencode(os.path.normcase(root))).hexdigest()[:16]}.lock"
    file = path.open("a+b")
    _held.append(root)

    def release() -> None:
        _held.remove(root)
        # Before it is closed, so that nobody locks a file that is gone a moment later; Windows wants it closed.
        with suppress(OSError):
            path.unlink()
        file.close()
        if os.name == "nt":
            with suppress(OSError):
                path.unlink()

    stack.callback(release)
    _lock(file, wait=False)
    file.truncate(0)
    file.write(json.dumps({"root": root, "process": os.getpid()}).encode())
    file.flush()


def _refuse_held(folder: Path, wanted: Iterable[str]) -> None:
    for path in sorted(folder.glob("*.lock")):
        try:
            file = path.open("r+b")
        except FileNotFoundError:
            continue
        with file:
            if _lock(file, wait=False):
                # Whoever held it was killed.
                with suppress(OSError):
                    path.unlink()
                continue
            try:
                holder = json.loads(file.read())
                root, process = str(holder["root"]), int(holder["process"])
            except (OSError, ValueError, KeyError, TypeError):
                continue
        for one in wanted:
            if _overlap(one, root):
                raise BusyError(
                    f"another run (process {process}) is changing {root}: wait for it to end, and run this again; "
                    "nothing was changed"
                )


def _overlap(one: str, other: str) -> bool:
    """Return whether one folder is the other, or inside it."""
    first, second = (Path(os.path.normcase(path)) for path in (one, other))
    return first == second or first in second.parents or second in first.parents


def _lock(file: IO[bytes], *, wait: bool) -> bool:
    """Lock a file until it is closed; return False where another process has it. Raises OSError where there are no locks."""
    try:
        import fcntl
    except ImportError:
        return _lock_windows(file, wait=wait)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


def _lock_windows(file: IO[bytes], *, wait: bool) -> bool:
    import msvcrt

    how = "LK_LOCK" if wait else "LK_NBLCK"
    place = file.tell()
    file.seek(_FAR)
    try:
        getattr(msvcrt, "locking")(file.fileno(), getattr(msvcrt, how), 1)  # noqa: B009
    except OSError:
        if wait:
            raise
        return False
    finally:
        file.seek(place)
    return True
