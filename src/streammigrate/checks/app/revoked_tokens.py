"""SM613: tokens issued before a time are refused, which tells tokens with `iat` from those without."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks import problems, show
from streammigrate.checks.model import Answer, Evidence, SettingsCheck
from streammigrate.checks.settings import AppSettings
from streammigrate.findings import Severity


def _judge(settings: AppSettings) -> Iterator[Answer]:
    since = settings.raw("revoke_tokens_issued_before")
    if since is None or since == "":
        return
    at = settings.at("revoke_tokens_issued_before")
    if isinstance(since, bool) or not isinstance(since, (str, int, float)):
        raise problems.WRONG_TYPE.error(at, "this must be a time, as text or in nanoseconds")
    evidence = Evidence("revoke_tokens_issued_before", show.value(since))
    yield Answer("tokens issued before a time are refused", at, (), (evidence,))


CHECK = SettingsCheck(
    id="SM613",
    name="tokens-revoked",
    title="Tokens issued before a time are refused",
    severity=Severity.WARNING,
    question="Does the app refuse tokens that were issued before some time?",
    explanation="stream-chat's create_token() writes no time of issue (`iat`) unless it is given one; getstream's always "
    "writes one, five seconds in the past. While the setting is on, the tokens of both are judged by different rules: one "
    "made with getstream counts as five seconds older than it is, and a server whose clock is behind makes tokens that "
    "are refused. Nor can getstream clear the setting with None, which it leaves out of what it sends.",
    shows="the time, as it stands in the settings.",
    fix="See that the time has passed and that the clocks of the servers that make tokens are right. To clear it, do so with "
    "stream-chat's revoke_tokens(None) before the cutover.",
    url="https://getstream.io/chat/docs/python/tokens_and_authentication/",
    judge=_judge,
)
