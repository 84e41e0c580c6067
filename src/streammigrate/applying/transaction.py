"""One run: all files of it are changed, or none.

1. Every file is looked at: does it hold what the run was planned from, and may it be written?
2. What it holds is kept in the journal, on the disk.
3. Every new text is written to a file beside its target. A full disk or a folder that is read-only shows here.
4. The files are put in place one by one, each at once. When one cannot be, those before it are put back.

A process that is killed in 1 to 3 has changed nothing; in 4 each file is old or new and `undo` puts the new ones back.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from streammigrate.applying import disk, journal
from streammigrate.applying.model import BusyError, Change, Refusal
from streammigrate.codemod.roots import project_root, repository_root

_CHANGED = "the file has changed since it was read"
_APPEARED = "there is such a file by now"
_PARTED = "it has other names (hard links), which writing it would part"
_HINTS = {
    _CHANGED: "Run the command again.",
    _APPEARED: "Run the command again; --helpers-file puts the module of helpers elsewhere.",
    _PARTED: "Make it a file of its own first.",
}


class Done(NamedTuple):
    """What became of a run: nothing was changed where there are refusals. `run` is None where nothing was to do."""

    run: journal.Run | None
    refusals: tuple[Refusal, ...] = ()


def root_of(path: str) -> str:
    """Return the folder that a file's runs are kept for: its repository, or its project where it is in none."""
    return repository_root(project_root(path))


def transact(
    root: str,
    changes: Sequence[Change],
    *,
    kind: str = journal.REWRITE,
    of: int | None = None,
    command: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Done:
    """Change files, in the order that is given, all or none; the caller holds the project.

    `progress` is told how many files are in place, of how many. Raises InputError where the journal cannot be kept.
    """
    ready: list[Change] = []
    refusals: list[Refusal] = []
    for change in changes:
        found = _look(change)
        if isinstance(found, str):
            refusals.append(_refusal(change.path, found))
        else:
            ready.append(found)
    if refusals:
        return Done(None, tuple(refusals))
    run = journal.begin(root, kind, of, command, ready)
    names = {after.path: before.path for before, after in zip(changes, ready, strict=True)}
    refusal = _carry_out(run, ready, progress)
    if refusal is not None:
        return Done(None, (refusal._replace(path=names.get(refusal.path, refusal.path)),))
    for folder in _folders(run):
        disk.sync_folder(folder)
    return Done(journal.finish(run))


def _refusal(path: str, reason: str) -> Refusal:
    return Refusal(path, reason, _HINTS.get(reason, ""))


def _look(change: Change) -> Change | str:
    """Return a change with the path of the file itself and its mode, or why it cannot be made."""
    target = os.path.realpath(change.path)
    try:
        found = os.stat(target)  # noqa: PTH116
    except FileNotFoundError as error:
        if change.before is None:
            return change._replace(path=target)
        return error.strerror or str(error)
    except OSError as error:
        return error.strerror or str(error)
    if change.before is None:
        return _APPEARED
    if not stat.S_ISREG(found.st_mode):
        return "it is not a regular file"
    if found.st_nlink > 1:
        return _PARTED
    if not os.access(target, os.W_OK):
        return "it is read-only"
    try:
        if disk.read(target) != change.before:
            return _CHANGED
    except OSError as error:
        return error.strerror or str(error)
    mode = stat.S_IMODE(found.st_mode) if change.mode is None else change.mode
    return Change(target, change.before, change.after, mode)


def _carry_out(
    run: journal.Run, changes: Sequence[Change], progress: Callable[[int, int], None] | None
) -> Refusal | None:
    """Stage and put every file; return what stood in the way, with everything as it was before."""
    staged: dict[str, str] = {}
    tried: list[Change] = []
    at = ""
    try:
        for change, entry in zip(changes, run.entries, strict=True):
            at = change.path
            if change.after is not None:
                staged[at] = disk.stage(at, change.after, entry.mode, run.token)
        for change in changes:
            at = change.path
            tried.append(change)
            _put(change, staged)
            if progress is not None:
                progress(len(tried), len(changes))
    except OSError as error:
        reason = error.strerror or str(error)
        return _refusal(at, _take_back(run, changes, tried[:-1]) or reason)
    except BaseException:
        # The user stopped it.
        _take_back(run, changes, tried)
        raise
    return None


def _put(change: Change, staged: dict[str, str]) -> None:
    if disk.read(change.path) != change.before:
        raise OSError(0, _APPEARED if change.before is None else _CHANGED)
    if change.after is None:
        disk.remove(change.path)
    elif change.before is None:
        disk.put_new(staged[change.path], change.path)
    else:
        disk.put(staged[change.path], change.path)
    staged.pop(change.path, None)


def _take_back(run: journal.Run, changes: Sequence[Change], tried: Sequence[Change]) -> str:
    """Put back what a run has changed and forget the run; return what to tell where that fails, else nothing.

    What the files hold says what was changed, as a stop can come between a change and any note of it. `tried` are those
    that may have been: one of them that holds something else by now was edited after that, and the run is kept for it.
    """
    sweep(run)
    modes = {entry.path: entry.mode for entry in run.entries}
    try:
        for change in reversed(changes):
            if disk.read(change.path) == change.after:
                old = Change(change.path, change.after, change.before, modes[change.path])
                staged = disk.stage(old.path, old.after, modes[old.path], run.token) if old.after is not None else ""
                _put(old, {old.path: staged})
        edited = [change for change in tried if disk.read(change.path) != change.before]
    except OSError as error:
        said = error.strerror or str(error)
        return f"{said}; files that were written before are still: `streammigrate undo {run.number}` puts them back"
    if edited:
        return f"{edited[0].path} was edited meanwhile; `streammigrate undo {run.number} --force` has what it held"
    journal.forget(run)
    return ""


def settle(root: str) -> None:
    """Look at the last run of a project that is held: sweep up after it if it was killed.

    Raises BusyError where it left some files old and others new.
    """
    last = journal.last(root)
    if last is None or last.finished:
        return
    sweep(last)
    held = [(entry, journal.digest(_held(entry.path))) for entry in last.entries]
    old = sum(found == entry.before for entry, found in held)
    new = sum(found == entry.after for entry, found in held)
    if old == len(held):
        journal.forget(last)
    elif not old:
        # It was done but for the note, and files may have been edited since.
        journal.finish(last)
    else:
        raise BusyError(
            f"run {last.number} was interrupted: of its {len(held)} files {new} hold what it wrote and {old} what they held "
            f"before. `streammigrate undo {last.of or last.number}` takes it back; nothing was changed now"
        )


def sweep(run: journal.Run) -> None:
    """Take away what a run that was killed has staged; the caller holds the project."""
    for folder in _folders(run):
        disk.sweep(folder, run.token)


def _folders(run: journal.Run) -> list[str]:
    return sorted({str(Path(entry.path).parent) for entry in run.entries})


def _held(path: str) -> bytes | None:
    try:
        return disk.read(path)
    except OSError:
        return None


def grouped(changes: Iterable[Change], roots: Iterable[str] = ()) -> dict[str, list[Change]]:
    """Return changes by the root that their run is kept for, sorted by it.

    That is the outermost of the repositories around `roots` (what was looked at as one program) that holds a file, else
    its own.
    """
    around = sorted({repository_root(os.path.realpath(root)) for root in roots}, key=lambda root: len(Path(root).parts))
    found: dict[str, list[Change]] = {}
    targets: set[tuple[str, bytes | None]] = set()
    for change in changes:
        target = (os.path.realpath(change.path), change.after)
        if target in targets:
            # The same file under another name.
            continue
        targets.add(target)
        # A link belongs to where it is, not to where it leads.
        full = os.path.join(os.path.realpath(os.path.dirname(change.path) or "."), os.path.basename(change.path))  # noqa: PTH118, PTH119, PTH120
        root = next((root for root in around if Path(root) in Path(full).parents), None)
        found.setdefault(root or root_of(full), []).append(change)
    return dict(sorted(found.items()))
