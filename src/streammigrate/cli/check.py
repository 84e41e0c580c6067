"""`streammigrate check`: is the app ready for the cutover?"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from streammigrate import api
from streammigrate.cli.targets import Target, plan_outputs
from streammigrate.cli.terminal import ColorOption, QuietOption, Terminal, VerboseOption, emit, say

HELP = """Say whether a project, an app and its data are ready for the cutover to v2, and why.

PATH is a project: its code, manifests, environment files and what stands beside them. App settings are the JSON of
get_app_settings() (stream-chat) or get_app() (getstream), or the output of `stream-cli chat get-app`. Data are exported or
imported users, channels, messages, members and reactions, as JSON Lines or JSON arrays. Nothing is ever written to Stream.
"""
_INPUT, _REPORT, _GATE = "Input", "Report", "What counts"


def run(
    context: typer.Context,
    path: Annotated[
        str | None,
        typer.Argument(metavar="[PATH]", help="The folder of a project, or a file.", show_default=False),
    ] = None,
    app_settings: Annotated[
        list[str] | None,
        typer.Option(
            "--app-settings",
            metavar="FILE",
            help="App settings as JSON, - for standard input. May repeat, for lists of channel types and the like.",
            rich_help_panel=_INPUT,
        ),
    ] = None,
    live: Annotated[
        bool,
        typer.Option(
            "--live",
            help="Fetch the settings (GET only) with STREAM_API_KEY and STREAM_API_SECRET.",
            rich_help_panel=_INPUT,
        ),
    ] = False,
    env_file: Annotated[
        str | None,
        typer.Option(
            "--env-file",
            metavar="FILE",
            help="Take key and secret from this file. [default: the environment, then ./.env]",
            rich_help_panel=_INPUT,
        ),
    ] = None,
    base_url: Annotated[
        str,
        typer.Option("--base-url", metavar="URL", help="Another host than Stream's.", rich_help_panel=_INPUT),
    ] = api.DEFAULT_BASE_URL,
    timeout: Annotated[
        float,
        typer.Option("--timeout", metavar="SECONDS", min=0.1, help="The most for a request.", rich_help_panel=_INPUT),
    ] = api.DEFAULT_TIMEOUT,
    data: Annotated[
        list[str] | None,
        typer.Option(
            "--data",
            metavar="FILE",
            help="Records, or KIND=FILE (user, channel, message, member, reaction). May repeat.",
            rich_help_panel=_INPUT,
        ),
    ] = None,
    format: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            "-f",
            help=f"{', '.join(api.CHECK_FORMATS)}. May repeat, one for each --output; one more goes to standard output.",
            autocompletion=lambda: list(api.CHECK_FORMATS),
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
    list_checks: Annotated[
        bool, typer.Option("--list", help="List every check and stop.", rich_help_panel=_REPORT)
    ] = False,
    fail_on: Annotated[
        str | None,
        typer.Option(
            "--fail-on",
            help="Exit with 1 on: an error, a warning, any finding, never. [default: error]",
            autocompletion=lambda: list(api.CHECK_FAIL_ON),
            rich_help_panel=_GATE,
        ),
    ] = None,
    select: Annotated[
        list[str] | None,
        typer.Option("--select", help="Only these checks: an id or its start (SM6), a name.", rich_help_panel=_GATE),
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
    """Run the checks, write the reports, exit with the code that the verdict asks for."""
    terminal: Terminal = context.obj.merge(color, quiet, verbose)
    if list_checks:
        emit(api.render_checks(color=terminal.colored(sys.stdout), width=terminal.width()))
        return
    named = [*(app_settings or []), *(data or []), env_file or "", baseline or ""]
    inputs = [*named, *(name.partition("=")[2] for name in named)]
    targets = plan_outputs(format or [], output or [], api.CHECK_FORMATS, inputs)
    found = api.check_settings(config, path or "")
    threshold = fail_on or found.fail_on or "error"
    if threshold not in api.CHECK_FAIL_ON:
        raise api.UsageError(f"--fail-on takes {', '.join(api.CHECK_FAIL_ON)}, not {threshold!r}")
    options = api.CheckOptions(
        path=path or "",
        app_settings=app_settings or [],
        live=live,
        env_file=env_file,
        base_url=base_url,
        timeout=timeout,
        data=data or [],
        select=select or found.select,
        ignore=[*found.ignore, *(ignore or [])],
        per_file_ignores=found.per_file_ignores,
        baseline=baseline or found.baseline,
    )
    outcome = api.check(options, _progress(terminal))
    for target in targets:
        _write(target, outcome, terminal)
    if all(target.path is not None for target in targets) and not terminal.quiet:
        emit(api.render_check(outcome, "text", color=terminal.colored(sys.stdout), width=terminal.width(), verbose=-1))
    if write_baseline is not None:
        count = api.write_check_baseline(outcome, write_baseline, threshold)
        say(f"wrote {count} accepted {'finding' if count == 1 else 'findings'} to {write_baseline}\n")
        return
    raise typer.Exit(api.check_exit_code(outcome, threshold))


def _write(target: Target, outcome: api.CheckOutcome, terminal: Terminal) -> None:
    if target.path is not None:
        api.write_output(target.path, api.render_check(outcome, target.format, verbose=1, width=100))
        return
    colored, width = terminal.colored(sys.stdout), terminal.width()
    emit(api.render_check(outcome, target.format, color=colored, width=width, verbose=terminal.verbosity))


def _is_watched() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def _progress(terminal: Terminal) -> Callable[[str, int, int], None] | None:
    """Return what draws a bar on standard error, or None where nobody looks."""
    if terminal.quiet or not _is_watched():
        return None
    width = terminal.width()

    def draw(path: str, done: int, size: int) -> None:
        if done >= size:
            say(f"\r{' ' * (width - 1)}\r")
            return
        bar = "#" * (20 * done // size)
        line = f"[{bar:-<20}] {100 * done // size:3}% {path}"
        say(f"\r{line[: width - 1]}")

    return draw
