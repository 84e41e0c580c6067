"""A scan for a terminal: how much is automatic, where the uses are, what the rest needs, and which command comes next."""

from __future__ import annotations

from collections.abc import Sequence
from shlex import quote
from typing import TYPE_CHECKING

from streammigrate.codemod.model import CohortView, Origin
from streammigrate.findings import Severity
from streammigrate.report import scan_summary as summary
from streammigrate.report.scan_estimate import duration
from streammigrate.report.scan_summary import DEFAULT, LEFT, SUPPRESSED, UNSAFE, Entry, Need, Row, ScanReport
from streammigrate.report.terminal import STYLES, console, text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

_STYLES = {
    DEFAULT: "green",
    UNSAFE: STYLES[Severity.WARNING],
    LEFT: STYLES[Severity.ERROR],
    SUPPRESSED: "dim",
}
_BAR = {DEFAULT: "█", UNSAFE: "▒", LEFT: "░"}
"""The parts of the bar differ without colour too."""

_WIDEST = 100
"""Paragraphs and tables are not wider; code and commands are never cut."""

_BAR_WIDTH = 40
_ROWS, _INSTRUCTIONS, _PLACES = 15, 5, 3
"""How much is shown of what is long, unless more is asked for."""


def render(report: ScanReport, *, color: bool = False, width: int = 80, verbose: int = 0, cohorts: bool = False) -> str:
    """Return the report. `verbose` -1 gives the verdict alone, 1 everything that is otherwise cut short and each site."""
    page = _Page(console(color=color, width=width), min(width, _WIDEST), verbose > 0)
    page.verdict(report)
    if verbose >= 0:
        page.bar(report)
        page.table("By method", "method", report.methods(), report.statuses)
        page.table("By file", "file", sorted(report.by_file(), key=_most_work), report.statuses)
        page.problems(report)
        page.needs(report)
        if cohorts:
            page.cohorts(report)
        if verbose > 0:
            page.sites(report)
        page.next(report, cohorts)
    return text(page.target)


def _most_work(row: Row) -> tuple[int, int, int, str]:
    return -row.tally.left, -row.tally.unsafe, -row.tally.sites, row.name


class _Page:
    def __init__(self, target: Console, width: int, full: bool) -> None:
        self.target = target
        self.width = width
        self.full = full

    def line(self, content: str | Text = "", indent: int = 0, style: str = "") -> None:
        """Print a paragraph, all its lines indented alike."""
        from rich.padding import Padding
        from rich.text import Text

        words = Text(content, style=style) if isinstance(content, str) else content
        self.target.print(Padding(words, (0, 0, 0, indent)), width=self.width)

    def verdict(self, report: ScanReport) -> None:
        """Print the head line, as wide as the terminal is."""
        from rich.text import Text

        self.target.print(Text(summary.headline(report), "bold"))

    def whole(self, content: Text) -> None:
        """Print a line that is never wrapped."""
        self.target.print(content, soft_wrap=True)

    def heading(self, words: str) -> None:
        self.line()
        self.line(words, style="bold")

    def shown(self, most: int, count: int) -> int:
        """Return how many of some things are shown; a rest of one is shown rather than counted."""
        return count if self.full or count <= most + 1 else most

    def bar(self, report: ScanReport) -> None:
        from rich.text import Text

        shares = summary.shares(report)
        if shares is None:
            return
        words = f"{shares[0]}% by default"
        if report.tally.unsafe:
            words += f", {shares[1]}% with --unsafe"
        room = min(_BAR_WIDTH, self.width - len(words) - 2)
        line = Text()
        for status, cells in _cells(report, room).items():
            line.append(_BAR[status] * cells, _STYLES[status])
        self.line(line.append(f"  {words}"))
        if report.minutes:
            self.line(
                f"By hand: {duration(report.minutes)}. An estimate: a rule of thumb for each kind of reason.",
                style="dim",
            )

    def table(self, title: str, noun: str, rows: Sequence[Row], statuses: Sequence[str]) -> None:
        from rich.table import Table
        from rich.text import Text

        rows = [row for row in rows if row.tally.sites]
        if not rows:
            return
        self.line()
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="")
        table.add_column(Text(title, "bold"), overflow="fold")
        for name in ("sites", *statuses):
            table.add_column(Text(name, "dim"), justify="right", no_wrap=True)
        shown = self.shown(_ROWS, len(rows))
        for row in rows[:shown]:
            counts = zip(row.tally.of(statuses), statuses, strict=True)
            cells = [Text(str(count), _STYLES[status]) if count else Text("·", "dim") for count, status in counts]
            table.add_row(Text(row.name), Text(str(row.tally.sites)), *cells)
        self.target.print(table, width=self.width)
        if shown < len(rows):
            self.line(f"and {summary.number(len(rows) - shown, noun)} more: --verbose", style="dim")

    def problems(self, report: ScanReport) -> None:
        if not report.troubles:
            return
        self.heading("Problems with files")
        for row in report.by_file():
            for trouble in row.troubles:
                at = "" if trouble.line is None else f":{trouble.line}"
                self.line(f"{row.name}{at}", 2)
                self.line(f"{trouble.kind} {trouble.message}", 4, _STYLES[LEFT])

    def needs(self, report: ScanReport) -> None:
        needs = report.needs()
        if needs:
            self.heading("What the rest needs")
        for position, need in enumerate(needs):
            if position:
                self.line()
            self.need(need)

    def need(self, need: Need) -> None:
        from rich.text import Text

        count = len(need.entries)
        words = f"{count} left" if need.status == LEFT else f"{count} with --unsafe"
        head = Text.assemble(
            (need.kind.id if need.kind else "", "bold"), " ", need.title, "  ", (words, _STYLES[need.status])
        )
        if need.minutes:
            head.append(f", {duration(need.minutes)}", "dim")
        head.rstrip()
        self.line(head, 2)
        if need.kind and need.kind.hint:
            self.line(need.kind.hint, 4, "dim")
        shown = self.shown(_INSTRUCTIONS, len(need.instructions))
        for instruction in need.instructions[:shown]:
            self.line(instruction.text, 4)
            self.places(instruction.entries)
        rest = sum(len(instruction.entries) for instruction in need.instructions[shown:])
        if rest:
            self.line(f"and {summary.number(rest, 'site')} more: --verbose", 4, "dim")

    def places(self, entries: Sequence[Entry]) -> None:
        from rich.text import Text

        shown = self.shown(_PLACES, len(entries))
        for entry in entries[:shown]:
            self.whole(Text.assemble("      ", entry.place, "  ", (entry.site.member, "dim")))
        if shown < len(entries):
            self.line(f"and {len(entries) - shown} more: --verbose", 6, "dim")

    def cohorts(self, report: ScanReport) -> None:
        self.heading("Cohorts")
        if not report.cohorts:
            self.line("No object of stream-chat is in view.", 2)
        sites = summary.by_cohort(report)
        for position, cohort in enumerate(report.cohorts):
            if position:
                self.line()
            self.cohort(cohort, sites.get(cohort.id, []))

    def cohort(self, cohort: CohortView, entries: Sequence[Entry]) -> None:
        from rich.text import Text

        style = _DECISIONS[cohort.decision]
        words = summary.DECISIONS[cohort.decision]
        self.line(Text.assemble((cohort.id, "bold"), f" {cohort.receiver}  ", (words, style)), 2)
        self.origins("made", cohort.made, "not in view: it comes from outside")
        self.names("files", cohort.files)
        self.names("through", cohort.holders)
        self.names("sites", [f"{cohort.sites}, of which {cohort.applied} rewritten by default"])
        shown = self.shown(_ROWS, len(entries))
        for entry in entries[:shown]:
            line = Text.assemble(" " * _LABEL, entry.place, "  ", (entry.site.member, "dim"), "  ")
            self.whole(line.append(entry.status, _STYLES[entry.status]))
        if shown < len(entries):
            self.line(f"and {len(entries) - shown} more: --verbose", _LABEL, "dim")
        if cohort.held:
            self.origins("held by", cohort.held, "")

    def names(self, label: str, names: Sequence[str]) -> None:
        from rich.text import Text

        for position, name in enumerate(names):
            self.whole(Text.assemble((_label("" if position else label), "dim"), name))

    def origins(self, label: str, origins: Sequence[Origin], otherwise: str) -> None:
        from rich.text import Text

        if not origins:
            self.names(label, [otherwise])
        for position, one in enumerate(origins):
            place, words = f"{one.path}:{one.line}", " ".join(one.text.split())
            line = Text.assemble((_label("" if position else label), "dim"), place)
            if _LABEL + len(place) + 2 + len(words) <= self.width:
                self.whole(line.append(f"  {words}"))
            else:
                self.whole(line)
                self.line(words, _LABEL + 2)

    def sites(self, report: ScanReport) -> None:
        from rich.text import Text

        if report.entries:
            self.heading("Sites")
        for entry in report.entries:
            line = Text.assemble("  ", entry.place, "  ", (entry.site.rule, "bold"), f" {entry.site.member}  ")
            self.whole(line.append(entry.status, _STYLES[entry.status]))

    def next(self, report: ScanReport, cohorts: bool) -> None:
        from rich.text import Text

        steps = _steps(report, cohorts)
        if not steps:
            return
        self.heading("Next")
        longest = max(len(command) for command, _ in steps)
        beside = longest + 4 + max(len(meaning) for _, meaning in steps) + 2 <= self.width
        for command, meaning in steps:
            if beside:
                self.whole(Text.assemble("  ", command.ljust(longest), (f"  # {meaning}", "dim")))
            else:
                self.whole(Text(f"  # {meaning}", "dim"))
                self.whole(Text(f"  {command}"))


_LABEL = 12
_DECISIONS = {"whole": _STYLES[DEFAULT], "twin": _STYLES[UNSAFE], "stays": _STYLES[LEFT], "nothing": "dim"}


def _label(label: str) -> str:
    return f"    {label}".ljust(_LABEL)


def _cells(report: ScanReport, room: int) -> dict[str, int]:
    """Return how many cells of the bar each status gets: at least one where it has a site."""
    tally = report.tally
    counts = {DEFAULT: tally.default, UNSAFE: tally.unsafe, LEFT: tally.left + tally.suppressed}
    cells = {status: max(1, count * room // tally.sites) if count else 0 for status, count in counts.items()}
    most = max(cells, key=lambda status: counts[status])
    cells[most] += room - sum(cells.values())
    return cells


def _steps(report: ScanReport, cohorts: bool) -> list[tuple[str, str]]:
    tally = report.tally
    steps = []
    if tally.default:
        steps.append((f"streammigrate rewrite {report.arguments}", "see the diff"))
        steps.append(
            (f"streammigrate rewrite {report.arguments} --write", f"write {summary.number(tally.default, 'site')}")
        )
    if tally.unsafe:
        steps.append((f"streammigrate rewrite {report.arguments} --unsafe", f"with {tally.unsafe} more"))
    held = [entry for need in report.needs() for entry in need.entries]
    if held:
        steps.append((f"streammigrate why {quote(held[0].place)}", "all that is known of one site"))
    if not cohorts and any(cohort.held for cohort in report.cohorts):
        steps.append((f"streammigrate scan {report.arguments} --cohorts", "what keeps a client from moving whole"))
    return steps
