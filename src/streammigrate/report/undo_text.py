"""What was undone, and what could be, for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from streammigrate.report.terminal import console, text

if TYPE_CHECKING:
    from rich.console import Console

    from streammigrate.applying.runs import Kept
    from streammigrate.applying.undo import Undone

_SHOWN = 20


def render(outcome: Undone, *, color: bool = False, width: int = 80, verbose: int = 0) -> str:
    """Return what became of an undo; `verbose` -1 gives the verdict alone, 1 every file."""
    page = console(color=color, width=width)
    said = {"restored": outcome.restored, "removed": outcome.removed, "left": outcome.skipped}
    if verbose >= 0:
        for word, paths in said.items():
            _paths(page, word, paths, len(paths) if verbose > 0 else _SHOWN)
    _line(page, _verdict(outcome, said), "bold")
    return text(page)


def _verdict(outcome: Undone, said: dict[str, tuple[str, ...]]) -> str:
    what = f"run {outcome.run.number} of {_time(outcome.run.started)}"
    if outcome.refusals:
        files = "1 file" if len(outcome.refusals) == 1 else f"{len(outcome.refusals)} files"
        return f"Nothing was undone of {what}: {files} in the way."
    parts = [f"{len(paths)} {word}" for word, paths in said.items() if paths]
    return f"Undone: {what}" + (
        f": {', '.join(parts)}." if parts else "; its files hold already what they held before."
    )


def _paths(page: Console, word: str, paths: Sequence[str], most: int) -> None:
    for path in paths[:most]:
        _line(page, f"{word:>9}  {path}")
    if len(paths) > most:
        _line(page, f"{word:>9}  … {len(paths) - most} more")


def render_runs(runs: Sequence[Kept], *, color: bool = False, width: int = 80) -> str:
    """Return a list of runs, in the order that is given."""
    page = console(color=color, width=width)
    for run, state in runs:
        what = f"undo of {run.of}" if run.of is not None else run.command or run.kind
        files = "1 file" if len(run.entries) == 1 else f"{len(run.entries)} files"
        note = "" if state == "done" else f"  ({state})"
        _line(
            page, f"{run.number:>4}  {_time(run.started)}  {files:>9}  {what}{note}", "dim" if state == "undone" else ""
        )
    return text(page)


def _time(started: str) -> str:
    return started.replace("T", " ").replace("Z", " UTC")


def _line(page: Console, words: str, style: str = "") -> None:
    page.print(words, style=style or None, soft_wrap=True)
