"""SM601: the app still decides by permissions v1."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks import show
from streammigrate.checks.model import Answer, Evidence, SettingsCheck
from streammigrate.checks.settings import AppSettings
from streammigrate.findings import Severity

_MOVE = 'client.update_app_settings(permission_version="v2", migrate_permissions_to_v2=True)'
_MOVE_V2 = 'client.update_app(permission_version="v2", migrate_permissions_to_v2=True)'
_BACK = 'client.update_app_settings(permission_version="v1")'


def _judge(settings: AppSettings) -> Iterator[Answer]:
    version = settings.text("permission_version")
    if version == "v2":
        return
    at = settings.at("permission_version")
    evidence = [Evidence("permission_version", show.value(version))]
    if version != "v1":
        yield Answer("permission_version is neither v1 nor v2", at, ("unknown",), tuple(evidence))
        return
    policies = settings.raw("policies")
    if isinstance(policies, dict) and policies:
        evidence.append(Evidence("policies", f"for {show.names(sorted(policies))}"))
    yield Answer("the app is on permissions v1", at, (), tuple(evidence))


CHECK = SettingsCheck(
    id="SM601",
    name="permissions-v1",
    title="The app is on permissions v1",
    severity=Severity.ERROR,
    question="Does the app decide by permissions v2?",
    explanation="The generation of permissions is a setting of the app, separate from that of the API. Under v2 grants "
    "decide, under v1 the policies of channel types did. The move is made by the app's owner with one call, which also "
    "turns the policies into grants, and it is undone with one call: " + _BACK + ". Code that sets permission_version "
    "to v1 rolls the app back. Client SDKs need a version that knows permissions v2.",
    shows="the value of permission_version, and the channel types for which v1's policies are set.",
    fix=f"Try it on a development app first, then call {_MOVE} with stream-chat, or {_MOVE_V2} with getstream. "
    f"To roll back: {_BACK}.",
    url="https://getstream.io/chat/docs/python/migrating_from_legacy/",
    judge=_judge,
)
