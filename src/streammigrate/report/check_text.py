"""The report on readiness for a terminal: the verdict, what blocks, what warns, and what was not looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from streammigrate.checks.model import Check
from streammigrate.checks.run import CheckResult, Found, Verdict
from streammigrate.findings import Finding
from streammigrate.report import check_summary
from streammigrate.report.terminal import STYLES, console, text

if TYPE_CHECKING:
    from rich.console import Console

_FEW = 8
"""How many lines of evidence a finding shows before the rest is counted."""

_VERDICTS = {
    Verdict.READY: "bold green",
    Verdict.READY_WITH_WARNINGS: "bold yellow",
    Verdict.NOT_READY: "bold red",
    Verdict.INCOMPLETE: "bold yellow",
}


def render(result: CheckResult, *, color: bool = False, width: int = 80, verbose: int = 0) -> str:
    """Return the report. `verbose` -1 gives the verdict alone, 1 all evidence and every check that passed."""
    page = _Page(console(color=color, width=width))
    page.line(check_summary.headline(result), style=_VERDICTS[result.verdict])
    if verbose < 0:
        return text(page.target)
    for source in result.sources:
        page.line(f"{source.name}  {source.what}", style="dim")
    page.found(result, verbose)
    page.problems(result.problems)
    page.not_run(result)
    page.settled(result, verbose)
    page.passed(result, verbose)
    return text(page.target)


class _Page:
    def __init__(self, target: Console) -> None:
        self.target = target

    def line(self, content: str = "", indent: int = 0, style: str = "") -> None:
        """Print a paragraph, wrapped, all of its lines at one indent."""
        from rich.padding import Padding
        from rich.text import Text

        self.target.print(Padding(Text(content, style=style), (0, 0, 0, indent)))

    def heading(self, content: str, aside: str = "", style: str = "bold") -> None:
        from rich.text import Text

        self.target.print(Text.assemble((content, style), f"  {aside}"))

    def fix(self, words: str, indent: int) -> None:
        """Print what to do, its further lines below the first word."""
        from rich.padding import Padding
        from rich.table import Table
        from rich.text import Text

        grid = Table.grid(padding=(0, 1, 0, 0))
        grid.add_row("→", Text(words))
        self.target.print(Padding(grid, (0, 0, 0, indent)))

    def found(self, result: CheckResult, verbose: int) -> None:
        names = check_summary.names(result)
        for severity, areas in check_summary.by_severity(result):
            for area, group in areas:
                self.line()
                self.heading(check_summary.HEADINGS[severity], area.value, STYLES[severity])
                for position, found in enumerate(group):
                    # The fix of a check is the same for all that it found; once is enough.
                    last = position + 1 == len(group) or group[position + 1].finding.id != found.finding.id
                    self.finding(found, names[found.finding.id], fix=last, verbose=verbose)

    def finding(self, found: Found, name: str, *, fix: bool, verbose: int) -> None:
        from rich.padding import Padding
        from rich.text import Text

        finding = found.finding
        head = Text.assemble((finding.id, STYLES[finding.severity]), f" {name}  ", (str(finding.location), "dim"))
        self.target.print(Padding(head, (0, 0, 0, 2)))
        self.line(finding.message, 4)
        self.evidence(found, verbose)
        if fix:
            self.fix(finding.hint, 4)

    def evidence(self, found: Found, verbose: int) -> None:
        shown = found.evidence if verbose > 0 else found.evidence[:_FEW]
        for evidence in shown:
            place = check_summary.place_of(found, evidence)
            self.line(f"{place}: {evidence.value}" if place else evidence.value, 6, "dim")
        if len(found.evidence) > len(shown):
            self.line(f"and {len(found.evidence) - len(shown)} more (-v)", 6, "dim")

    def checks(self, checks: Sequence[Check], longest: int) -> None:
        """Print a line for each check, its name filled up to the longest one; 0 for two lines each."""
        from rich.padding import Padding
        from rich.table import Table
        from rich.text import Text

        if longest:
            table = Table.grid(padding=(0, 2, 0, 0))
            for check in checks:
                severity = Text(f"{check.severity.value:7}", STYLES[check.severity])
                table.add_row(check.id, severity, Text(check.name.ljust(longest)), Text(check.question))
            self.target.print(Padding(table, (0, 0, 0, 2)))
            return
        for check in checks:
            severity = Text(f"{check.severity.value:7}", STYLES[check.severity])
            self.target.print(Padding(Text.assemble(f"{check.id}  ", severity, f"  {check.name}"), (0, 0, 0, 2)))
            self.line(check.question, 9)

    def problems(self, problems: Sequence[Finding]) -> None:
        if not problems:
            return
        self.line()
        self.heading("About the input")
        for finding in problems:
            self.line(f"{finding.id} {finding.location}", 2, STYLES[finding.severity])
            self.line(finding.message, 4)
            self.fix(finding.hint, 4)

    def not_run(self, result: CheckResult) -> None:
        groups = check_summary.not_run(result)
        if not groups:
            return
        self.line()
        self.heading("Not run, and so not passed")
        for reason, items in groups:
            self.line(f"{', '.join(item.check.id for item in items)}: {reason}", 2)

    def settled(self, result: CheckResult, verbose: int) -> None:
        groups = check_summary.settled_by(result)
        if verbose <= 0 or not any(groups.values()):
            return
        self.line()
        self.heading("Found, and not counted")
        for by, group in groups.items():
            for found, _, reason in group:
                finding = found.finding
                words = (
                    f"{finding.id} {finding.location}  {check_summary.SETTLED_BY[by]}{': ' if reason else ''}{reason}"
                )
                self.line(words, 2)

    def passed(self, result: CheckResult, verbose: int) -> None:
        passed = check_summary.passed(result)
        if not passed:
            return
        self.line()
        self.heading("Passed")
        if verbose <= 0:
            self.line(", ".join(item.check.id for item in passed), 2)
        for item in passed if verbose > 0 else ():
            self.line(f"{item.check.id} {item.check.question}", 2)


_WIDE = 100
"""The width from which a check and its question stand on one line."""


def render_list(checks: Sequence[Check], *, color: bool = False, width: int = 80) -> str:
    """Return all checks by area, for people: id, severity, name and question."""
    page = _Page(console(color=color, width=width))
    longest = max((len(check.name) for check in checks), default=0)
    for position, (area, group) in enumerate(check_summary.by_area(checks)):
        if position:
            page.line()
        page.heading(area.value)
        page.checks(group, longest if width >= _WIDE else 0)
    return text(page.target)
