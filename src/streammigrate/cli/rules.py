"""`streammigrate rules`: the catalogue of rules, and its proof."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from streammigrate import api
from streammigrate.cli.help import GroupedCommand, GroupedGroup
from streammigrate.cli.terminal import ColorOption, QuietOption, Terminal, VerboseOption, emit, say

HELP = "List the rules of the catalogue, show one, prove them."

_LIST = "List the rules: what each member of stream-chat becomes."
_SHOW = "Show a rule: the call before and after, the request, what is lost, and its proof."
_PROVE = """Run the calls that the rules claim with both SDKs, and compare the requests.

Each rule's call forms are run with stream-chat, rewritten, and run with getstream, over transports that record what would
have been sent. Both SDKs have to be installed: pip install "streammigrate[proof]".
"""

app = typer.Typer(
    name="rules",
    help=HELP,
    no_args_is_help=True,
    rich_markup_mode=None,
    cls=GroupedGroup,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

FormatOption = Annotated[
    str,
    typer.Option(
        "--format", "-f", help=", ".join(api.RULE_FORMATS) + ".", autocompletion=lambda: list(api.RULE_FORMATS)
    ),
]


@app.command("list", cls=GroupedCommand, help=_LIST)
def list_rules(
    context: typer.Context,
    area: Annotated[
        str,
        typer.Option("--area", help="Only this area, such as users.", autocompletion=lambda: list(api.rule_areas())),
    ] = "",
    ceiling: Annotated[
        str,
        typer.Option(
            "--ceiling",
            help="Only rules whose sites can at best be: safe, unsafe, manual.",
            autocompletion=lambda: list(api.RULE_CEILINGS),
        ),
    ] = "",
    format: FormatOption = "text",
    color: ColorOption = None,
) -> None:
    """Print the rules."""
    terminal: Terminal = context.obj.merge(color, False, False)
    rules = api.list_rules(area, ceiling)
    emit(api.render_rules(rules, format, color=terminal.colored(sys.stdout), width=terminal.width()))


@app.command("show", cls=GroupedCommand, help=_SHOW)
def show(
    context: typer.Context,
    rule: Annotated[str, typer.Argument(metavar="ID|MEMBER", help="SM201, StreamChat.upsert_user or upsert_user.")],
    format: FormatOption = "text",
    color: ColorOption = None,
) -> None:
    """Print one rule."""
    terminal: Terminal = context.obj.merge(color, False, False)
    found = api.rule(rule)
    emit(api.render_rule(found, format, color=terminal.colored(sys.stdout), width=terminal.width()))


@app.command("prove", cls=GroupedCommand, help=_PROVE)
def prove(
    context: typer.Context,
    rules: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID|MEMBER]...", help="Only these. [default: all]", show_default=False),
    ] = None,
    against: Annotated[
        str,
        typer.Option(
            "--against",
            metavar="VERSION",
            help="Another release of getstream (4.2, 5.1, 6.1, 7.0), in an environment of its own, which pip makes.",
        ),
    ] = "",
    write: Annotated[
        bool, typer.Option("--write", help="Write rules/proofs.yaml, in a checkout of streammigrate.")
    ] = False,
    jobs: Annotated[int, typer.Option("--jobs", min=0, help="Processes. [default: one for each processor]")] = 0,
    format: FormatOption = "text",
    color: ColorOption = None,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Print what the proof shows; exit with 1 when anything differs that no rule states."""
    terminal: Terminal = context.obj.merge(color, quiet, verbose)
    if format not in api.RULE_FORMATS:
        raise api.UsageError(f"rules have no format {format!r} (known: {', '.join(api.RULE_FORMATS)})")
    outcome = api.prove(rules or [], against=against, jobs=jobs, progress=_progress(terminal))
    if write:
        say(f"{api.write_proofs(outcome)} written\n")
    colored, width = terminal.colored(sys.stdout), terminal.width()
    emit(api.render_proofs(outcome, format, color=colored, width=width, verbose=terminal.verbosity))
    raise typer.Exit(api.EXIT_OK if outcome.holds else api.EXIT_FINDINGS)


def _progress(terminal: Terminal) -> Callable[[int, int], None] | None:
    """Return what counts on standard error, or None where nobody looks."""
    if terminal.quiet or sys.stderr is None or not sys.stderr.isatty():
        return None
    width = terminal.width()

    def draw(done: int, total: int) -> None:
        say(f"\r{' ' * (width - 1)}\r" if done == total else f"\r{done} of {total} rules")

    return draw
