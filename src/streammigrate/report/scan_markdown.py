"""A scan as Markdown, for an issue or a pull request, within the length that GitHub takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from streammigrate.codemod.model import CohortView, Origin
from streammigrate.report import scan_summary as summary
from streammigrate.report.diff_markdown import LIMIT, code, plain
from streammigrate.report.scan_estimate import duration
from streammigrate.report.scan_summary import LEFT, Entry, Need, Row, ScanReport

_ROWS, _PLACES = 50, 10
"""How much of what is long is shown; the JSON report has all."""

_LONG = 600


def render(report: ScanReport, *, cohorts: bool = False) -> str:
    """Return the report, less than LIMIT bytes long; what has no room is in the JSON report, and that is said."""
    blocks = ["## streammigrate scan", plain(summary.headline(report), _LONG)]
    room = LIMIT - 300
    for block in _blocks(report, cohorts):
        room -= len(block.encode()) + 2
        if room < 0:
            blocks.append("… and more in the JSON report")
            break
        blocks.append(block)
    return "\n\n".join(blocks) + "\n"


def _blocks(report: ScanReport, cohorts: bool) -> Iterator[str]:
    shares = summary.shares(report)
    if shares is not None:
        words = f"**{shares[0]}%** by default"
        if report.tally.unsafe:
            words += f", **{shares[1]}%** with `--unsafe`"
        if report.minutes:
            words += f". By hand: {duration(report.minutes)} (an estimate: a rule of thumb for each kind of reason)"
        yield f"{words}."
    yield from _problems(report)
    needs = report.needs()
    if needs:
        yield "### What the rest needs"
    for need in needs:
        yield _need(need)
    if report.entries:
        yield "### By method"
        yield _table("method", report.methods(), report.statuses)
        yield "### By file"
        yield _table("file", [row for row in report.by_file() if row.tally.sites], report.statuses)
    if cohorts:
        yield "### Cohorts"
        if not report.cohorts:
            yield "No object of stream-chat is in view."
        sites = summary.by_cohort(report)
        for cohort in report.cohorts:
            yield _cohort(cohort, sites.get(cohort.id, []))


def _problems(report: ScanReport) -> Iterator[str]:
    if not report.troubles:
        return
    yield "### Problems with files"
    lines = []
    for row in report.by_file():
        for trouble in row.troubles:
            place = row.name if trouble.line is None else f"{row.name}:{trouble.line}"
            lines.append(f"- {code(place)} **{trouble.kind}** {plain(trouble.message, _LONG)}")
    yield "\n".join(_cut(lines, "problem"))


def _need(need: Need) -> str:
    count = len(need.entries)
    words = f"{count} left" if need.status == LEFT else f"{count} with `--unsafe`"
    name = f"**{need.kind.id}** {plain(need.title)}" if need.kind else f"**{need.title}**"
    cost = f", {duration(need.minutes)}" if need.minutes else ""
    hint = f" {plain(need.kind.hint, _LONG)}" if need.kind and need.kind.hint else ""
    lines = [f"{name}: {words}{cost}.{hint}", ""]
    items = [f"- {plain(instruction.text, _LONG)}: {_places(instruction.entries)}" for instruction in need.instructions]
    return "\n".join([*lines, *_cut(items, "instruction")])


def _places(entries: Sequence[Entry]) -> str:
    shown = ", ".join(f"{code(entry.place)} {code(entry.site.member)}" for entry in entries[:_PLACES])
    rest = len(entries) - _PLACES
    return f"{shown} and {rest} more" if rest > 0 else shown


def _table(name: str, rows: Sequence[Row], statuses: Sequence[str]) -> str:
    head = (name, "sites", *statuses)
    lines = [_cells(head), "|---|" + "--:|" * (len(head) - 1)]
    lines += [_cells((code(row.name), row.tally.sites, *row.tally.of(statuses))) for row in rows[:_ROWS]]
    rest = len(rows) - _ROWS
    if rest > 0:
        lines.append(_cells((f"… {summary.number(rest, name)} more", *([""] * (len(head) - 1)))))
    return "\n".join(lines)


def _cells(cells: Sequence[str | int]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _cohort(cohort: CohortView, entries: Sequence[Entry]) -> str:
    decision = summary.DECISIONS[cohort.decision]
    sites = f"{summary.number(cohort.sites, 'site')}, {cohort.applied} rewritten by default"
    lines = [f"**{cohort.id}** {code(cohort.receiver)} {decision}: {sites}", ""]
    lines.append(f"- made: {_origins(cohort.made, code) or 'not in view, it comes from outside'}")
    for label, names in (("files", cohort.files), ("through", cohort.holders)):
        if names:
            lines.append(f"- {label}: {', '.join(_cut(list(map(code, names)), 'name'))}")
    if entries:
        lines.append(f"- sites: {_places(entries)}")
    if cohort.held:
        lines.append(f"- held by: {_origins(cohort.held, plain)}")
    return "\n".join(lines)


def _origins(origins: Sequence[Origin], shown: Callable[[str], str]) -> str:
    items = [f"{code(f'{one.path}:{one.line}')} {shown(one.text)}" for one in origins]
    return "; ".join(_cut(items, "place"))


def _cut(items: list[str], noun: str) -> list[str]:
    rest = len(items) - _ROWS
    return [*items[:_ROWS], f"… {summary.number(rest, noun)} more"] if rest > 0 else items
