"""Runs checks over what was given and keeps what became of each."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from streammigrate.checks import problems
from streammigrate.checks.model import Answer, CannotSayError, Check, DataCheck, Evidence, ProjectCheck, SettingsCheck
from streammigrate.checks.show import Scrubber
from streammigrate.errors import StreammigrateError
from streammigrate.findings import Finding, Location, Severity, fingerprint, sort_key

if TYPE_CHECKING:
    from streammigrate.checks.project import Project
    from streammigrate.checks.settings import AppSettings
    from streammigrate.checks.survey import Survey

NO_SETTINGS = "no app settings were given (--app-settings or --live)"
NO_DATA = "no data was given (--data)"
NO_PROJECT = "no project was given (PATH)"
COMMENT, SETTING, BASELINE = "comment", "setting", "baseline"
"""What can take a finding out, so that it does not count."""

_FEW = 5
"""How much of the evidence a message holds."""


class Status(Enum):
    """What became of a check. Only one that passed counts as passed."""

    PASSED = "passed"
    FOUND = "found"
    NOT_RUN = "not-run"


class Verdict(Enum):
    """The answer to the whole question."""

    READY = "ready"
    READY_WITH_WARNINGS = "ready with warnings"
    NOT_READY = "not ready"
    INCOMPLETE = "incomplete"


class Found(NamedTuple):
    """A finding with the evidence for it."""

    finding: Finding
    evidence: tuple[Evidence, ...]


class Settled(NamedTuple):
    """A finding that does not count: `by` is what takes it out: COMMENT, SETTING or BASELINE."""

    found: Found
    by: str
    reason: str = ""


class Result(NamedTuple):
    """What became of one check. `given` tells a check whose input was given from one that nothing was given for.

    A check stays one that found something when all that it found is settled: it did not pass.
    """

    check: Check
    status: Status
    found: tuple[Found, ...] = ()
    reason: str = ""
    given: bool = True
    settled: tuple[Settled, ...] = ()


class Source(NamedTuple):
    """Something that was judged: what it is called and what was recognised in it."""

    name: str
    what: str


@dataclass(slots=True)
class CheckResult:
    """What all checks found. `problems` are about the input itself; `deselected` counts the checks left out by the user."""

    results: list[Result]
    sources: list[Source] = field(default_factory=list)
    problems: list[Finding] = field(default_factory=list)
    deselected: int = 0

    def found(self) -> list[Found]:
        """Return everything that was found, sorted."""
        return sorted((found for result in self.results for found in result.found), key=_by_finding)

    def settled(self) -> list[Settled]:
        """Return what was found and does not count, sorted."""
        return sorted(
            (one for result in self.results for one in result.settled), key=lambda one: _by_finding(one.found)
        )

    def findings(self) -> list[Finding]:
        """Return the findings and the problems with the input, sorted."""
        return sorted([*(found.finding for found in self.found()), *self.problems], key=sort_key)

    def told(self) -> list[Finding]:
        """Return what formats show that know findings alone: the evidence in the message, and what was left open."""
        found = [_with_evidence(found) for found in self.found()] + self.problems
        source = self.sources[0].name if self.sources else ""
        found += [_not_judged(result, source) for result in self.results if _is_unanswered(result)]
        if all(result.status is Status.NOT_RUN for result in self.results):
            message = "no check could be run, so nothing is known to be ready"
            found.append(problems.NOTHING_GIVEN.finding(Location(source), message))
        return sorted(found, key=sort_key)

    def count(self, status: Status) -> int:
        """Return how many checks came to a status."""
        return sum(1 for result in self.results if result.status is status)

    @property
    def verdict(self) -> Verdict:
        """The verdict. An important check that could not be answered from what was given leaves it open."""
        severities = Counter(finding.severity for finding in self.findings())
        if severities[Severity.ERROR]:
            return Verdict.NOT_READY
        ran = any(result.status is not Status.NOT_RUN for result in self.results)
        if not ran or any(_left_open(result) for result in self.results):
            return Verdict.INCOMPLETE
        return Verdict.READY_WITH_WARNINGS if severities[Severity.WARNING] else Verdict.READY


def _by_finding(found: Found) -> tuple[object, ...]:
    return sort_key(found.finding)


def _is_unanswered(result: Result) -> bool:
    """Whether a check was given its input and found in it nothing to judge."""
    return result.status is Status.NOT_RUN and result.given


def _left_open(result: Result) -> bool:
    return _is_unanswered(result) and result.check.severity is Severity.ERROR


def _with_evidence(found: Found) -> Finding:
    at = str(found.finding.location)
    shown = [value if place == at else f"{place}: {value}" for place, value in found.evidence[:_FEW]]
    rest = len(found.evidence) - _FEW
    if rest > 0:
        shown.append(f"and {rest} more")
    message = found.finding.message
    return found.finding._replace(message=f"{message} ({'; '.join(shown)})" if shown else message)


def _not_judged(result: Result, source: str) -> Finding:
    check = result.check
    severity = check.severity if _left_open(result) else Severity.INFO
    mark = fingerprint(check.id, ["not judged"])
    message = f"{check.name} could not be judged: {result.reason}"
    return Finding(check.id, severity, Location(source), message, fingerprint=mark)


def run(
    checks: Iterable[Check],
    settings: AppSettings | None,
    survey: Survey | None,
    scrubber: Scrubber | None = None,
    project: Project | None = None,
) -> list[Result]:
    """Return what became of each check. What was not given is None. Raises InputError."""
    scrub = scrubber or Scrubber()
    folder = "" if project is None else Path(project.folder).as_posix()
    results = []
    for check in checks:
        needed = (
            settings if isinstance(check, SettingsCheck) else project if isinstance(check, ProjectCheck) else survey
        )
        given = needed is not None
        try:
            answers = _answers(check, settings, survey, project)
        except CannotSayError as error:
            results.append(Result(check, Status.NOT_RUN, reason=scrub.text(error.reason), given=given))
            continue
        except Exception as error:
            # What trips one check must not cost the answers of the others. Input errors stop the command.
            if isinstance(error, StreammigrateError) or os.environ.get("STREAMMIGRATE_DEBUG"):
                raise
            reason = f"a defect of streammigrate: {type(error).__name__}"
            results.append(Result(check, Status.NOT_RUN, reason=reason, given=given))
            continue
        found = tuple(sorted((_found(check, answer, scrub, folder) for answer in answers), key=_by_finding))
        results.append(Result(check, Status.FOUND if found else Status.PASSED, found))
    return results


def _answers(
    check: Check, settings: AppSettings | None, survey: Survey | None, project: Project | None
) -> Sequence[Answer]:
    if isinstance(check, SettingsCheck):
        if settings is None:
            raise CannotSayError(NO_SETTINGS)
        return list(check.judge(settings))
    if isinstance(check, DataCheck):
        if survey is None:
            raise CannotSayError(NO_DATA)
        return survey.answers(check)
    if isinstance(check, ProjectCheck):
        if project is None:
            raise CannotSayError(NO_PROJECT)
        return list(check.judge(project))
    raise TypeError(f"{check.id} is of no kind that can be run")


def _found(check: Check, answer: Answer, scrub: Scrubber, folder: str) -> Found:
    at = answer.at
    # However the user names the project, its files are the same.
    about = [part.removeprefix(f"{folder}/") if folder else part for part in answer.about]
    finding = Finding(
        id=check.id,
        severity=check.severity,
        location=Location(scrub.text(at.source), scrub.text(at.pointer), at.line, at.column),
        message=scrub.text(answer.message),
        hint=check.fix,
        url=check.url,
        fingerprint=fingerprint(check.id, about),
    )
    return Found(finding, tuple(Evidence(scrub.text(place), scrub.text(value)) for place, value in answer.evidence))
