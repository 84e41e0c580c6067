"""Events by their type, from OpenAPI (a discriminated union, or webhooks) and from AsyncAPI 2.x."""

from __future__ import annotations

import re
from typing import Any

from streammigrate.spec import refs
from streammigrate.spec.model import Event, Node, Spec

_DOTTED = re.compile(r"[\w-]+(\.[\w-]+)+")
_TYPE_NAMES = frozenset({"type", "event", "event_type", "eventtype", "kind"})


def openapi_events(spec: Spec, reached: set[str]) -> tuple[dict[str, Event], frozenset[str]]:
    """Return the events by type, and the names of the unions that list them.

    An event union is a schema with a discriminator mapping on a field such as `type` that no operation reaches: what
    the server sends on its own. (In Stream's documents: `WHEvent`.)
    """
    events: dict[str, Event] = {}
    unions = set()
    for name in sorted(spec.schemas):
        discriminator = spec.schemas[name].get("discriminator")
        if name in reached or not isinstance(discriminator, dict):
            continue
        mapping = discriminator.get("mapping")
        field = str(discriminator.get("propertyName", "")).replace("-", "_").lower()
        if field not in _TYPE_NAMES or not isinstance(mapping, dict):
            continue
        unions.add(name)
        for type_, target in mapping.items():
            if isinstance(target, str):
                payload = refs.mapping_target(target)
                pointer = refs.join(spec.pointers[name], "discriminator", "mapping", str(type_))
                events.setdefault(str(type_), Event(str(type_), payload, spec.schemas.get(payload), pointer))
    return dict(sorted(events.items())), frozenset(unions)


def asyncapi_events(spec: Spec) -> tuple[dict[str, Event], list[str]]:
    """Return the events of an AsyncAPI 2.x document by type, and the payload names that the document lacks."""
    events: dict[str, Event] = {}
    missing = set()
    for message, pointer in _messages(spec.document):
        payload = message.get("payload")
        schema: Node | None = None
        name = ""
        if isinstance(payload, dict):
            ref = payload.get("$ref")
            if isinstance(ref, str):
                name = refs.ref_name(ref)
                target = refs.lookup(spec.document, ref)
                schema = target if isinstance(target, dict) else None
                if schema is None:
                    missing.add(name)
            else:
                schema = payload
        types = _event_types(spec.document, schema) or [_named_type(message, name)]
        for type_ in types:
            events.setdefault(type_, Event(type_, name, schema, pointer))
    return dict(sorted(events.items())), sorted(missing)


def _named_type(message: Node, payload: str) -> str:
    """Return what a message without a readable payload says of its type: a dotted name or title, else any name."""
    given = [str(message[key]) for key in ("name", "title", "messageId") if isinstance(message.get(key), str)]
    return next((text for text in given if _DOTTED.fullmatch(text)), given[0] if given else payload)


def _messages(document: Node) -> list[tuple[Node, str]]:
    found: list[tuple[Node, str]] = []
    channels = document.get("channels")
    for name, channel in channels.items() if isinstance(channels, dict) else ():
        for direction in ("publish", "subscribe"):
            operation = channel.get(direction) if isinstance(channel, dict) else None
            if isinstance(operation, dict):
                pointer = refs.join("/channels", str(name), direction, "message")
                found += _expand(document, operation.get("message"), pointer, frozenset())
    if not found:
        components = document.get("components")
        messages = components.get("messages") if isinstance(components, dict) else None
        for name, message in messages.items() if isinstance(messages, dict) else ():
            found += _expand(document, message, refs.join("/components/messages", str(name)), frozenset())
    return found


def _expand(document: Node, message: Any, pointer: str, seen: frozenset[str]) -> list[tuple[Node, str]]:
    if not isinstance(message, dict):
        return []
    ref = message.get("$ref")
    if isinstance(ref, str):
        return [] if ref in seen else _expand(document, refs.lookup(document, ref), refs.pointer_of(ref), seen | {ref})
    members = message.get("oneOf")
    if isinstance(members, list):
        return [
            pair
            for index, member in enumerate(members)
            for pair in _expand(document, member, refs.join(pointer, "oneOf", str(index)), seen)
        ]
    return [(message, pointer)]


def _event_types(document: Node, schema: Node | None) -> list[str]:
    values = _type_values(document, schema, frozenset())
    return sorted(value for value in values if isinstance(value, str))


def _type_values(document: Node, schema: Any, seen: frozenset[str]) -> list[Any]:
    if not isinstance(schema, dict):
        return []
    ref = schema.get("$ref")
    if isinstance(ref, str):
        return [] if ref in seen else _type_values(document, refs.lookup(document, ref), seen | {ref})
    properties = schema.get("properties")
    field = properties.get("type") if isinstance(properties, dict) else None
    if isinstance(field, dict):
        if isinstance(field.get("enum"), list):
            return list(field["enum"])
        if "const" in field:
            return [field["const"]]
    members = schema.get("allOf")
    for member in reversed(members) if isinstance(members, list) else ():
        if values := _type_values(document, member, seen):
            return values
    return []
