"""`streammigrate why`: what is known about one use of stream-chat."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from streammigrate import api
from streammigrate.cli.terminal import ColorOption, Terminal, emit

HELP = "Explain a use of stream-chat: its receiver, the rule, what holds it back, and what would make it safe."


def run(
    context: typer.Context,
    place: Annotated[str, typer.Argument(metavar="FILE:LINE[:COLUMN]", help="Where the use stands.")],
    target: Annotated[
        str | None,
        typer.Option("--target", metavar="VERSION", help="The getstream release: 4.2, 5.1, 6.1, 7.0. [default: 7.0]"),
    ] = None,
    config: Annotated[
        str | None,
        typer.Option("--config", metavar="FILE", help="Take settings from this TOML file."),
    ] = None,
    color: ColorOption = None,
) -> None:
    """Print what is known; exit with 1 when nothing there uses stream-chat."""
    terminal: Terminal = context.obj.merge(color, False, False)
    options = api.RewriteOptions(target=target, config=config)
    text, code = api.why(place, options, color=terminal.colored(sys.stdout), width=terminal.width())
    emit(text)
    raise typer.Exit(code)
