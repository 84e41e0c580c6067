"""What can change of events: their types, and the fields of their payloads."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.diff.change import BREAKING, COMPATIBLE, INFO, ChangeKind, Example, Fact
from streammigrate.spec.model import Event, Node
from streammigrate.spec.view import Resolve, label, resolved

REMOVED = ChangeKind(
    id="SM192",
    name="event-removed",
    title="An event type was removed",
    message="event removed",
    explanation="The new document has no event of this type. A handler for it is never called.",
    request=BREAKING,
    response=BREAKING,
    mirror="event-added",
    example=Example(
        part="event",
        old="a.new: '#/components/schemas/Thing'\na.gone: '#/components/schemas/Thing'",
        new="a.new: '#/components/schemas/Thing'",
    ),
)
ADDED = ChangeKind(
    id="SM193",
    name="event-added",
    title="An event type was added",
    message="event added",
    explanation="The server sends a further event. A handler that refuses unknown types meets it.",
    request=COMPATIBLE,
    response=COMPATIBLE,
    mirror="event-removed",
)
PAYLOAD_CHANGED = ChangeKind(
    id="SM194",
    name="event-payload-changed",
    title="An event has another payload schema",
    message="payload is {new} instead of {old}",
    explanation="The same event type carries another named schema, and it is no rename.",
    request=INFO,
    response=INFO,
    mirror="event-payload-changed",
    example=Example(
        part="event",
        old="a.new: '#/components/schemas/Thing'",
        new="a.new: '#/components/schemas/Other'",
    ),
)
FIELD_REMOVED = ChangeKind(
    id="SM195",
    name="event-field-removed",
    title="A payload field is not in the other description",
    message="field removed (it was {old})",
    explanation="When an OpenAPI and an AsyncAPI document are compared, only the events and the fields at the top of their "
    "payloads are. This field is in the first document only.",
    request=BREAKING,
    response=BREAKING,
    mirror="event-field-added",
    example=Example(part="payload", old="id: {type: string}\nage: {type: integer}", new="id: {type: string}"),
)
FIELD_ADDED = ChangeKind(
    id="SM196",
    name="event-field-added",
    title="A payload field is only in the other description",
    message="field added ({new})",
    explanation="When an OpenAPI and an AsyncAPI document are compared, only the events and the fields at the top of their "
    "payloads are. This field is in the second document only.",
    request=COMPATIBLE,
    response=COMPATIBLE,
    mirror="event-field-removed",
)
FIELD_TYPE_CHANGED = ChangeKind(
    id="SM197",
    name="event-field-type-changed",
    title="A payload field has another type",
    message="field type changed from {old} to {new}",
    explanation="When an OpenAPI and an AsyncAPI document are compared, the fields at the top of event payloads are compared "
    "by their type. References to schemas of any name count as objects, because the two documents name them differently.",
    request=BREAKING,
    response=BREAKING,
    mirror="event-field-type-changed",
    example=Example(
        part="payload",
        old="at: {type: string, format: date-time}",
        new="at: {type: number, format: date-time}",
    ),
)


def fields(event: Event, resolve: Resolve) -> dict[str, str]:
    """Return the fields at the top of an event's payload and their types; empty when the payload is missing."""
    if event.schema is None:
        return {}
    seen = resolved(event.schema, resolve)
    return {name: label(node) for name, (_, node) in sorted(seen.properties.items())}


def compare_fields(old: Event, new: Event, resolve_old: Resolve, resolve_new: Resolve) -> Iterator[Fact]:
    """Yield how the fields of two payloads differ, for documents that share no schemas. Missing payloads yield nothing."""
    if old.schema is None or new.schema is None:
        return
    before, after = _loose(old.schema, resolve_old), _loose(new.schema, resolve_new)
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            yield Fact(FIELD_REMOVED, f".{name}", before[name], None, side="event")
        elif name not in before:
            yield Fact(FIELD_ADDED, f".{name}", None, after[name], side="event")
        elif before[name] != after[name]:
            yield Fact(FIELD_TYPE_CHANGED, f".{name}", before[name], after[name], side="event")


def _loose(schema: Node, resolve: Resolve) -> dict[str, str]:
    seen = resolved(schema, resolve)
    return {name: _loose_type(node, resolve) for name, (_, node) in seen.properties.items()}


def _loose_type(node: Node, resolve: Resolve) -> str:
    seen = resolved(node, resolve)
    names = sorted(seen.types)
    if names in (["number"], ["string"]) and seen.format == "date-time":
        return f"{names[0]}/date-time"
    return " or ".join("number" if name == "integer" else name for name in names) or "any"
