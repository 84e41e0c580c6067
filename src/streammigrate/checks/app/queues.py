"""SM608: events go to a single SQS queue or SNS topic and not to an event hook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from streammigrate.checks import show
from streammigrate.checks.model import Answer, Evidence, SettingsCheck
from streammigrate.checks.settings import AppSettings, flag_of, text_of
from streammigrate.findings import Severity


class _Queue(NamedTuple):
    """A way of delivery: its hook type, the setting of the old way and the same of an event hook."""

    type: str
    setting: str
    field: str


_QUEUES = (_Queue("sqs", "sqs_url", "sqs_queue_url"), _Queue("sns", "sns_topic_arn", "sns_topic_arn"))


def _judge(settings: AppSettings) -> Iterator[Answer]:
    hooks = settings.hooks()
    for queue in _QUEUES:
        target = settings.text(queue.setting)
        if not target:
            continue
        own = [hook for hook in hooks if text_of(hook, "hook_type") == queue.type and flag_of(hook, "enabled")]
        if target in [text_of(hook, queue.field) for hook in own]:
            continue
        yield Answer(
            f"events go to the single {queue.setting}",
            settings.at(queue.setting),
            (queue.setting,),
            (
                Evidence(queue.setting, _shown(target)),
                Evidence("event_hooks", f"{len(own)} enabled of type {queue.type}, none with this target"),
            ),
        )


def _shown(target: str) -> str:
    """Return a queue's host, or a topic's service and region: neither the account nor the name."""
    parts = target.split(":")
    return ":".join([*parts[:4], "…"]) if target.startswith("arn:") else show.address(target)


CHECK = SettingsCheck(
    id="SM608",
    name="single-queue",
    title="Events go to a single SQS queue or SNS topic",
    severity=Severity.WARNING,
    question="Are SQS and SNS set as event hooks?",
    explanation="sqs_url and sns_topic_arn are one target each for the whole app; an event hook has its own target, "
    "events and way of signing in (a key, or a role). getstream's parse_sqs() and parse_sns() take text only and refuse "
    "the ISO dates of chat's events.",
    shows="the host of the queue or the region of the topic, and the event hooks there are.",
    fix='Read the list event_hooks, append an EventHook of hook_type "sqs" or "sns", write the whole list with '
    "update_app(event_hooks=…), and clear the old setting once the hook delivers.",
    url="https://getstream.io/docs/platform/webhooks/",
    judge=_judge,
)
