"""A rewrite for a terminal: the diff, what is left and what to do about it, and the numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from streammigrate.codemod.compat.library import functions_in
from streammigrate.codemod.model import Applicability, FileResult, Site
from streammigrate.findings import Finding, Severity
from streammigrate.report import rewrite_summary as summary
from streammigrate.report.rewrite_diff import file_diff
from streammigrate.report.rewrite_summary import APPLIED, LEFT, SUPPRESSED, UNSAFE, Lines, RewriteReport
from streammigrate.report.rewrite_tasks import Next, Now, tallies
from streammigrate.report.terminal import STYLES, console, text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_LABELS = {APPLIED: "rewritten", UNSAFE: "unsafe", LEFT: "left", SUPPRESSED: "suppressed"}
STATUS_STYLES = {
    APPLIED: "green",
    UNSAFE: STYLES[Severity.WARNING],
    LEFT: STYLES[Severity.ERROR],
    SUPPRESSED: "dim",
}
_WIDEST = 100
"""Paragraphs are not wider; diffs are never cut."""
_ROOM_FOR_MEMBERS = 56


def render(
    report: RewriteReport,
    *,
    color: bool = False,
    width: int = 80,
    verbose: int = 0,
    diff: bool = True,
    commands: Sequence[Next] = (),
) -> str:
    """Return the report: the diff, then what is left, the sites by rule, the numbers, the verdict and what helps now.

    `verbose` -1 gives the verdict alone, 1 also what was rewritten; `diff` False leaves diffs out.
    """
    page = _Page(console(color=color, width=width), width)
    if verbose >= 0:
        for result in report.shown() if diff and not report.written else ():
            page.diff(result, verbose > 0)
        for result in report.shown():
            page.file(result, report, verbose)
        page.rules(report)
        page.table(report)
    page.line(summary.headline(report), style="bold")
    if verbose >= 0:
        page.footer(report, commands)
    return text(page.target)


def render_diffs(files: Sequence[FileResult], *, color: bool = False, width: int = 80) -> str:
    """Return the diffs of all files that change, those that are new included."""
    page = _Page(console(color=color, width=width), width)
    for result in files:
        page.diff(result, whole=True)
    return text(page.target)


def render_sites(result: FileResult, sites: list[Site], *, color: bool = False, width: int = 80) -> str:
    """Return all that is known about some sites of a file: evidence, rule, facets, forms, and what would make them safe."""
    page = _Page(console(color=color, width=width), width)
    lines = Lines(result.before)
    for position, site in enumerate(sites):
        if position:
            page.line()
        page.explained(result.path, lines, site)
    return text(page.target)


def render_nearest(result: FileResult, place: str, near: list[Site], *, color: bool = False, width: int = 80) -> str:
    """Return that there is no site at a place, and which are nearest, or why the file has none."""
    page = _Page(console(color=color, width=width), width)
    if result.troubles:
        page.line(f"What {place} uses cannot be said.")
    else:
        page.line(f"There is no use of stream-chat at {place}.")
    for trouble in result.troubles:
        page.line(f"{trouble.kind} {trouble.message}", 2, STATUS_STYLES[LEFT])
    lines = Lines(result.before)
    if near:
        page.line("The nearest:")
    for site in near:
        line, column = lines.start(site.span)
        page.line(f"{result.path}:{line}:{column}  {site.rule} {site.member}", 2)
    return text(page.target)


def place(site: Site, lines: Lines, now: Callable[[int], int] | None = None) -> str:
    """Return where a site starts: line and column, or the line of a notebook's file and its cell.

    `now` tells which line one of the file before the run has become.
    """
    line, column = lines.start(site.span)
    line = line if now is None else now(line)
    return f"{line} ({site.label})" if site.label else f"{line}:{column}"


class _Page:
    def __init__(self, target: Console, width: int) -> None:
        self.target = target
        self.width = min(width, _WIDEST)

    def line(self, content: str | Text = "", indent: int = 0, style: str = "") -> None:
        """Print a paragraph, all its lines indented alike."""
        from rich.padding import Padding
        from rich.text import Text

        words = Text(content, style=style) if isinstance(content, str) else content
        self.target.print(Padding(words, (0, 0, 0, indent)), width=self.width)

    def verbatim(self, content: str, indent: int = 0, style: str = "") -> None:
        """Print code: lines are never wrapped."""
        from rich.text import Text

        for line in content.splitlines():
            self.target.print(Text(" " * indent + line, style=style), soft_wrap=True)

    def file(self, result: FileResult, report: RewriteReport, verbose: int) -> None:
        """Print what there is to say about a file, by the lines that it has now."""
        told = [site for site in result.sites if summary.status_of(site) in (UNSAFE, LEFT) or verbose > 0]
        asked = [one for one in result.findings if one.severity is not Severity.INFO or verbose > 0]
        done = summary.done_to(result) if verbose > 0 else ()
        if not (told or result.troubles or asked or done):
            return
        self.line(result.path, style="bold")
        for trouble in result.troubles:
            at = "" if trouble.line is None else f"{trouble.line} "
            self.line(f"{at}{trouble.kind} {trouble.message}", 2, STATUS_STYLES[LEFT])
        lines = Lines(result.before)
        now = Now(result).line if report.written else None
        for site in told:
            self.site(site, lines, report, now)
        for sentence in done:
            self.line(sentence, 2)
        for finding in asked:
            self.finding(finding)
        self.line()

    def finding(self, finding: Finding) -> None:
        """Print what there is to say about a manifest or an environment file."""
        from rich.text import Text

        at = f"{finding.location.line} " if finding.location.line else ""
        head = Text.assemble(at, (finding.id, "bold"), "  ", (finding.severity.value, STYLES[finding.severity]))
        self.line(head, 2)
        self.line(finding.message, 4)
        if finding.hint:
            self.line(finding.hint, 4, "dim")

    def diff(self, result: FileResult, whole: bool) -> None:
        """Print what changes; of a module of helpers only what it has, unless it is asked for `whole`."""
        if result.new and not whole:
            self.line(f"new file {result.path}", style="bold")
            self.line("helpers that the new code uses: " + ", ".join(sorted(functions_in(result.after.decode()))), 2)
            self.line()
            return
        for line in file_diff(result):
            shown = line.decode("utf-8", "replace").rstrip("\r\n")
            style = "bold" if shown.startswith(("--- ", "+++ ")) else _DIFF.get(shown[:1], "")
            self.verbatim(shown or " ", style=style)
        if result.changed:
            self.line()

    def site(self, site: Site, lines: Lines, report: RewriteReport, now: Callable[[int], int] | None = None) -> None:
        from rich.text import Text

        status = summary.status_of(site)
        label = "would be rewritten" if status == APPLIED and not report.written else _LABELS[status]
        head = Text.assemble(
            f"{place(site, lines, now)} ", (site.rule, "bold"), f" {site.member}  ", (label, STATUS_STYLES[status])
        )
        self.line(head, 2)
        if status == SUPPRESSED:
            self.line(site.suppressed, 4)
        elif status != APPLIED:
            self.line(site.instruction, 4)
            if summary.advice(site):
                self.line(summary.advice(site), 4, "dim")
        for note in site.notes if status == APPLIED else ():
            self.line(f"note: {note}", 4, "dim")

    def table(self, report: RewriteReport) -> None:
        from rich.table import Table
        from rich.text import Text

        found = summary.counts(report)
        if not found.sites:
            return
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, show_header=False)
        table.add_column(justify="right")
        table.add_column(no_wrap=True)
        table.add_column()
        rows = (
            (found.applied, *(_WRITTEN if report.written else _SHOWN)),
            (found.unsafe, "unsafe", "changes behaviour in a stated way, or the receiver is only likely: --unsafe"),
            (found.left, "left", "needs a person: see above"),
            (found.suppressed, "suppressed", "a comment, or your answer, asks to leave it"),
        )
        for (count, label, meaning), status in zip(rows, summary.STATUSES, strict=True):
            if count:
                table.add_row(Text(str(count)), Text(label, STATUS_STYLES[status]), Text(meaning, "dim"))
        self.target.print(table, width=self.width)
        self.line()

    def rules(self, report: RewriteReport) -> None:
        """Print how many sites of each rule there are."""
        from rich.table import Table
        from rich.text import Text

        found = tallies(report, {})
        if not found:
            return
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
        wide = self.width >= _ROOM_FOR_MEMBERS
        table.add_column("rule", no_wrap=True)
        if wide:
            table.add_column("member", overflow="fold")
        done = "rewritten" if report.written else "to rewrite"
        names = (done, "unsafe", "left", "suppressed")
        used = [at for at in range(len(names)) if any(one.counts[at] for one in found)]
        for at in used:
            table.add_column(names[at], justify="right", no_wrap=True)
        for one in found:
            members = [Text(", ".join(one.members))] if wide else []
            table.add_row(Text(one.rule), *members, *(str(one.counts[at] or "") for at in used))
        self.target.print(table, width=self.width)
        self.line()

    def footer(self, report: RewriteReport, commands: Sequence[Next]) -> None:
        """Print that nothing was written, where something could be, and the commands that help now."""
        from rich.text import Text

        found = summary.counts(report)
        if not report.written and (found.changed or found.added or found.manifests):
            self.line("Nothing was written; --write does it.", style="dim")
        wide = max((len(one.command) for one in commands), default=0)
        beside = 2 + wide + 2 + max((len(one.why) for one in commands), default=0) <= self.width
        for at, one in enumerate(commands):
            if not at:
                self.line()
                self.line("Next:")
            if beside:
                self.line(Text.assemble(f"{one.command:<{wide}}  ", (one.why, "dim")), 2)
            else:
                # A command is one line, so that it can be copied.
                self.verbatim(one.command, 2)
                self.line(one.why, 4, "dim")

    def explained(self, path: str, lines: Lines, site: Site) -> None:
        from rich.text import Text

        status = summary.status_of(site)
        head = Text.assemble((f"{path}:{place(site, lines)}", "bold"), f"  {site.member}")
        self.line(head)
        self.verbatim(site.before, 2)
        if site.after:
            self.line("becomes")
            self.verbatim(site.after, 2, "green")
        self.line()
        words = {
            APPLIED: "It can be rewritten.",
            UNSAFE: "It is rewritten with --unsafe only.",
            LEFT: "It is left to you.",
            SUPPRESSED: f"It stays as it is: {site.suppressed}",
        }
        self.line(words[status], style=STATUS_STYLES[status])
        self.line(Text.assemble(("rule      ", "dim"), site.rule))
        if site.evidence:
            self.line("receiver", style="dim")
        for step in site.evidence:
            self.line(step, 4)
        if site.facets:
            self.line("facets", style="dim")
        for facet in site.facets:
            style = STATUS_STYLES[_OF[facet.applicability]]
            reason = f" ({facet.reason})" if facet.reason else ""
            self.line(
                Text.assemble(f"{facet.name}: ", (facet.applicability.value, style), f"{reason}  {facet.text}"), 4
            )
        if site.forms:
            self.line("proven forms", style="dim")
        for form in site.forms:
            self.line(form, 4)
        for note in site.notes:
            self.line(Text.assemble(("note      ", "dim"), note))
        if site.applicability is not Applicability.SAFE:
            self.line("what would make it safe", style="dim")
            self.line(site.instruction, 4)
            for kind in summary.reasons(site):
                if kind.hint:
                    self.line(f"{kind.id}: {kind.hint}", 4)


_OF = {Applicability.SAFE: APPLIED, Applicability.UNSAFE: UNSAFE, Applicability.MANUAL: LEFT}
_SHOWN = ("to rewrite", "would be written to the files")
_WRITTEN = ("rewritten", "written to the files")
_DIFF = {"+": "green", "-": "red", "@": "cyan"}
