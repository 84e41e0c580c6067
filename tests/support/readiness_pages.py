"""Results of checks, and how far the code is, for the tests of the readiness page."""

from __future__ import annotations

from collections.abc import Iterator

from scanning import HOSTILE, hostile, mixed

from streammigrate.checks.model import Answer, Area, CannotSayError, Evidence, SettingsCheck
from streammigrate.checks.run import CheckResult, Source, run
from streammigrate.checks.settings import AppSettings
from streammigrate.findings import Location, Severity
from streammigrate.report.readiness import Migrated, Progress, measure


def check(
    id: str, severity: Severity, *answers: Answer, reason: str = "", area: Area = Area.APP, text: str = ""
) -> SettingsCheck:
    """Return a check that answers what it is told, or cannot say for a reason; `text` stands for all of its words."""

    def judge(settings: AppSettings) -> Iterator[Answer]:
        if reason:
            raise CannotSayError(reason)
        return iter(answers)

    return SettingsCheck(
        id=id,
        name=f"check-{id.lower()}",
        title=text or f"Title of {id}",
        severity=severity,
        question=text or f"Does {id} hold?",
        explanation="E.",
        shows="S.",
        fix=text or f"Do {id}, by `call({id})`.",
        judge=judge,
        area=area,
    )


def answer(message: str, source: str = "app.json", line: int | None = None, *evidence: Evidence) -> Answer:
    """Return an answer about a place."""
    return Answer(message, Location(source, "" if line else "/app/x", line), (message,), evidence)


def result(*checks: SettingsCheck, source: str = "app.json", what: str = "an app") -> CheckResult:
    """Return what became of some checks."""
    return CheckResult(run(checks, AppSettings(), None), [Source(source, what)])


def everything() -> CheckResult:
    """Return a result with each severity in several areas, a passed check, and two that could not be judged."""
    many = [answer(f"place {n}", f"app/module_{n}.py", n + 1, Evidence("x", "1")) for n in range(30)]
    return result(
        check("SM601", Severity.ERROR, answer("the app is on permissions v1", "app.json", None, Evidence("v", '"v1"'))),
        check("SM605", Severity.WARNING, answer("one address")),
        check("SM640", Severity.WARNING, *many, area=Area.CODE),
        check(
            "SM606", Severity.NOTICE, answer("a hook", "app.json", None, *(Evidence(f"k{n}", "1") for n in range(20)))
        ),
        check("SM701", Severity.NOTICE, answer("2 users have 1 key of your own"), area=Area.DATA),
        check("SM610", Severity.ERROR),
        check("SM611", Severity.ERROR, reason="there is no such setting"),
        check("SM613", Severity.WARNING, reason="there is no such list"),
    )


def progress() -> Progress:
    """Return how far a project is that has every kind of site, and uses of getstream."""
    done = [Migrated("app/views.py", "Users"), Migrated("app/done.py", "Channels"), Migrated("app/done.py", "Users")]
    return measure(mixed(), done)


def hostile_result() -> CheckResult:
    """Return a result whose every text tries to be markup."""
    evidence = Evidence(HOSTILE, HOSTILE)
    blocks = Answer(HOSTILE, Location(HOSTILE, HOSTILE, 3), (), (evidence,) * 12)
    return result(
        check("SM601", Severity.ERROR, blocks, text=HOSTILE),
        check("SM602", Severity.ERROR, reason=HOSTILE, text=HOSTILE),
        check("SM603", Severity.ERROR, text=HOSTILE),
        source=HOSTILE,
        what=HOSTILE,
    )


def hostile_progress() -> Progress:
    """Return progress of a project whose every name tries to be markup."""
    return measure(hostile(), [Migrated(HOSTILE, "Users")])
