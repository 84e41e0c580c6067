"""SM620: keys of the user's own that code sends beside the fields of users, channels, messages and the like."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks.custom.payloads import Custom, customs
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Project
from streammigrate.checks.tally import times
from streammigrate.findings import Location, Severity

_SHOWN = 5
"""The places of a key that are named; the others are counted."""


def _judge(project: Project) -> Iterator[Answer]:
    entities: dict[str, dict[str, dict[Location, str]]] = {}
    for found in customs(project):
        if isinstance(found, Custom):
            places = entities.setdefault(found.entity, {}).setdefault(found.key, {})
            places.setdefault(project.home(found.call.module, found.node).at(found.node), found.call.member)
    for entity, keys in sorted(entities.items()):
        count = f"{len(keys)} {'key' if len(keys) == 1 else 'keys'}"
        first = min((at for places in keys.values() for at in places), key=_place)
        ordered = sorted(keys.items(), key=lambda one: (-len(one[1]), one[0]))
        message = (
            f"{entity}s are sent with {count} of your own beside the fields: {_names([key for key, _ in ordered])}"
        )
        yield Answer(message, first, (entity,), tuple(Evidence(key, _told(places)) for key, places in ordered))


def _told(places: dict[Location, str]) -> str:
    """Say how often a key is sent, and where."""
    ordered = sorted(places, key=_place)
    shown = ", ".join(f"{at.source}:{at.line} ({places[at]})" for at in ordered[:_SHOWN])
    more = f" and {len(ordered) - _SHOWN} more" if len(ordered) > _SHOWN else ""
    return f"{times(len(ordered))}, at {shown}{more}"


def _names(keys: list[str]) -> str:
    shown = ", ".join(f"`{key}`" for key in keys[:_SHOWN])
    return shown + (f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else "")


def _place(at: Location) -> tuple[str, int, int]:
    return at.source, at.line or 0, at.column or 0


CHECK = ProjectCheck(
    id="SM620",
    name="custom-keys-sent",
    title="Payloads have keys of your own beside the fields",
    severity=Severity.NOTICE,
    area=Area.CUSTOM,
    question="Which custom keys does the code send with users, channels, messages, members, reactions, events and "
    "attachments?",
    explanation="v1 takes custom keys beside the fields of a payload. v2's models refuse them there and keep them in "
    "`custom`. `rewrite` moves the keys that it sees, and has the others moved when the program runs. The list is "
    "what people and other programs that use the same data have to know: a client that speaks v2 finds these keys "
    "under `custom`.",
    shows="for each kind of object its keys, how often and where each is sent.",
    fix='Run `streammigrate rewrite`: `{"id": "jane", "tier": 3}` becomes `UserRequest(id="jane", custom={"tier": '
    "3})`. Tell the owners of web and mobile clients, of exports and of reports which keys move.",
    judge=_judge,
)
