"""Which runs are kept for a folder, as people are shown them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, NamedTuple

from streammigrate.applying import journal
from streammigrate.applying.transaction import root_of
from streammigrate.errors import UsageError


class Kept(NamedTuple):
    """One run and where it stands."""

    run: journal.Run
    state: Literal["done", "undone", "interrupted"]


def root_with_runs(start: str) -> str:
    """Return the root of the project at a folder, or of the nearest around it, that has runs.

    Raises UsageError where there is none, naming those below the folder.
    """
    folder = os.path.realpath(start)
    for place in (root_of(str(Path(folder, "any.py"))), folder, *map(str, Path(folder).parents)):
        if journal.has_runs(place):
            return place
    below = [root for root in journal.roots() if Path(folder) in Path(root).parents]
    if below:
        raise UsageError(f"there is no run to undo here; runs are kept for {', '.join(below)}: go there for it")
    raise UsageError(f"there is no run to undo: none is kept for {folder}")


def kept_runs(start: str) -> list[Kept]:
    """Return the runs of the project at a folder, the newest first. Raises as `root_with_runs` does."""
    known = journal.runs(root_with_runs(start))
    return [Kept(run, _state(run, known)) for run in reversed(known)]


def _state(run: journal.Run, known: list[journal.Run]) -> Literal["done", "undone", "interrupted"]:
    if journal.is_undone(run, known):
        return "undone"
    return "done" if run.finished else "interrupted"
