"""The Python files under some paths that can matter, and how one is written back."""

from __future__ import annotations

import os
import stat
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from streammigrate.codemod import kinds
from streammigrate.codemod.model import Trouble
from streammigrate.findings import Location
from streammigrate.spec import problems

PREFILTER = b"stream_chat"
"""A file without these bytes cannot use stream-chat by itself."""

SKIPPED = frozenset({"node_modules", "site-packages", "dist-packages", "build", "dist", "__pycache__", "venv"})
"""Folders that hold no code of the project, besides hidden ones and those with a pyvenv.cfg."""

_GIT_SECONDS = 30


class Read(NamedTuple):
    """A file that was read, or what kept it from being read."""

    path: str
    data: bytes = b""
    trouble: Trouble | None = None


class Search(NamedTuple):
    """What was found under the paths of a run. `seen` counts the Python files that were looked at."""

    files: tuple[Read, ...]
    seen: int


def search(paths: Sequence[str]) -> Search:
    """Return the files that can matter: those named, and the .py files below the folders named that hold PREFILTER.

    Files that git ignores are left out unless they are named. The order is that of the paths. Raises InputError for a
    path that does not exist.
    """
    named, found, failed = _walk_all(paths)
    hits: list[Read] = []
    for path in found:
        read = read_file(path)
        if read.trouble is not None or PREFILTER in read.data:
            hits.append(read)
    ignored = _ignored_by_git([read.path for read in hits])
    kept = [read for read in hits if read.path not in ignored]
    return Search(tuple(sorted([*map(read_file, named), *kept, *failed])), len(named) + len(found))


def python_files(folder: str) -> list[str]:
    """Return every .py file below a folder that is a project's own, sorted; what cannot be read is left out."""
    return _walk_all([folder])[1]


def read_file(path: str) -> Read:
    """Return a file's bytes, or the trouble with it."""
    try:
        return Read(path, Path(path).read_bytes())
    except OSError as error:
        return Read(path, trouble=_trouble(error))


def _trouble(error: OSError) -> Trouble:
    return Trouble(kinds.UNREADABLE.id, f"the file cannot be read: {error.strerror or error}")


def _walk_all(paths: Sequence[str]) -> tuple[list[str], list[str], list[Read]]:
    """Return the files that are named, those below the folders that are named, and the folders that cannot be read.

    A file that is reached twice, through links or because paths overlap, is there once.
    """
    named: list[str] = []
    found: list[str] = []
    failed: list[Read] = []
    known: set[tuple[int, int]] = set()
    for path in paths:
        place = Path(path)
        try:
            is_folder = stat.S_ISDIR(place.stat().st_mode)
        except (OSError, ValueError) as error:
            said = getattr(error, "strerror", None) or str(error)
            raise problems.NOT_FOUND.error(Location(path), f"the path cannot be opened: {said}") from None
        if not is_folder:
            named += _new([str(place)], known)
            continue
        links: list[str] = []
        found += _new(_walk(str(place), links, failed), known)
        found += _new(sorted(links), known)
    return named, found, failed


def _new(paths: Iterable[str], known: set[tuple[int, int]]) -> Iterator[str]:
    for path in paths:
        with suppress(OSError):
            at = os.stat(path)  # noqa: PTH116
            if (at.st_dev, at.st_ino) in known:
                continue
            known.add((at.st_dev, at.st_ino))
        yield path


def _walk(folder: str, links: list[str], failed: list[Read]) -> Iterator[str]:
    """Yield the .py files of a folder and those below, sorted; add those that are links to `links`."""
    try:
        with os.scandir(folder) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        failed.append(Read(folder, trouble=_trouble(error)))
        return
    for entry in listed:
        path = entry.path.removeprefix("./")
        if entry.is_dir(follow_symlinks=False):
            if not _is_skipped(entry):
                yield from _walk(path, links, failed)
        elif entry.name.endswith(".py"):
            if entry.is_symlink():
                if Path(path).is_file():
                    links.append(path)
            elif entry.is_file():
                yield path


def _is_skipped(entry: os.DirEntry[str]) -> bool:
    if entry.name.startswith(".") or entry.name in SKIPPED or entry.name.endswith(".egg-info"):
        return True
    return Path(entry.path, "pyvenv.cfg").exists()


def _ignored_by_git(paths: Sequence[str]) -> frozenset[str]:
    """Return the paths that git ignores; none where there is no git or no checkout. Only files that can matter are asked for."""
    ignored: set[str] = set()
    folders: dict[str, list[str]] = {}
    for path in paths:
        folders.setdefault(os.path.dirname(os.path.abspath(path)), []).append(path)  # noqa: PTH100, PTH120
    for root, held in sorted(_by_checkout(folders).items()):
        asked = {os.path.abspath(path): path for path in held}  # noqa: PTH100
        text = b"".join(os.fsencode(path) + b"\0" for path in asked)
        command = ["git", "-C", root, "check-ignore", "-z", "--stdin"]
        with suppress(OSError, subprocess.SubprocessError):
            done = subprocess.run(command, input=text, capture_output=True, timeout=_GIT_SECONDS, check=False)
            ignored.update(asked[path] for path in os.fsdecode(done.stdout).split("\0") if path in asked)
    return frozenset(ignored)


def _by_checkout(folders: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the paths by the root of the checkout that they are in, the others left out."""
    found: dict[str, list[str]] = {}
    for folder, paths in folders.items():
        for parent in (Path(folder), *Path(folder).parents):
            if (parent / ".git").exists():
                found.setdefault(str(parent), []).extend(paths)
                break
    return found


def write(path: str, before: bytes, after: bytes) -> str:
    """Replace a file's bytes at once and keep its mode; return why it could not be done, or nothing.

    A link stays a link: the file it points to is written. A file that no longer holds `before` is left.
    """
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
