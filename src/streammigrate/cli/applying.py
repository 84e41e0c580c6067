"""How `rewrite` applies what it finds: the options of that, and the work in their order."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Annotated, NamedTuple

import typer

from streammigrate import api
from streammigrate.cli.interactive import choose, refuse_without_terminal
from streammigrate.cli.progress import Progress
from streammigrate.cli.targets import plan_outputs
from streammigrate.cli.terminal import Terminal, say

ACTION, REPORT = "What happens", "Report"

AllowDirtyOption = Annotated[
    bool,
    typer.Option("--allow-dirty", help="Write although files that git tracks have changes.", rich_help_panel=ACTION),
]
PatchOption = Annotated[
    str | None, typer.Option("--patch", metavar="FILE", help="Write the patch to a file.", rich_help_panel=ACTION)
]
SplitByOption = Annotated[
    str | None,
    typer.Option(
        "--split-by",
        metavar="|".join(api.SPLIT_BY),
        help="Write a series of patches instead, each leaving a program that runs.",
        autocompletion=lambda: list(api.SPLIT_BY),
        rich_help_panel=ACTION,
    ),
]
OutputDirOption = Annotated[
    str | None,
    typer.Option("--output-dir", metavar="DIR", help="Where --split-by writes them.", rich_help_panel=ACTION),
]
FormatWithOption = Annotated[
    str | None,
    typer.Option(
        "--format-with",
        metavar="COMMAND",
        help='Run a formatter ("ruff format") on the lines that are touched.',
        rich_help_panel=ACTION,
    ),
]
ReportOption = Annotated[
    str | None,
    typer.Option(
        "--report", metavar="FILE", help="Write a report for the pull request: .md or .html.", rich_help_panel=REPORT
    ),
]
HandoffOption = Annotated[
    str | None,
    typer.Option(
        "--handoff",
        metavar="FILE",
        help="Write what is left as tasks for a person or a coding agent: .json or .md.",
        rich_help_panel=REPORT,
    ),
]
CheckTypesOption = Annotated[
    str | None,
    typer.Option(
        "--check-types",
        metavar="CHECKER",
        help=f"Tell what {', '.join(api.TYPE_CHECKERS[:-1])} or {api.TYPE_CHECKERS[-1]} says anew of the files.",
        autocompletion=lambda: list(api.TYPE_CHECKERS),
        rich_help_panel=REPORT,
    ),
]


JobsOption = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        "-j",
        min=1,
        metavar="N",
        help="How many processes edit files. [default: as many as pay]",
        show_default=False,
        rich_help_panel=ACTION,
    ),
]
InteractiveOption = Annotated[
    bool,
    typer.Option(
        "--interactive", "-i", help="Ask about each site, then write what was chosen.", rich_help_panel=ACTION
    ),
]


class Plan(NamedTuple):
    """What is to happen with a rewrite."""

    paths: list[str]
    write: bool = False
    allow_dirty: bool = False
    patch: str | None = None
    split_by: str | None = None
    output_dir: str | None = None
    format_with: str | None = None
    report: str | None = None
    handoff: str | None = None
    check_types: str | None = None
    interactive: bool = False

    def refuse_contradictions(self) -> None:
        """Raise UsageError, before any work, for what does not go together and for tools that are not there."""
        if (self.split_by is None) != (self.output_dir is None):
            raise api.UsageError("--split-by and --output-dir go together: how patches are cut, and where they go")
        if self.split_by is not None:
            if self.split_by not in api.SPLIT_BY:
                raise api.UsageError(f"--split-by takes {', '.join(api.SPLIT_BY)}, not {self.split_by!r}")
            others = {
                "--interactive": self.interactive,
                "--write": self.write,
                "--format-with": self.format_with,
                "-": "-" in self.paths,
            }
            for name, given in others.items():
                if given:
                    raise api.UsageError(f"--split-by writes patches of files as they are; it does not go with {name}")
        if self.interactive:
            if "-" in self.paths:
                raise api.UsageError("--interactive asks about files; it does not go with -")
            refuse_without_terminal()
        api.find_tools(self.format_with, self.check_types)
        self.reports()

    def reports(self) -> list[tuple[str, str, Callable[[api.RewriteOutcome, str], str]]]:
        """Return path, format and maker of each further report; the endings of the files say in which format."""
        found: list[tuple[str, str, Callable[[api.RewriteOutcome, str], str]]] = []
        for path, formats, render in (
            (self.report, api.REPORT_FORMATS, api.render_rewrite_report),
            (self.handoff, api.HANDOFF_FORMATS, api.render_handoff),
        ):
            if path is not None:
                (target,) = plan_outputs([], [path], formats, self.paths)
                found.append((path, target.format, render))
        return found


class Applied(NamedTuple):
    """What became of it, and what there is to say besides the report."""

    outcome: api.RewriteOutcome
    said: tuple[str, ...] = ()
    failed: bool = False
    """Whether a file could not be written."""


def apply(
    plan: Plan, options: api.RewriteOptions, terminal: Terminal, read: Callable[[], api.RewriteOutcome] | None = None
) -> Applied | None:
    """Rewrite (or `read` a rewrite of standard input), format, check, write, and write what goes to files of its own.

    Returns None where somebody was asked and wants nothing of it.
    """
    said: list[str] = []
    steps, failed = None, []
    with ExitStack() as stack:
        if plan.write:
            stack.enter_context(_stopping_politely())
            stack.enter_context(api.writing(plan.paths, allow_dirty=plan.allow_dirty))
        asked = choose(plan.paths, options, terminal) if plan.interactive else None
        if plan.interactive and asked is None:
            return None
        progress = stack.enter_context(Progress(terminal))
        if asked is not None:
            outcome = asked
        elif read is not None:
            outcome = read()
        elif plan.split_by:
            progress.at("Rewriting")
            count = partial(progress.count, "Rewriting, step")
            outcome, steps = api.split_rewrite(plan.paths, plan.split_by, options, count)
        else:
            outcome = api.rewrite(plan.paths, options, progress.at)
        if plan.format_with:
            progress.at("Formatting")
            for path, reason in api.format_rewrite(outcome, plan.format_with):
                said.append(f"streammigrate: {path} was not formatted: {reason}\n")
        if plan.check_types:
            progress.at(f"Running {plan.check_types}")
            api.check_types(outcome, plan.check_types)
            said.append(api.render_types(outcome))
        if plan.write:
            count = partial(progress.count, "Writing, file")
            failed = api.write_rewrite(outcome, allow_dirty=plan.allow_dirty, command=_command(), progress=count)
    for path, format, render in plan.reports():
        api.write_output(path, render(outcome, format))
    if plan.patch is not None:
        api.write_patch(outcome, plan.patch)
    if steps is not None and plan.output_dir is not None:
        said += [f"{path}\n" for path in api.write_series(steps, plan.output_dir) if not terminal.quiet]
        if not steps.stepwise:
            said.append("streammigrate: there is no room for a copy, in which steps are made; there is one patch\n")
    said.append(api.render_failures(failed, color=terminal.colored(sys.stderr), width=terminal.width()))
    return Applied(outcome, tuple(said), bool(failed))


def tell(applied: Applied) -> None:
    """Say on standard error what there is to say."""
    for text in applied.said:
        say(text)


@contextmanager
def _stopping_politely() -> Iterator[None]:
    """Let a request to end (SIGTERM, a closed terminal) put the files back first, as Ctrl+C does."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(*arguments: object) -> None:
        raise KeyboardInterrupt

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {getattr(signal, name): signal.signal(getattr(signal, name), stop) for name in names}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _command() -> str:
    """Return the command line as a shell takes it, for the list of runs."""
    from shlex import join

    return join(["streammigrate", *sys.argv[1:]])
