"""SM615: the app has settings that v2's model does not know."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks import models
from streammigrate.checks.model import Answer, CannotSayError, SettingsCheck
from streammigrate.checks.settings import AppSettings, Shape
from streammigrate.findings import Severity


def _judge(settings: AppSettings) -> Iterator[Answer]:
    if settings.app is None:
        raise CannotSayError("no document holds the settings of an app")
    if settings.shape is Shape.MODEL:
        raise CannotSayError("the document was made from getstream's model, which has dropped what it does not know")
    for place in models.unknown(settings.app, models.APP):
        yield Answer(f"getstream {models.VERSION} does not know the setting {place.path}", place.at, (place.path,))


CHECK = SettingsCheck(
    id="SM615",
    name="settings-unknown-to-v2",
    title="The app has settings that v2's model does not know",
    severity=Severity.WARNING,
    question="Does getstream's model know every setting of the app?",
    explanation="getstream reads the settings into a model and drops what the model does not name. Code that reads such a "
    "setting from get_app() fails, and code that writes it with update_app() is refused by Python.",
    shows="the path of each such setting. Its value is not shown.",
    fix="Find out who reads or writes it. A newer getstream may know it; until then client.get() and client.patch() of "
    "getstream reach /api/v2/app without the model.",
    judge=_judge,
)
