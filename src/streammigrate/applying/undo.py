"""Runs that are taken back, byte for byte."""

from __future__ import annotations

from typing import NamedTuple

from streammigrate.applying import disk, journal, transaction
from streammigrate.applying.lock import hold
from streammigrate.applying.model import Change, Refusal
from streammigrate.errors import UsageError


class Undone(NamedTuple):
    """What became of undoing: with `refusals` nothing was changed."""

    run: journal.Run
    restored: tuple[str, ...] = ()
    """The files that hold again what they held, as seen from the root."""
    removed: tuple[str, ...] = ()
    """The files that the run had made, and that are gone."""
    skipped: tuple[str, ...] = ()
    """The files that have changed since and were left, as was asked for."""
    refusals: tuple[Refusal, ...] = ()


_HINT = "--force overwrites what has changed since, --skip-changed leaves it and restores the others."


def undo(root: str, number: int | None = None, *, force: bool = False, skip_changed: bool = False) -> Undone:
    """Give the files of a run what they held before it: of the last that is not undone, or of the one with a number.

    A run that was interrupted is taken back as far as it went. Files that have changed since stop it, unless they are
    to be overwritten (`force`; the run that this makes can be undone, too) or left (`skip_changed`). Undoing the number
    of an undo redoes. Raises UsageError where there is no such run, BusyError while another run works on the project.
    """
    with hold([root]):
        known = journal.runs(root)
        run = _chosen(known, number)
        transaction.sweep(known[-1])
        changes: list[Change] = []
        skipped: list[Refusal] = []
        refusals: list[Refusal] = []
        for entry in reversed(run.entries):
            held = _read(entry.path)
            if isinstance(held, OSError):
                refusals.append(Refusal(run.shown(entry), held.strerror or str(held)))
                continue
            found = journal.digest(held)
            if found == entry.before:
                continue
            if found != entry.after and not force:
                (skipped if skip_changed else refusals).append(_refusal(run, entry, known))
                continue
            changes.append(Change(entry.path, held, journal.kept(run, entry), entry.mode))
        if refusals:
            return Undone(run, refusals=tuple(refusals))
        done = transaction.transact(root, changes, kind=journal.UNDO, of=run.number, command="undo")
        names = {entry.path: run.shown(entry) for entry in run.entries}
        if done.refusals:
            refusals = [one._replace(path=names.get(one.path, one.path)) for one in done.refusals]
            return Undone(run, refusals=tuple(refusals))
        restored = tuple(sorted(names[one.path] for one in changes if one.after is not None))
        removed = tuple(sorted(names[one.path] for one in changes if one.after is None))
        return Undone(run, restored, removed, tuple(one.path for one in skipped))


def _read(path: str) -> bytes | OSError | None:
    try:
        return disk.read(path)
    except OSError as error:
        return error


def _chosen(known: list[journal.Run], number: int | None) -> journal.Run:
    if number is not None:
        for run in known:
            if run.number == number:
                if journal.is_undone(run, known):
                    raise UsageError(f"run {number} is undone already")
                return run
        raise UsageError(f"there is no run {number}; `streammigrate undo --list` shows those that are kept")
    for run in reversed(known):
        if run.kind == journal.REWRITE and not journal.is_undone(run, known):
            return run
    raise UsageError("there is no run to undo in this project; `streammigrate undo --list` shows what is kept")


def _refusal(run: journal.Run, entry: journal.Entry, known: list[journal.Run]) -> Refusal:
    """Return why a file that holds something else stays: a later run has changed it, or somebody."""
    path = run.shown(entry)
    for later in reversed(known):
        if later.number <= run.number or later.kind == journal.UNDO or journal.is_undone(later, known):
            continue
        if any(one.path == entry.path for one in later.entries):
            return Refusal(path, f"run {later.number} has changed it, too", f"Undo run {later.number} first.")
    return Refusal(path, "it has changed since", _HINT)
