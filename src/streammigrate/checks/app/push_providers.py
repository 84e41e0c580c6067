"""SM604: push is configured the old way, for a service without a push provider."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks import show
from streammigrate.checks.model import Answer, CannotSayError, Evidence, SettingsCheck
from streammigrate.checks.settings import AppSettings, Part, flag_of, parts_of, text_of, typed
from streammigrate.findings import Severity

_SERVICES = ("apn", "firebase", "huawei", "xiaomi")


def _judge(settings: AppSettings) -> Iterator[Answer]:
    push = settings.part("push_notifications")
    if push is None:
        raise CannotSayError("the settings have no `push_notifications`")
    providers = _providers(settings, push)
    working = {text_of(provider, "type") for provider in providers if not provider.node.get("disabled_at")}
    for service in _SERVICES:
        node = push.node.get(service)
        if node is None:
            continue
        at = push.child(service)
        if not flag_of(Part(at, typed(node, dict, "an object", at)), "enabled") or service in working:
            continue
        disabled = [provider for provider in providers if text_of(provider, "type") == service]
        listed = f"{len(disabled)} of this type, disabled" if disabled else "none of this type"
        yield Answer(
            f"push for {service} is configured without a push provider",
            at,
            (service,),
            (Evidence(f"push_notifications.{service}.enabled", show.value(True)), Evidence("push providers", listed)),
        )


def _providers(settings: AppSettings, push: Part) -> list[Part]:
    """Return the push providers: those of the app, and those of a list that was given beside it."""
    listed = push.node.get("providers")
    at = push.child("providers")
    own = [] if listed is None else parts_of(typed(listed, list, "a list", at), at)
    return [*own, *(settings.push_providers or [])]


CHECK = SettingsCheck(
    id="SM604",
    name="push-without-provider",
    title="Push is configured without a push provider",
    severity=Severity.WARNING,
    question="Does each push service that is switched on have a push provider?",
    explanation="The app's own configuration of a push service (one for each) is the old way; devices name a push "
    "provider in the new one, and an app can have several of a type. getstream's update_app() still writes the old "
    "configuration, but what is not a provider cannot be listed, and no "
    "device can name it.",
    shows="the services that are switched on, and how many providers they have.",
    fix="Create a provider with upsert_push_provider() from the same credentials, send a test with check_push(), and give "
    "its name when devices are added.",
    judge=_judge,
)
