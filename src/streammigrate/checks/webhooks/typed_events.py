"""SM727: getstream's functions that make typed events of webhooks."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.checks.webhooks import values
from streammigrate.checks.webhooks.calls import PARSING, sdk_calls
from streammigrate.findings import Severity


def _judge(project: Project) -> Iterator[Answer]:
    for call in sdk_calls(project):
        if call.generation == 2 and call.name in PARSING:
            at = call.module.at(call.node)
            error = "ValueError" if call.name == "parse_webhook_event" else "InvalidWebhookError"
            yield Answer(
                f"getstream's {call.name} raises {error} for an event with times in ISO form",
                at,
                (call.module.path, call.name),
                (Evidence(str(at), values.shown(call.node)),),
            )


CHECK = ProjectCheck(
    id="SM727",
    name="typed-event-with-iso-times",
    title="An event is read by getstream's parse_event, which refuses ISO times",
    severity=Severity.ERROR,
    area=Area.WEBHOOKS,
    question="Is JSON of webhooks read in a way that takes times in ISO form?",
    explanation="getstream 7.0.0 makes a typed object of an event, with every time read as a number of "
    "nanoseconds. Given text in ISO form, which is what chat's webhooks carry, it raises for all of its 172 event "
    "types (as run). So do verify_and_parse_webhook, parse_sqs, parse_sns and parse_webhook_event, as functions "
    "and as methods of the client.",
    shows="the call.",
    fix="Unpack with getstream.webhook's gunzip_payload (for queues decode_sqs_payload, decode_sns_payload), test "
    "the signature with verify_signature, and read the bytes with json.loads.",
    url="https://getstream.io/docs/platform/webhooks/",
    judge=_judge,
)
