"""`streammigrate explain`: what an id means."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from streammigrate import api
from streammigrate.cli.terminal import ColorOption, Terminal, emit

HELP = "Say what an id such as SM153 means, with an example."


def run(
    context: typer.Context,
    id: Annotated[
        str | None,
        typer.Argument(
            help="An id (SM153) or a name (property-removed).",
            autocompletion=lambda: [kind.id for kind in api.kinds()],
        ),
    ] = None,
    all_ids: Annotated[bool, typer.Option("--list", help="List every id.")] = False,
    color: ColorOption = None,
) -> None:
    """Print one explanation or the list of all ids."""
    terminal: Terminal = context.obj.merge(color, False, False)
    colored, width = terminal.colored(sys.stdout), terminal.width()
    if all_ids or id is None:
        emit(api.render_kinds(color=colored, width=width))
        return
    emit(api.render_explanation(api.explain(id), color=colored, width=width))
