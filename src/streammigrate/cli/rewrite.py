"""`streammigrate rewrite`: files that use stream-chat become files that use getstream."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Annotated

import typer

from streammigrate import api
from streammigrate.cli.applying import (
    ACTION,
    REPORT,
    AllowDirtyOption,
    CheckTypesOption,
    FormatWithOption,
    HandoffOption,
    InteractiveOption,
    JobsOption,
    OutputDirOption,
    PatchOption,
    Plan,
    ReportOption,
    SplitByOption,
    apply,
    tell,
)
from streammigrate.cli.options import (
    PANEL,
    ConfigOption,
    DocsOption,
    IgnoreOption,
    SelectOption,
    TargetOption,
    TypesOption,
    split_ids,
)
from streammigrate.cli.targets import Target, plan_outputs
from streammigrate.cli.terminal import (
    ColorOption,
    QuietOption,
    Terminal,
    VerboseOption,
    discard_output,
    emit,
    say,
)

HELP = """Rewrite code from stream-chat (v1) to getstream (v2), where it can be shown to mean the same.

Without --write nothing is changed: the diff and what is left are shown. PATH is a file or a folder; - reads standard
input and writes the result to standard output.
"""


def run(
    context: typer.Context,
    paths: Annotated[list[str], typer.Argument(metavar="PATH...", help="Files and folders, or - for standard input.")],
    write: Annotated[bool, typer.Option("--write", help="Write the files.", rich_help_panel=ACTION)] = False,
    check: Annotated[
        bool,
        typer.Option("--check", help="Exit with 1 if anything would change or is left.", rich_help_panel=ACTION),
    ] = False,
    diff: Annotated[
        bool,
        typer.Option("--diff", help="Print only a patch, for git apply or patch -p1.", rich_help_panel=ACTION),
    ] = False,
    interactive: InteractiveOption = False,
    allow_dirty: AllowDirtyOption = False,
    patch: PatchOption = None,
    split_by: SplitByOption = None,
    output_dir: OutputDirOption = None,
    format_with: FormatWithOption = None,
    jobs: JobsOption = None,
    stdin_filename: Annotated[
        str | None,
        typer.Option("--stdin-filename", metavar="NAME", help="What - is called.", rich_help_panel=ACTION),
    ] = None,
    select: SelectOption = None,
    ignore: IgnoreOption = None,
    only: Annotated[
        list[str] | None,
        typer.Option(
            "--only",
            metavar="PATH|METHOD",
            help="Only the sites below a path, or of a method (send_message). May repeat. The rest keeps running on v1.",
            rich_help_panel=PANEL,
        ),
    ] = None,
    unsafe: Annotated[
        bool | None,
        typer.Option(
            "--unsafe/--no-unsafe",
            help="Also what changes behaviour in a stated way, or rests on a likely receiver.",
            rich_help_panel=PANEL,
            show_default=False,
        ),
    ] = None,
    todo: Annotated[
        bool | None,
        typer.Option(
            "--todo/--no-todo",
            help="Write a TODO comment above what is left. [default: todo]",
            rich_help_panel=PANEL,
            show_default=False,
        ),
    ] = None,
    helpers: Annotated[
        bool | None,
        typer.Option(
            "--helpers/--no-helpers",
            help="Whether new code may use functions of stream_compat.py, which is written into the project. [default: helpers]",
            rich_help_panel=PANEL,
            show_default=False,
        ),
    ] = None,
    helpers_file: Annotated[
        str | None,
        typer.Option(
            "--helpers-file",
            metavar="FILE",
            help="Where they are written. [default: stream_compat.py in the package that needs them]",
            rich_help_panel=ACTION,
        ),
    ] = None,
    manifests: Annotated[
        bool | None,
        typer.Option(
            "--manifests/--no-manifests",
            help="Whether requirements, pyproject.toml and the like follow the code. [default: manifests]",
            rich_help_panel=PANEL,
            show_default=False,
        ),
    ] = None,
    docs: DocsOption = None,
    types: TypesOption = None,
    target: TargetOption = None,
    format: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            "-f",
            help=f"{', '.join(api.REWRITE_FORMATS)}. May repeat, one for each --output; one more goes to standard output.",
            autocompletion=lambda: list(api.REWRITE_FORMATS),
            rich_help_panel=REPORT,
        ),
    ] = None,
    output: Annotated[
        list[str] | None,
        typer.Option(
            "--output",
            "-o",
            help="Write a report to a file. May repeat. Without its own --format, the file's ending decides.",
            rich_help_panel=REPORT,
        ),
    ] = None,
    report: ReportOption = None,
    handoff: HandoffOption = None,
    check_types: CheckTypesOption = None,
    config: ConfigOption = None,
    color: ColorOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Rewrite, report, write when asked to, and exit with the code that was asked for."""
    terminal: Terminal = context.obj.merge(color, quiet, verbose)
    piped = "-" in paths
    targets = plan_outputs(format or [], output or [], api.REWRITE_FORMATS, paths)
    _refuse_contradictions(paths, write, check, diff, stdin_filename, format, targets)
    if interactive and (check or diff):
        raise api.UsageError("--interactive asks and writes; it does not go with --check or --diff")
    changing = write or interactive
    plan = Plan(
        paths,
        changing,
        allow_dirty,
        patch,
        split_by,
        output_dir,
        format_with,
        report,
        handoff,
        check_types,
        interactive,
    )
    plan.refuse_contradictions()
    chosen, without = split_ids(select), split_ids(ignore)
    options = api.RewriteOptions(
        target, unsafe, todo, chosen, without, config, only or [], types, docs, helpers, helpers_file, manifests
    )

    options.jobs = jobs or 0

    def read() -> api.RewriteOutcome:
        return api.rewrite_data(_read_stdin(), stdin_filename or "<stdin>", options)

    applied = apply(plan, options, terminal, read if piped else None)
    if applied is None:
        return
    outcome = applied.outcome
    for one in targets:
        if one.path is not None:
            api.write_output(one.path, api.render_rewrite(outcome, one.format, verbose=1, width=100))
    if diff:
        _emit_bytes(api.render_rewrite_diff(outcome))
    elif piped:
        _emit_bytes(outcome.files[0].after)
    elif not applied.failed or format:
        _show(outcome, targets, terminal)
    if (diff or piped) and not terminal.quiet:
        say(api.render_rewrite(outcome, "text", verbose=-1, width=terminal.width()))
    tell(applied)
    if applied.failed:
        raise typer.Exit(api.EXIT_INPUT)
    if check:
        raise typer.Exit(api.EXIT_FINDINGS if outcome.types and outcome.types.new else api.rewrite_exit_code(outcome))


def _refuse_contradictions(
    paths: list[str],
    write: bool,
    check: bool,
    diff: bool,
    stdin_filename: str | None,
    format: list[str] | None,
    targets: list[Target],
) -> None:
    if write and (check or diff):
        raise api.UsageError("--write changes files, --check and --diff do not: give one or the other")
    if diff and format and any(target.path is None for target in targets):
        raise api.UsageError("--diff takes standard output: give an --output for each --format")
    if "-" not in paths:
        if stdin_filename is not None:
            raise api.UsageError("--stdin-filename goes with - only")
        return
    if len(paths) > 1:
        raise api.UsageError("standard input (-) is rewritten alone")
    if write:
        raise api.UsageError("- goes to standard output; --write needs files")
    if format and any(target.path is None for target in targets):
        raise api.UsageError("- takes standard output: give an --output for each --format")


def _show(outcome: api.RewriteOutcome, targets: list[Target], terminal: Terminal) -> None:
    colored, width = terminal.colored(sys.stdout), terminal.width()
    verbosity, format = terminal.verbosity, "text"
    for target in targets:
        if target.path is None:
            format = target.format
            break
    else:
        verbosity = -1
        if terminal.quiet:
            return
    emit(api.render_rewrite(outcome, format, color=colored, width=width, verbose=verbosity))


def _read_stdin() -> bytes:
    if sys.stdin is None or sys.stdin.isatty():
        raise api.UsageError("- reads standard input, and nothing is piped in")
    return sys.stdin.buffer.read()


def _emit_bytes(data: bytes) -> None:
    """Write code to standard output as it is. Raises InputError when that cannot be done."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
    except BrokenPipeError:
        discard_output()
    except (OSError, ValueError, AttributeError) as error:
        with suppress(OSError):
            discard_output()
        raise api.unwritable("<stdout>", error) from None
