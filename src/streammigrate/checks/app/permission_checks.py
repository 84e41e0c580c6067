"""SM611: permissions are not checked."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks import show
from streammigrate.checks.model import Answer, Evidence, SettingsCheck
from streammigrate.checks.settings import AppSettings
from streammigrate.findings import Severity


def _judge(settings: AppSettings) -> Iterator[Answer]:
    if settings.flag("disable_permissions_checks"):
        evidence = Evidence("disable_permissions_checks", show.value(True))
        yield Answer("the app does not check permissions", settings.at("disable_permissions_checks"), (), (evidence,))


CHECK = SettingsCheck(
    id="SM611",
    name="permission-checks-disabled",
    title="Permissions are not checked",
    severity=Severity.ERROR,
    question="Does the app check the permissions of its users?",
    explanation="While disable_permissions_checks is on, every user may do everything. As long as it is on, nothing that "
    "is tried before the cutover shows whether the grants of permissions v2 are right.",
    shows="the switch.",
    fix="Call update_app(disable_permissions_checks=False) (update_app_settings in stream-chat) on a development app first, "
    "and see what its clients may still do.",
    url="https://getstream.io/chat/docs/python/user_permissions/",
    judge=_judge,
)
