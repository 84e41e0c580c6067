"""`streammigrate scan`: every use of stream-chat, and what would become of it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from streammigrate import api
from streammigrate.cli.options import (
    ConfigOption,
    DocsOption,
    IgnoreOption,
    SelectOption,
    TargetOption,
    TypesOption,
    split_ids,
)
from streammigrate.cli.targets import plan_outputs
from streammigrate.cli.terminal import ColorOption, QuietOption, Terminal, VerboseOption, emit

HELP = """Show every use of stream-chat: what rewrite does by itself, and what the rest needs. Nothing is changed.

PATH is a file or a folder.
"""
_REPORT = "Report"


def run(
    context: typer.Context,
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files and folders.")],
    cohorts: Annotated[
        bool,
        typer.Option(
            "--cohorts",
            help="List each client and channel: where it is made, where it goes, what keeps it from moving whole.",
            rich_help_panel=_REPORT,
        ),
    ] = False,
    fail_on: Annotated[
        str,
        typer.Option(
            "--fail-on",
            help=f"Exit with 1 if there are sites: {', '.join(api.SCAN_FAIL_ON)}.",
            autocompletion=lambda: list(api.SCAN_FAIL_ON),
            rich_help_panel=_REPORT,
        ),
    ] = "never",
    format: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            "-f",
            help=f"{', '.join(api.SCAN_FORMATS)}. May repeat, one for each --output; one more goes to standard output.",
            autocompletion=lambda: list(api.SCAN_FORMATS),
            rich_help_panel=_REPORT,
        ),
    ] = None,
    output: Annotated[
        list[str] | None,
        typer.Option(
            "--output",
            "-o",
            help="Write a report to a file. May repeat. Without its own --format, the file's ending decides.",
            rich_help_panel=_REPORT,
        ),
    ] = None,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    docs: DocsOption = None,
    types: TypesOption = None,
    target: TargetOption = None,
    config: ConfigOption = None,
    color: ColorOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Scan, report, and exit with the code that was asked for."""
    terminal: Terminal = context.obj.merge(color, quiet, verbose)
    if fail_on not in api.SCAN_FAIL_ON:
        raise api.UsageError(f"--fail-on takes {', '.join(api.SCAN_FAIL_ON)}, not {fail_on!r}")
    targets = plan_outputs(format or [], output or [], api.SCAN_FORMATS, paths)
    outcome = api.scan(paths, api.ScanOptions(target, split_ids(select), split_ids(ignore), config, types, docs))
    shown = None
    for one in targets:
        if one.path is None:
            shown = one.format
        else:
            api.write_output(one.path, api.render_scan(outcome, one.format, verbose=1, width=100, cohorts=cohorts))
    if shown is not None or not terminal.quiet:
        verbosity = -1 if shown is None else terminal.verbosity
        colored, width = terminal.colored(sys.stdout), terminal.width()
        emit(api.render_scan(outcome, shown or "text", color=colored, width=width, verbose=verbosity, cohorts=cohorts))
    raise typer.Exit(api.scan_exit_code(outcome, fail_on))
