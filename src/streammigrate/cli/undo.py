"""`streammigrate undo`: the files of a run hold again what they held before."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from streammigrate import api
from streammigrate.cli.terminal import ColorOption, QuietOption, Terminal, VerboseOption, emit, say

HELP = """Take back what `rewrite --write` did in the project at the current folder, byte for byte.

Without RUN the last run that is not undone. A run that was interrupted is taken back as far as it went.
"""


def run(
    context: typer.Context,
    number: Annotated[
        int | None, typer.Argument(metavar="[RUN]", help="The number of a run; of an undo, to do it again.", min=1)
    ] = None,
    list_runs: Annotated[bool, typer.Option("--list", help="Show the runs that are kept.")] = False,
    force: Annotated[
        bool,
        typer.Option("--force", help="Also overwrite files that changed since. What they hold is kept as a run."),
    ] = False,
    skip_changed: Annotated[
        bool, typer.Option("--skip-changed", help="Leave files that changed since, and restore the others.")
    ] = False,
    color: ColorOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Undo, or list what can be undone; exit with 3 when a file is in the way."""
    terminal: Terminal = context.obj.merge(color, quiet, verbose)
    colored, width = terminal.colored(sys.stdout), terminal.width()
    if list_runs:
        if number is not None or force or skip_changed:
            raise api.UsageError("--list shows the runs and undoes none: give it alone")
        emit(api.render_runs(color=colored, width=width))
        return
    outcome = api.undo(number, force=force, skip_changed=skip_changed)
    emit(api.render_undo(outcome, color=colored, width=width, verbose=terminal.verbosity))
    for refusal in outcome.refusals:
        say(f"streammigrate: {refusal.path}: {refusal.reason}\n")
    for hint in dict.fromkeys(refusal.hint for refusal in outcome.refusals if refusal.hint):
        say(f"{hint}\n")
    if outcome.refusals:
        raise typer.Exit(api.EXIT_INPUT)
