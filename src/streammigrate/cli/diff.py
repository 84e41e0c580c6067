"""`streammigrate diff`: two API descriptions become a migration map and a report."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from streammigrate import api
from streammigrate.cli.targets import Target, plan_outputs
from streammigrate.cli.terminal import ColorOption, QuietOption, Terminal, VerboseOption, emit, say

HELP = """Compare two API descriptions: what was renamed, moved, removed, added, and what breaks.

OLD and NEW are a path, an http(s) address, - for standard input, REV:path in a git checkout, or stream-v1 and stream-v2
for Stream's published specs. Without them, the migration map of Stream's v1 and v2 that ships with the tool is shown.
"""

_INPUT, _REPORT, _GATE = "Input", "Report", "What counts"


def run(
    context: typer.Context,
    old: Annotated[str | None, typer.Argument(help="The old API description.", show_default=False)] = None,
    new: Annotated[str | None, typer.Argument(help="The new API description.", show_default=False)] = None,
    format: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            "-f",
            help=f"{', '.join(api.FORMATS)}. May repeat, one for each --output in order; one more goes to standard output.",
            autocompletion=lambda: list(api.FORMATS),
            rich_help_panel=_REPORT,
        ),
    ] = None,
    output: Annotated[
        list[str] | None,
        typer.Option(
            "--output",
            "-o",
            help="Write to a file. May repeat. Without its own --format, the file's ending decides.",
            rich_help_panel=_REPORT,
        ),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="In text: list every place of every pattern.", rich_help_panel=_REPORT)
    ] = False,
    fail_on: Annotated[
        str | None,
        typer.Option(
            "--fail-on",
            help="Exit with 1 on: breaking changes, any finding, never. [default: breaking]",
            autocompletion=lambda: list(api.FAIL_ON),
            rich_help_panel=_GATE,
        ),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option(
            "--select",
            help="Only these: an id or its start (SM15), a name, or path:GLOB, operation:GLOB, schema:GLOB, event:GLOB.",
            rich_help_panel=_GATE,
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", help="Not these, written as for --select.", rich_help_panel=_GATE)
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option("--baseline", metavar="FILE", help="Leave out what this file accepts.", rich_help_panel=_GATE),
    ] = None,
    write_baseline: Annotated[
        str | None,
        typer.Option(
            "--write-baseline",
            metavar="FILE",
            help="Write a baseline that accepts what would fail now, and exit with 0.",
            rich_help_panel=_GATE,
        ),
    ] = None,
    overrides: Annotated[
        str | None,
        typer.Option(
            "--overrides",
            metavar="FILE",
            help="YAML that says what became what, where you know better.",
            rich_help_panel=_INPUT,
        ),
    ] = None,
    events: Annotated[
        str | None,
        typer.Option(
            "--events",
            metavar="SOURCE",
            help="An AsyncAPI 2.x document to show beside the events.",
            rich_help_panel=_INPUT,
        ),
    ] = None,
    validate: Annotated[
        bool,
        typer.Option("--validate", help="Also check both against the OpenAPI specification.", rich_help_panel=_INPUT),
    ] = False,
    allow_external_refs: Annotated[
        bool | None,
        typer.Option(
            "--allow-external-refs/--no-external-refs",
            help="Fetch what $ref names in other documents.",
            rich_help_panel=_INPUT,
            show_default=False,
        ),
    ] = None,
    max_size: Annotated[
        int | None,
        typer.Option(
            "--max-size",
            metavar="MB",
            min=1,
            help=f"Refuse larger inputs. [default: {api.DEFAULT_MAX_SIZE}]",
            rich_help_panel=_INPUT,
        ),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Take addresses from the cache only.", rich_help_panel=_INPUT)
    ] = False,
    config: Annotated[
        str | None,
        typer.Option(
            "--config",
            metavar="FILE",
            help="Take settings from this TOML file, not from the nearest pyproject.toml.",
            rich_help_panel=_INPUT,
        ),
    ] = None,
    color: ColorOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Run the comparison, write the reports, exit with the code that the findings ask for."""
    terminal: Terminal = context.obj.merge(color, quiet, verbose)
    targets = plan_outputs(format or [], output or [], api.FORMATS, filter(None, (old, new, events)))
    if old is None:
        _show_packaged_map(targets, terminal, full)
        return
    if new is None:
        raise api.UsageError("diff takes two documents, OLD and NEW (or none, for the packaged map)")
    settings = api.diff_settings(config)
    threshold = fail_on or settings.fail_on or "breaking"
    if threshold not in api.FAIL_ON:
        raise api.UsageError(f"--fail-on takes {', '.join(api.FAIL_ON)}, not {threshold!r}")
    external = settings.allow_external_refs if allow_external_refs is None else allow_external_refs
    outcome = api.diff(
        old,
        new,
        api.DiffOptions(
            select=select or settings.select,
            ignore=[*settings.ignore, *(ignore or [])],
            baseline=baseline or settings.baseline,
            overrides=overrides or settings.overrides,
            events=events or settings.events,
            validate=validate,
            allow_external_refs=bool(external),
            max_size=max_size or settings.max_size or api.DEFAULT_MAX_SIZE,
            offline=offline,
        ),
    )
    for target in targets:
        _write(target, outcome, terminal, full)
    if all(target.path is not None for target in targets) and not terminal.quiet:
        emit(api.render_diff(outcome, "text", color=terminal.colored(sys.stdout), width=terminal.width(), verbose=-1))
    if write_baseline is not None:
        count = api.write_baseline(outcome, write_baseline, threshold)
        say(f"wrote {count} accepted changes to {write_baseline}\n")
        return
    raise typer.Exit(api.exit_code(outcome, threshold))


def _write(target: Target, outcome: api.DiffOutcome, terminal: Terminal, full: bool) -> None:
    if target.path is not None:
        api.write_output(target.path, api.render_diff(outcome, target.format, verbose=1, full=full, width=100))
        return
    colored, width = terminal.colored(sys.stdout), terminal.width()
    emit(api.render_diff(outcome, target.format, color=colored, width=width, verbose=terminal.verbosity, full=full))


def _show_packaged_map(targets: list[Target], terminal: Terminal, full: bool) -> None:
    for target in targets:
        colored = target.path is None and terminal.colored(sys.stdout)
        text = api.render_packaged_map(target.format, color=colored, width=terminal.width(), full=full)
        if target.path is None:
            emit(text)
        else:
            api.write_output(target.path, text)
