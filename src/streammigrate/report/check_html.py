"""The readiness page: one HTML file that needs nothing else, to be sent to whoever decides on the cutover."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from streammigrate.checks.model import Area, Check
from streammigrate.checks.run import CheckResult, Found, Result, Settled, Status, Verdict
from streammigrate.findings import Finding, Severity
from streammigrate.report import check_summary, pages, readiness_steps
from streammigrate.report.readiness import Count, Progress, Row, Task
from streammigrate.report.readiness_steps import Phase, State
from streammigrate.report.scan_estimate import duration

_OPEN = 5
"""How many places of a check stand open; the rest unfolds."""

_MOST = 200
"""How many places of a check, and of a file, are on the page; the rest is counted."""

_VERDICTS: Mapping[Verdict, tuple[str, str]] = MappingProxyType(
    {
        Verdict.READY: ("passed", "Nothing that was looked at stands in the way of the cutover."),
        Verdict.READY_WITH_WARNINGS: ("warning", "Nothing blocks the cutover; something should be settled before it."),
        Verdict.NOT_READY: ("error", "Something blocks the cutover."),
        Verdict.INCOMPLETE: ("unknown", "What was given is not enough for an answer."),
    }
)

OUTCOMES = ("error", "warning", "notice", "passed", "unknown")
_OUTCOME_WORDS = ("block", "warn", "to know", "passed", "not judged")
PARTS = ("migrated", "automatic", "review", "manual", "kept")
_PART_WORDS = ("on v2", "by rewrite", "to review", "by hand", "kept on v1")


class Segment(NamedTuple):
    """A part of a bar: its kind decides the pattern. `start` and `width` are percentages of the bar."""

    kind: str
    words: str
    number: int
    start: str
    width: str


class Bar(NamedTuple):
    """Numbers as one bar, with the words that say the same."""

    name: str
    label: str
    segments: tuple[Segment, ...]
    numbers: tuple[int, ...]


class Card(NamedTuple):
    """What one check found. `first` are the findings that stand open, `rest` those that unfold."""

    check: Check
    first: Sequence[Found]
    rest: Sequence[Found]
    beyond: int
    anchor: bool
    """Whether it is the first card of its check, which links lead to."""

    @property
    def number(self) -> int:
        """How many findings there are."""
        return len(self.first) + len(self.rest) + self.beyond


class Left(NamedTuple):
    """A file with what is left in it."""

    name: str
    uses: Count
    findings: int
    tasks: Sequence[Task]
    beyond: int


class Page(NamedTuple):
    """Everything that the template shows."""

    title: str
    verdict: str
    tone: str
    meaning: str
    headline: str
    tiles: Sequence[tuple[str, str, int]]
    sources: Sequence[tuple[str, str]]
    areas: Sequence[Bar]
    outcome_words: Sequence[tuple[str, str]]
    progress: Progress | None
    total: Bar | None
    parts: Sequence[tuple[str, str]]
    part_names: Sequence[str]
    part_areas: Sequence[Bar]
    effort: str
    groups: Sequence[tuple[str, str, int, Sequence[tuple[Area, Sequence[Card]]]]]
    problems: Sequence[Finding]
    not_run: Sequence[tuple[str, Sequence[Result]]]
    settled: Sequence[tuple[str, Settled]]
    """What does not count, each with what takes it out in words."""
    passed: Sequence[Result]
    files: Sequence[Left]
    quiet_files: int
    phases: Sequence[Phase]
    states: Sequence[tuple[str, int]]
    deselected: int


def render(result: CheckResult, progress: Progress | None = None) -> str:
    """Return the page. It runs no script and asks for nothing from anywhere; `progress` None: no project was given."""
    return pages.render("check.html.j2", page=_page(result, progress), State=State, place_of=check_summary.place_of)


def _page(result: CheckResult, progress: Progress | None) -> Page:
    tone, meaning = _VERDICTS[result.verdict]
    severities = Counter(finding.severity for finding in result.findings())
    steps = readiness_steps.phases(result, progress)
    files = [] if progress is None else _left(progress, result)
    return Page(
        title=check_summary.title(result),
        verdict=check_summary.word(result),
        tone=tone,
        meaning=meaning,
        headline=check_summary.counts(result),
        tiles=(
            (
                "error",
                "finding blocks" if severities[Severity.ERROR] == 1 else "findings block",
                severities[Severity.ERROR],
            ),
            ("warning", "warning" if severities[Severity.WARNING] == 1 else "warnings", severities[Severity.WARNING]),
            ("notice", "to know of", severities[Severity.NOTICE] + severities[Severity.INFO]),
            ("passed", "checks passed", result.count(Status.PASSED)),
            ("unknown", "checks not run", result.count(Status.NOT_RUN)),
        ),
        sources=[(source.name, source.what) for source in result.sources],
        areas=list(_areas(result)),
        outcome_words=tuple(zip(OUTCOMES, _OUTCOME_WORDS, strict=True)),
        progress=progress,
        total=None if progress is None else _count_bar("All", progress.total),
        parts=_parts(progress),
        part_names=PARTS,
        part_areas=() if progress is None else [_count_bar(row.name, row.uses) for row in progress.areas],
        effort="" if progress is None or not progress.minutes else duration(progress.minutes),
        groups=list(_groups(result)),
        problems=result.problems,
        not_run=check_summary.not_run(result),
        settled=[(check_summary.SETTLED_BY[one.by], one) for one in result.settled()],
        passed=check_summary.passed(result),
        files=[file for file in files if file.uses.left or file.findings],
        quiet_files=sum(1 for file in files if not (file.uses.left or file.findings)),
        phases=steps,
        states=[(state.value, number) for state, number in readiness_steps.count(steps).items()],
        deselected=result.deselected,
    )


def _areas(result: CheckResult) -> Iterator[Bar]:
    """Yield how the checks of each area ended."""
    for area in Area:
        items = [item for item in result.results if item.check.area is area]
        if items:
            ends = Counter(map(_end, items))
            yield _bar(area.value, OUTCOMES, _OUTCOME_WORDS, [ends[name] for name in OUTCOMES])


def _end(item: Result) -> str:
    if item.status is Status.PASSED:
        return "passed"
    if item.status is Status.NOT_RUN:
        return "unknown"
    severities = [found.finding.severity for found in item.found]
    worst = min(severities, key=lambda severity: severity.rank, default=Severity.INFO)
    return "notice" if worst is Severity.INFO else worst.value


def _count_bar(name: str, count: Count) -> Bar:
    return _bar(name, PARTS, _PART_WORDS, count)


def _bar(name: str, kinds: Sequence[str], words: Sequence[str], numbers: Sequence[int]) -> Bar:
    total = sum(numbers)
    segments = []
    before = 0
    for kind, word, number in zip(kinds, words, numbers, strict=True):
        if number:
            start, width = 100 * before / total, 100 * number / total
            segments.append(Segment(kind, word, number, f"{start:.3f}%", f"{width:.3f}%"))
            before += number
    label = f"{name}: {', '.join(f'{segment.number} {segment.words}' for segment in segments) or 'nothing'}"
    return Bar(name, label, tuple(segments), tuple(numbers))


def _parts(progress: Progress | None) -> list[tuple[str, str]]:
    """Return the parts of a count that are shown: what was kept on purpose only where there is some."""
    if progress is None:
        return []
    shown = zip(PARTS, _PART_WORDS, progress.total, strict=True)
    return [(kind, words) for kind, words, number in shown if number or _is_always_shown(kind, progress)]


def _is_always_shown(kind: str, progress: Progress) -> bool:
    return kind in ("automatic", "manual") or (kind == "migrated" and progress.knows_migrated)


def _groups(result: CheckResult) -> Iterator[tuple[str, str, int, Sequence[tuple[Area, Sequence[Card]]]]]:
    checks = {item.check.id: item.check for item in result.results}
    anchored: set[str] = set()
    for severity, areas in check_summary.by_severity(result):
        number = sum(len(group) for _, group in areas)
        shown = [(area, list(_cards(group, checks, anchored))) for area, group in areas]
        yield severity.value, check_summary.HEADINGS[severity], number, shown


def _cards(group: Iterable[Found], checks: Mapping[str, Check], anchored: set[str]) -> Iterator[Card]:
    found: dict[str, list[Found]] = {}
    for one in group:
        found.setdefault(one.finding.id, []).append(one)
    for id, items in sorted(found.items()):
        yield Card(checks[id], items[:_OPEN], items[_OPEN:_MOST], max(0, len(items) - _MOST), id not in anchored)
        anchored.add(id)


def _left(progress: Progress, result: CheckResult) -> list[Left]:
    """Return the files with what is left in them: calls, and what checks found there that blocks or warns."""
    rows = {row.name: row for row in progress.files}
    weighty = (Severity.ERROR, Severity.WARNING)
    judged = {source.name for source in result.sources}
    found = Counter(
        finding.location.source
        for finding in result.findings()
        if finding.severity in weighty and finding.location.line is not None and finding.location.source not in judged
    )
    names = sorted({*rows, *found}, key=lambda name: (*_weight(rows.get(name), found[name]), name))
    return [_file(name, rows.get(name) or Row(name, Count()), found[name]) for name in names]


def _weight(row: Row | None, findings: int) -> tuple[int, int]:
    left = 0 if row is None else row.uses.left
    return -left - findings, -findings


def _file(name: str, row: Row, findings: int) -> Left:
    return Left(name, row.uses, findings, row.tasks[:_MOST], max(0, len(row.tasks) - _MOST))
