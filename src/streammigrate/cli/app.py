"""The application: global options, the commands, and the one place where errors become exit codes."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import Annotated

import typer
from typer._click.exceptions import ClickException

from streammigrate import api
from streammigrate.cli import check, diff, explain, rewrite, rules, scan, undo, why
from streammigrate.cli.help import GroupedCommand, GroupedGroup
from streammigrate.cli.terminal import ColorOption, QuietOption, Terminal, VerboseOption, discard_output, say

app = typer.Typer(
    name="streammigrate",
    help="Move a codebase from Stream's Chat API v1 (stream-chat) to v2 (getstream), and prove what was done.",
    no_args_is_help=True,
    rich_markup_mode=None,
    cls=GroupedGroup,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("diff", cls=GroupedCommand, rich_help_panel="Compare", help=diff.HELP)(diff.run)
app.command("check", cls=GroupedCommand, rich_help_panel="Judge", help=check.HELP)(check.run)
app.command("scan", cls=GroupedCommand, rich_help_panel="Rewrite", help=scan.HELP)(scan.run)
app.command("rewrite", cls=GroupedCommand, rich_help_panel="Rewrite", help=rewrite.HELP)(rewrite.run)
app.command("undo", cls=GroupedCommand, rich_help_panel="Rewrite", help=undo.HELP)(undo.run)
app.command("why", cls=GroupedCommand, rich_help_panel="Rewrite", help=why.HELP)(why.run)
app.add_typer(rules.app, name="rules", rich_help_panel="Learn")
app.command("explain", cls=GroupedCommand, rich_help_panel="Learn", help=explain.HELP)(explain.run)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"streammigrate {api.__version__}")
        raise typer.Exit


@app.callback(
    epilog="Exit codes: 0 nothing at or above the threshold, 1 findings, 2 wrong usage, 3 unreadable input, 4 busy."
)
def options(
    context: typer.Context,
    color: ColorOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    version: Annotated[
        bool, typer.Option("--version", "-V", help="Show the version and exit.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Options that every command has; each can also be given after the command."""
    context.obj = Terminal(color, quiet, verbose)


def main() -> None:
    """Run the command line. Every error ends in one message on standard error and its own exit code, never 1."""
    sys.exit(_run())


def _run() -> int:
    try:
        code = app(standalone_mode=False)
        return code if isinstance(code, int) else api.EXIT_OK
    except typer.Exit as stop:
        return stop.exit_code
    except (typer.Abort, KeyboardInterrupt):
        return api.EXIT_INTERRUPTED
    except ClickException as error:
        with suppress(OSError, ValueError, AttributeError):
            error.show()
        return api.EXIT_USAGE
    except api.InputError as error:
        terminal = Terminal()
        say(api.render_finding(error.finding, color=terminal.colored(sys.stderr), width=terminal.width()))
        return error.exit_code
    except api.StreammigrateError as error:
        say(f"streammigrate: {error}\n")
        return error.exit_code
    except (SystemExit, BrokenPipeError):
        # Click leaves this way after shell completion, and when nobody reads the help to its end.
        discard_output()
        return api.EXIT_OK
    except Exception as error:
        if os.environ.get("STREAMMIGRATE_DEBUG"):
            raise
        say(api.render_finding(api.internal_error(error)))
        return api.EXIT_INPUT
