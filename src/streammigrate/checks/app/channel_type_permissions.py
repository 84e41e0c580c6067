"""SM603: a channel type has v1's permissions and no grants."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks import show
from streammigrate.checks.model import Answer, CannotSayError, Evidence, SettingsCheck
from streammigrate.checks.settings import AppSettings, Part, items_of, typed
from streammigrate.findings import Severity


def _judge(settings: AppSettings) -> Iterator[Answer]:
    for name, kind in _channel_types(settings):
        permissions, grants = kind.node.get("permissions"), kind.node.get("grants")
        count = 0 if permissions is None else len(typed(permissions, list, "a list", kind.child("permissions")))
        if grants is not None:
            grants = typed(grants, dict, "an object", kind.child("grants"))
        if not count or grants:
            continue
        yield Answer(
            f"the channel type {show.names([name])} has permissions and no grants",
            kind.child("permissions"),
            (name,),
            (
                Evidence("permissions", f"{count} {'policy' if count == 1 else 'policies'}"),
                Evidence("grants", "none"),
            ),
        )


def _channel_types(settings: AppSettings) -> Iterator[tuple[str, Part]]:
    table = settings.channel_types
    if table is None:
        table = settings.part("channel_configs")
        if table is None or not any("permissions" in node for node in table.node.values() if isinstance(node, dict)):
            reason = "no document lists the channel types with their permissions; "
            raise CannotSayError(
                reason + settings.missing.get("channel_types", "save what list_channel_types() answers")
            )
    yield from items_of(table)


CHECK = SettingsCheck(
    id="SM603",
    name="channel-type-permissions",
    title="A channel type has permissions and no grants",
    severity=Severity.WARNING,
    question="Does each channel type that has permissions of v1 have grants too?",
    explanation="Under permissions v2 the `permissions` of a channel type are kept only for rolling back and decide "
    "nothing; its `grants` decide. A type with permissions alone behaves by the grants of the app. They stand in the "
    "answer of list_channel_types(), not in that about the app.",
    shows="the channel type and how many permissions it has.",
    fix="Move the app with migrate_permissions_to_v2=True, which makes the grants, or set the grants of the channel type.",
    url="https://getstream.io/chat/docs/python/migrating_from_legacy/",
    judge=_judge,
)
