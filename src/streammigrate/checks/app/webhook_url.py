"""SM605: events go to the single webhook_url and not to an event hook."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks import show
from streammigrate.checks.model import Answer, Evidence, SettingsCheck
from streammigrate.checks.settings import AppSettings, flag_of, text_of
from streammigrate.findings import Severity


def _judge(settings: AppSettings) -> Iterator[Answer]:
    url = settings.text("webhook_url")
    if not url:
        return
    hooks = [hook for hook in settings.hooks() if text_of(hook, "hook_type") == "webhook"]
    live = [text_of(hook, "webhook_url") for hook in hooks if flag_of(hook, "enabled")]
    if url in live:
        return
    evidence = [
        Evidence("webhook_url", show.address(url)),
        Evidence("event_hooks", f"{len(live)} enabled of type webhook, none with this address"),
        Evidence("use_hook_v2", show.value(settings.raw("use_hook_v2"))),
    ]
    message = (
        "events go to the single webhook_url, beside other hooks" if live else "events go to the single webhook_url"
    )
    yield Answer(message, settings.at("webhook_url"), (), tuple(evidence))


CHECK = SettingsCheck(
    id="SM605",
    name="single-webhook-url",
    title="Events go to the single webhook_url",
    severity=Severity.WARNING,
    question="Are webhooks set as event hooks?",
    explanation="webhook_url is the one address of the app, and webhook_events one list of events for every way of delivery. "
    "An event hook is one address with its own events, can be switched off alone, and lets the new handler run "
    "beside the old one during the cutover. The handler itself is code: verify the signature over the raw body, and read "
    "the body as JSON (getstream's parse_event refuses the ISO dates of chat's webhooks).",
    shows="the host of webhook_url (never its path or query), and the event hooks there are.",
    fix='Read the list event_hooks, append EventHook(hook_type="webhook", enabled=True, webhook_url=…, event_types=[…]), '
    "and write the whole list with update_app(event_hooks=…): what is not in it is deleted. Clear webhook_url once the "
    "hook delivers.",
    url="https://getstream.io/docs/platform/webhooks/",
    judge=_judge,
)
