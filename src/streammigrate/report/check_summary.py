"""What every report on readiness says first, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from streammigrate.checks.model import Area
from streammigrate.checks.run import CheckResult, Found, Result, Status, Verdict
from streammigrate.findings import Severity

HEADINGS = {
    Severity.ERROR: "Blocks the cutover",
    Severity.WARNING: "To settle before the cutover",
    Severity.NOTICE: "To know of",
    Severity.INFO: "For the record",
}


def title(result: CheckResult) -> str:
    """Return what was judged."""
    return ", ".join(source.name for source in result.sources) or "nothing was given"


def headline(result: CheckResult) -> str:
    """Return the verdict as one sentence, with the counts behind it."""
    verdict = result.verdict
    word = verdict.value[:1].upper() + verdict.value[1:]
    return f"{word}: {', '.join(_counts(result))}."


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
    if result.deselected:
        yield f"{result.deselected} not selected"


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
