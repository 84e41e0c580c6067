"""Makes the facts about webhook events (`rules/events.yaml`) from the two API descriptions: names and types only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from streammigrate.rules import sdk
from streammigrate.spec import refs
from streammigrate.spec.model import Node, Spec

_NAME = re.compile(r"\b[A-Z]\w+")

_SCALARS = {"string": "str", "boolean": "bool", "integer": "int", "number": "float"}


def derive(v1: Spec, v2: Spec) -> dict[str, Any]:
    """Return which event types each API sends to webhooks, and the fields of their payloads.

    A type reads as in `rules/models.yaml`; `datetime` is text in v1 and nanoseconds since the epoch in v2.
    """
    old, new = set(v1.events), set(v2.events)
    events = {**v1.events, **v2.events}
    payloads = {event.payload: _fields(event.schema) for event in events.values()}
    return {
        "sources": {side: {"version": spec.version, "sha256": spec.sha256} for side, spec in (("v1", v1), ("v2", v2))},
        "both": {type: v2.events[type].payload for type in sorted(old & new)},
        "v1": {type: v1.events[type].payload for type in sorted(old - new)},
        "v2": {type: v2.events[type].payload for type in sorted(new - old)},
        "payloads": dict(sorted(payloads.items())),
        "schemas": _nested(v2, payloads),
    }


def times(spec: Spec) -> dict[str, str]:
    """Return, for every time at the top of a payload (`MessageNewEvent.created_at`), the type it is sent as."""
    return {
        f"{event.payload}.{name}": str(schema.get("type"))
        for event in spec.events.values()
        for name, schema in _properties(event.schema).items()
        if schema.get("format") == "date-time"
    }


def _nested(spec: Spec, payloads: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Return the schemas below the payloads that `rules/models.yaml` does not have: only events carry them."""
    found: dict[str, dict[str, str]] = {}
    waiting = [type for fields in payloads.values() for type in fields.values()]
    while waiting:
        for name in _NAME.findall(waiting.pop()):
            if name in spec.schemas and name not in found and sdk.model(name) is None:
                found[name] = _fields(spec.schemas[name])
                waiting += found[name].values()
    return dict(sorted(found.items()))


def _fields(schema: Node | None) -> dict[str, str]:
    return {name: _type(item) for name, item in sorted(_properties(schema).items())}


def _properties(schema: Node | None) -> dict[str, Node]:
    found = (schema or {}).get("properties")
    return found if isinstance(found, dict) else {}


def _type(schema: Node) -> str:
    ref = schema.get("$ref")
    if isinstance(ref, str):
        return refs.ref_name(ref)
    if schema.get("format") == "date-time":
        return "datetime"
    kind = schema.get("type")
    if kind == "array" and isinstance(schema.get("items"), dict):
        return f"List[{_type(schema['items'])}]"
    held = schema.get("additionalProperties")
    if kind == "object" and isinstance(held, dict):
        return f"Dict[str, {_type(held)}]"
    return _SCALARS.get(str(kind), "object")
