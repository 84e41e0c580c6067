"""What every run found and what it left, kept outside of the tree and on the disk before the first file is touched.

A project's folder of state holds `root` (its path) and a folder for each run by its number: `plan.json`, the bytes that
files had (each by its SHA-256), and `finished` once every file is in place.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from streammigrate.applying import disk, state
from streammigrate.applying.model import Change
from streammigrate.errors import InputError
from streammigrate.findings import Location
from streammigrate.spec import problems

KEPT = 20
"""How many runs of a project are kept; older ones go when a new one begins."""

REWRITE, UNDO = "rewrite", "undo"
_VERSION = 1
_PLAN, _FINISHED, _ROOT = "plan.json", "finished", "root"


class Entry(NamedTuple):
    """One file of a run: digests of what it held and holds, None for no such file; `mode` is what it had, or was given."""

    path: str
    """Absolute, no link."""
    before: str | None
    after: str | None
    mode: int


class Run(NamedTuple):
    """One run of a project."""

    number: int
    kind: str
    """`rewrite` or `undo`."""
    of: int | None
    """The run that an `undo` takes back."""
    root: str
    started: str
    """When it began, as ISO text in UTC."""
    command: str
    token: str
    """How the names of its staged files begin."""
    entries: tuple[Entry, ...]
    """In the order in which they are put in place."""
    finished: bool
    folder: Path

    def shown(self, entry: Entry) -> str:
        """Return the path of a file as seen from the root."""
        with suppress(ValueError):
            return Path(entry.path).relative_to(self.root).as_posix()
        return entry.path


def digest(data: bytes | None) -> str | None:
    """Return the name of what a file holds; None where there is no file."""
    return None if data is None else sha256(data).hexdigest()


def begin(root: str, kind: str, of: int | None, command: str, changes: Sequence[Change]) -> Run:
    """Keep what the files of a run hold and what they will; return the run once that is on the disk.

    Every change has an absolute path and a mode. Runs that are too old go. Raises InputError where it cannot be kept.
    """
    place = state.project_folder(root)
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        _note_root(place, root)
        known = _numbers(place)
        number = max(known, default=0) + 1
        entries = tuple(
            Entry(one.path, digest(one.before), digest(one.after), disk.usual_mode() if one.mode is None else one.mode)
            for one in changes
        )
        started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        token = f"streammigrate-{secrets.token_hex(4)}"
        folder = place / str(number)
        run = Run(number, kind, of, root, started, command, token, entries, False, folder)
        _keep(run, changes)
    except OSError as error:
        raise state.unwritable(place, error) from None
    for old in known[: max(0, len(known) + 1 - KEPT)]:
        # The run that is being undone is needed until that is done.
        if old != of:
            _drop(place / str(old))
    return run


def _note_root(place: Path, root: str) -> None:
    """Keep the path of a project beside its runs, for people."""
    note = place / _ROOT
    with suppress(OSError):
        if note.read_bytes() == os.fsencode(root):
            return
    fresh = place / f"{_ROOT}.new"
    _write(fresh, os.fsencode(root))
    fresh.replace(note)


def _keep(run: Run, changes: Sequence[Change]) -> None:
    made = run.folder.with_name(f"new-{run.token}")
    for old in run.folder.parent.glob("new-*"):
        shutil.rmtree(old, ignore_errors=True)
    made.mkdir(mode=0o700)
    try:
        for change in changes:
            name = digest(change.before)
            if change.before is not None and name is not None and not (made / name).exists():
                _write(made / name, change.before)
        names = ("number", "kind", "of", "root", "started", "command", "token")
        plan = {"version": _VERSION, **{name: getattr(run, name) for name in names}}
        plan["files"] = [entry._asdict() for entry in run.entries]
        _write(made / _PLAN, (json.dumps(plan, indent=1) + "\n").encode())
        disk.sync_folder(str(made))
        # What is left of a run that was being dropped when its process was killed.
        shutil.rmtree(run.folder, ignore_errors=True)
        made.rename(run.folder)
    except OSError:
        shutil.rmtree(made, ignore_errors=True)
        raise
    disk.sync_folder(str(run.folder.parent))


def finish(run: Run) -> Run:
    """Note that every file of a run is in place; return it so. Where the note cannot be kept, the files tell that anyway."""
    with suppress(OSError):
        _write(run.folder / _FINISHED, b"")
        disk.sync_folder(str(run.folder))
    return run._replace(finished=True)


def forget(run: Run) -> None:
    """Take a run away of which nothing was done."""
    _drop(run.folder)


def _drop(folder: Path) -> None:
    # The plan first: without it there is no run.
    with suppress(OSError):
        (folder / _PLAN).unlink()
    shutil.rmtree(folder, ignore_errors=True)


def runs(root: str) -> list[Run]:
    """Return the runs of a project that are kept, the oldest first. Raises InputError for one that cannot be read."""
    place = state.project_folder(root)
    return [_read(place / str(number)) for number in _numbers(place)]


def last(root: str) -> Run | None:
    """Return the last run of a project. Raises InputError where that cannot be read."""
    place = state.project_folder(root)
    numbers = _numbers(place)
    return _read(place / str(numbers[-1])) if numbers else None


def has_runs(root: str) -> bool:
    """Return whether runs of a project are kept."""
    return bool(_numbers(state.project_folder(root)))


def roots() -> list[str]:
    """Return the roots of all projects that have runs, sorted."""
    found = []
    for path in (state.folder() / "projects").glob(f"*/{_ROOT}"):
        with suppress(OSError):
            if _numbers(path.parent):
                found.append(os.fsdecode(path.read_bytes()))
    return sorted(found)


def kept(run: Run, entry: Entry) -> bytes | None:
    """Return what a file held before a run. Raises InputError where that is damaged."""
    if entry.before is None:
        return None
    path = run.folder / entry.before
    try:
        data = path.read_bytes()
    except OSError as error:
        raise problems.UNREADABLE.error(Location(str(path)), error.strerror or str(error)) from None
    if digest(data) != entry.before:
        raise problems.UNREADABLE.error(Location(str(path)), f"what is kept of {run.shown(entry)} is damaged")
    return data


def is_undone(run: Run, known: Sequence[Run]) -> bool:
    """Return whether a later run has taken a run back, and none has taken that back."""
    return any(
        later.kind == UNDO and later.of == run.number and later.finished and not is_undone(later, known)
        for later in known
        if later.number > run.number
    )


def _numbers(place: Path) -> list[int]:
    with suppress(OSError):
        return sorted(int(one.name) for one in place.iterdir() if one.name.isdigit() and (one / _PLAN).is_file())
    return []


def _read(folder: Path) -> Run:
    path = folder / _PLAN
    try:
        data: dict[str, Any] = json.loads(path.read_bytes())
        if data["version"] != _VERSION:
            said = "it was kept by another version of streammigrate"
            raise problems.UNREADABLE.error(Location(str(path)), said, "Use that version to undo it.")
        return Run(
            data["number"],
            data["kind"],
            data["of"],
            data["root"],
            data["started"],
            data["command"],
            data["token"],
            tuple(Entry(**one) for one in data["files"]),
            (folder / _FINISHED).exists(),
            folder,
        )
    except InputError:
        raise
    except (OSError, ValueError, KeyError, TypeError) as error:
        said = f"what is kept of run {folder.name} cannot be read ({type(error).__name__})"
        raise problems.UNREADABLE.error(Location(str(path)), said, "Remove its folder to go on without it.") from None


def _write(path: Path, data: bytes) -> None:
    """Write a file that only its owner may read, and bring it to the disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
