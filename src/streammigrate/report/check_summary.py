"""What every report on readiness says first, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from streammigrate.checks.model import Area, Check, Evidence
from streammigrate.checks.run import BASELINE, COMMENT, SETTING, CheckResult, Found, Result, Settled, Status, Verdict
from streammigrate.findings import Severity

HEADINGS = {
    Severity.ERROR: "Blocks the cutover",
    Severity.WARNING: "To settle before the cutover",
    Severity.NOTICE: "To know of",
    Severity.INFO: "For the record",
}


SETTLED_BY = {
    COMMENT: "by a comment in the code",
    SETTING: "by the settings for the file",
    BASELINE: "by the baseline",
}
"""What takes a finding out, in words."""


def title(result: CheckResult) -> str:
    """Return what was judged."""
    names = ("this folder" if source.name == "." else source.name for source in result.sources)
    return ", ".join(names) or "nothing was given"


def place_of(found: Found, evidence: Evidence) -> str:
    """Return the place of a piece of evidence; empty where it is the finding's own."""
    return "" if evidence.place == str(found.finding.location) else evidence.place


def headline(result: CheckResult) -> str:
    """Return the verdict as one sentence, with the counts behind it."""
    return f"{word(result)}: {', '.join(_counts(result))}."


def word(result: CheckResult) -> str:
    """Return the verdict alone, with a capital."""
    verdict = result.verdict.value
    return verdict[:1].upper() + verdict[1:]


def counts(result: CheckResult) -> str:
    """Return the counts behind the verdict as a sentence."""
    text = ", ".join(_counts(result))
    return f"{text[:1].upper()}{text[1:]}."


def _counts(result: CheckResult) -> Iterator[str]:
    if result.verdict is Verdict.INCOMPLETE:
        important = [item.check.id for item in left_open(result)]
        yield f"{', '.join(important)} could not be judged" if important else "there was nothing to judge"
    severities = Counter(finding.severity for finding in result.findings())
    for severity, singular, plural in (
        (Severity.ERROR, "finding blocks", "findings block"),
        (Severity.WARNING, "warning", "warnings"),
        (Severity.NOTICE, "thing to know of", "things to know of"),
    ):
        if count := severities[severity]:
            yield f"{count} {singular if count == 1 else plural}"
    if passed := result.count(Status.PASSED):
        yield f"{passed} {'check' if passed == 1 else 'checks'} passed"
    if unrun := result.count(Status.NOT_RUN):
        yield f"{unrun} not run"
    settled = settled_by(result)
    if accepted := len(settled[BASELINE]):
        yield f"{accepted} accepted by the baseline"
    if suppressed := len(settled[COMMENT]) + len(settled[SETTING]):
        yield f"{suppressed} suppressed"
    if result.deselected:
        yield f"{result.deselected} not selected"


def settled_by(result: CheckResult) -> dict[str, list[Settled]]:
    """Return what was found and does not count, by what takes it out."""
    found: dict[str, list[Settled]] = {COMMENT: [], SETTING: [], BASELINE: []}
    for one in result.settled():
        found[one.by].append(one)
    return found


def left_open(result: CheckResult) -> list[Result]:
    """Return the checks that keep the verdict open."""
    return [
        item
        for item in result.results
        if item.status is Status.NOT_RUN and item.given and item.check.severity is Severity.ERROR
    ]


def by_severity(result: CheckResult) -> Iterator[tuple[Severity, list[tuple[Area, list[Found]]]]]:
    """Yield what was found, the most severe first, and within a severity by area."""
    areas = {item.check.id: item.check.area for item in result.results}
    order = list(Area)
    for severity in Severity:
        found = [item for item in result.found() if item.finding.severity is severity]
        found.sort(key=lambda item: order.index(areas[item.finding.id]))
        if found:
            yield severity, [(area, list(group)) for area, group in groupby(found, lambda item: areas[item.finding.id])]


def by_area(checks: Iterable[Check]) -> list[tuple[Area, list[Check]]]:
    """Return checks by area, in the order of the areas and of their ids."""
    groups: dict[Area, list[Check]] = {area: [] for area in Area}
    for check in checks:
        groups[check.area].append(check)
    return [(area, group) for area, group in groups.items() if group]


def names(result: CheckResult) -> dict[str, str]:
    """Return the names of the checks by id."""
    return {item.check.id: item.check.name for item in result.results}


def not_run(result: CheckResult) -> list[tuple[str, list[Result]]]:
    """Return the checks that did not run, by reason, in the order of their ids."""
    found: dict[str, list[Result]] = {}
    for item in result.results:
        if item.status is Status.NOT_RUN:
            found.setdefault(item.reason, []).append(item)
    return list(found.items())


def passed(result: CheckResult) -> Sequence[Result]:
    """Return the checks that passed."""
    return [item for item in result.results if item.status is Status.PASSED]
