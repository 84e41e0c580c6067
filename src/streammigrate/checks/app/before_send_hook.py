"""SM606: an endpoint decides about messages before they are sent."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks import show
from streammigrate.checks.model import Answer, Evidence, SettingsCheck
from streammigrate.checks.settings import AppSettings
from streammigrate.findings import Severity


def _judge(settings: AppSettings) -> Iterator[Answer]:
    url = settings.text("before_message_send_hook_url")
    if not url:
        return
    evidence = [Evidence("before_message_send_hook_url", show.address(url))]
    patience = settings.raw("before_message_send_hook_attempt_timeout_ms")
    if patience is not None:
        evidence.append(Evidence("before_message_send_hook_attempt_timeout_ms", show.value(patience)))
    yield Answer(
        "a before-message-send hook is in use", settings.at("before_message_send_hook_url"), (), tuple(evidence)
    )


CHECK = SettingsCheck(
    id="SM606",
    name="before-message-send-hook",
    title="A before-message-send hook is in use",
    severity=Severity.NOTICE,
    question="Does an endpoint of yours decide about each message before it is sent?",
    explanation="The hook is called while a message is being sent, so an endpoint that fails or is slow after the cutover "
    "is felt by every sender. What it reads and answers is a message, whose custom fields stand elsewhere in v2's models; "
    "neither spec describes its payload.",
    shows="the host of the hook, and its time-out in milliseconds.",
    fix="Send a message with custom fields to a development app that calls the migrated endpoint, and compare what is "
    "stored.",
    url="https://getstream.io/docs/platform/webhooks/",
    judge=_judge,
)
