"""SM610: tokens are not checked."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks import show
from streammigrate.checks.model import Answer, Evidence, SettingsCheck
from streammigrate.checks.settings import AppSettings
from streammigrate.findings import Severity


def _judge(settings: AppSettings) -> Iterator[Answer]:
    if settings.flag("disable_auth_checks"):
        evidence = Evidence("disable_auth_checks", show.value(True))
        yield Answer("the app accepts any token", settings.at("disable_auth_checks"), (), (evidence,))


CHECK = SettingsCheck(
    id="SM610",
    name="auth-checks-disabled",
    title="Tokens are not checked",
    severity=Severity.ERROR,
    question="Does the app check the tokens of its users?",
    explanation="While disable_auth_checks is on, any token lets anyone in as any user. It is meant for development. As long "
    "as it is on, nothing that is tried before the cutover shows that the tokens which getstream makes are right.",
    shows="the switch.",
    fix="Call update_app(disable_auth_checks=False) (update_app_settings in stream-chat) once every client gets its token from "
    "your server.",
    url="https://getstream.io/chat/docs/python/tokens_and_authentication/",
    judge=_judge,
)
