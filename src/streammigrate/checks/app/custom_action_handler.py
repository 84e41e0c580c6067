"""SM607: an endpoint handles custom commands and actions."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks import show
from streammigrate.checks.model import Answer, Evidence, SettingsCheck
from streammigrate.checks.settings import AppSettings
from streammigrate.findings import Severity


def _judge(settings: AppSettings) -> Iterator[Answer]:
    url = settings.text("custom_action_handler_url")
    if url:
        evidence = Evidence("custom_action_handler_url", show.address(url))
        yield Answer("a custom action handler is in use", settings.at("custom_action_handler_url"), (), (evidence,))


CHECK = SettingsCheck(
    id="SM607",
    name="custom-action-handler",
    title="A custom action handler is in use",
    severity=Severity.NOTICE,
    question="Does an endpoint of yours handle custom commands and message actions?",
    explanation="The handler receives a message and the form data of an action and answers with a message, so it belongs "
    "to what has to be migrated and tried. In v2's SDK run_message_action() takes the form data as an argument of its own.",
    shows="the host of the handler.",
    fix="Run each custom command against a development app that calls the migrated handler.",
    url="https://getstream.io/chat/docs/python/custom_commands_webhook/",
    judge=_judge,
)
