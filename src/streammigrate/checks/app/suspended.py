"""SM612: the app is suspended."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks import show
from streammigrate.checks.model import Answer, Evidence, SettingsCheck
from streammigrate.checks.settings import AppSettings
from streammigrate.findings import Severity


def _judge(settings: AppSettings) -> Iterator[Answer]:
    if not settings.flag("suspended"):
        return
    evidence = [Evidence("suspended", show.value(True))]
    why = settings.raw("suspended_explanation")
    if isinstance(why, str) and why:
        evidence.append(Evidence("suspended_explanation", show.value(why)))
    yield Answer("the app is suspended", settings.at("suspended"), (), tuple(evidence))


CHECK = SettingsCheck(
    id="SM612",
    name="app-suspended",
    title="The app is suspended",
    severity=Severity.ERROR,
    question="Is the app in service?",
    explanation="Stream can suspend an app. Until that is lifted there is nothing to cut over to, and nothing to try the "
    "migrated code on.",
    shows="the switch and the explanation that Stream gives.",
    fix="Settle it with Stream's support; no call of the API lifts it.",
    judge=_judge,
)
