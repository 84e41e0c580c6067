"""SM616: the answer of API v2 lacks fields that getstream's model requires, and that it therefore reads as None."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks import models
from streammigrate.checks.model import Answer, CannotSayError, SettingsCheck
from streammigrate.checks.settings import AppSettings, Shape
from streammigrate.findings import Severity


def _judge(settings: AppSettings) -> Iterator[Answer]:
    if settings.app is None or settings.shape is not Shape.V2:
        raise CannotSayError("no document is an answer of API v2 as it was sent (--live fetches one)")
    for place in models.missing(settings.app, models.APP):
        yield Answer(
            f"the answer has no {place.path}, which getstream {models.VERSION} requires", place.at, (place.path,)
        )


CHECK = SettingsCheck(
    id="SM616",
    name="settings-missing-for-v2",
    title="The settings lack fields that v2's model requires",
    severity=Severity.NOTICE,
    question="Do the settings have every field that getstream's model requires?",
    explanation="getstream reads a field that its model requires and the answer lacks as None, although its type says "
    "that there is a value. Code that trusts the type (counts with it, asks what it holds) fails, and a switch reads as "
    "off. That happens when the SDK is newer than what the server answers.",
    shows="the path of each field that is missing.",
    fix="See whether the code reads the field, and have it deal with None.",
    judge=_judge,
)
