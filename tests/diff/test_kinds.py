"""The catalogue of changes: each kind has a mirror and a true example, and is judged for who sends and who reads."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from streammigrate.diff.change import BREAKING, COMPATIBLE, INFO, ChangeKind, Example, Level, Side
from streammigrate.diff.registry import CHANGE_KINDS, example_of

if TYPE_CHECKING:
    from tests.diff.conftest import Lab

KINDS = {kind.name: kind for kind in CHANGE_KINDS}

WITH_EXAMPLES = list(CHANGE_KINDS)


def named(kind: ChangeKind) -> str:
    return kind.name


def test_ids_are_unique_and_in_the_range_of_changes() -> None:
    assert not [id_ for id_, count in Counter(kind.id for kind in CHANGE_KINDS).items() if count > 1]
    assert not [kind.id for kind in CHANGE_KINDS if not re.fullmatch(r"SM1\d\d", kind.id)]
    assert list(CHANGE_KINDS) == sorted(CHANGE_KINDS, key=lambda kind: kind.id)


def test_names_are_unique_and_readable() -> None:
    assert len(KINDS) == len(CHANGE_KINDS)
    assert not [name for name in KINDS if not re.fullmatch(r"[a-z]+(-[a-z]+)+", name)]


@pytest.mark.parametrize("kind", CHANGE_KINDS, ids=named)
def test_mirrors_are_mutual_and_judge_the_same_parties(kind: ChangeKind) -> None:
    mirror = KINDS[kind.mirror]
    assert mirror.mirror == kind.name
    assert (kind.request is INFO, kind.response is INFO) == (mirror.request is INFO, mirror.response is INFO)


@pytest.mark.parametrize("kind", CHANGE_KINDS, ids=named)
def test_texts_are_there_and_render(kind: ChangeKind) -> None:
    message = kind.message.format(rule="maxLength", old="1", new="2")
    assert message and "{" not in message and message == message.strip() and not message.endswith(".")
    assert kind.title and not kind.title.endswith(".") and kind.title[0].isupper()
    assert kind.explanation.endswith(".") and kind.explanation != kind.title
    assert not kind.hint or kind.hint.endswith(".")
    assert re.match(r"https://\S+$", kind.url) or (not kind.url and kind.name.startswith("event-"))


@pytest.mark.parametrize("kind", CHANGE_KINDS, ids=named)
def test_one_of_a_mirrored_pair_carries_the_example(kind: ChangeKind) -> None:
    carried = sum(KINDS[name].example is not None for name in {kind.name, kind.mirror})
    assert carried == 1


def expand(lab: Lab, example: Example) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the two documents of an example."""
    if example.part == "payload":
        return openapi_event(lab, yaml.safe_load(example.old)), asyncapi_event(yaml.safe_load(example.new))
    return expand_side(lab, example.part, example.old), expand_side(lab, example.part, example.new)


def openapi_event(lab: Lab, fields: dict[str, Any]) -> dict[str, Any]:
    union = {"discriminator": {"propertyName": "type", "mapping": {"a.new": "#/components/schemas/Payload"}}}
    return lab.document({}, {"Payload": {"type": "object", "properties": fields}, "Hook": union})


def asyncapi_event(fields: dict[str, Any]) -> dict[str, Any]:
    message = {"name": "a.new", "payload": {"type": "object", "properties": fields}}
    return {"asyncapi": "2.6.0", "info": {}, "channels": {"all": {"subscribe": {"message": message}}}}


def expand_side(lab: Lab, part: str, fragment: str) -> dict[str, Any]:
    data = yaml.safe_load(fragment) or {}
    if part == "schema":
        return lab.thing(data)
    if part == "operation":
        operation = {"operationId": "saveThing", "responses": {"200": {"description": ""}}, **data}
        return lab.document({"/things": {"post": operation}})
    if part == "paths":
        return lab.document(data)
    if part == "event":
        payload = {"type": "object", "properties": {"type": {"type": "string"}}}
        union: dict[str, Any] = {"oneOf": [{"$ref": target} for target in dict.fromkeys(data.values())]}
        union["discriminator"] = {"propertyName": "type", "mapping": data}
        return lab.document({}, {"Thing": payload, "Other": payload, "Hook": union})
    assert part == "document"
    return {**lab.document(), **data}


@pytest.mark.parametrize("kind", WITH_EXAMPLES, ids=named)
def test_the_example_shows_the_kind_and_nothing_else(kind: ChangeKind, lab: Lab) -> None:
    example = example_of(kind)
    assert example is not None
    assert kind.name not in example.also and len(set(example.also)) == len(example.also)
    old, new = expand(lab, example)
    result = lab.compare(old, new)
    assert Counter(change.kind.name for change in result.changes()) == Counter([kind.name, *example.also])
    assert not result.problems
    for change in result.changes():
        assert change.message and "{old}" not in change.message and "{new}" not in change.message
    assert not list(lab.compare(old, old).changes())


SCHEMA_KINDS = [kind for kind in WITH_EXAMPLES if (found := example_of(kind)) and found.part == "schema"]


@pytest.mark.parametrize("side", ["request", "response", "both", "none"])
@pytest.mark.parametrize("kind", SCHEMA_KINDS, ids=named)
def test_a_change_of_a_schema_is_judged_for_who_meets_it(kind: ChangeKind, side: Side, lab: Lab) -> None:
    example = example_of(kind)
    assert example is not None
    sent, answered = side in ("request", "both"), side in ("response", "both")
    old, new = (lab.thing(yaml.safe_load(text), sent=sent, answered=answered) for text in (example.old, example.new))
    [change] = [change for change in lab.compare(old, new).changes() if change.kind is kind]
    worst = min(kind.request, kind.response, key=lambda level: level.rank)
    expected = {"request": kind.request, "response": kind.response, "both": worst, "none": INFO}[side]
    assert (change.side, change.level) == (side, expected)


JUDGED: list[tuple[str, Level, Level]] = [
    ("operation-removed", BREAKING, BREAKING),
    ("operation-added", COMPATIBLE, COMPATIBLE),
    ("operation-id-changed", INFO, INFO),
    ("path-prefix-changed", BREAKING, INFO),
    ("parameter-became-required", BREAKING, INFO),
    ("parameter-became-optional", COMPATIBLE, INFO),
    ("request-body-became-required", BREAKING, INFO),
    ("response-media-type-removed", INFO, BREAKING),
    ("success-status-changed", INFO, BREAKING),
    ("response-header-removed", INFO, BREAKING),
    ("schema-renamed", INFO, INFO),
    ("property-removed", BREAKING, BREAKING),
    ("property-added", COMPATIBLE, COMPATIBLE),
    ("property-became-required", BREAKING, COMPATIBLE),
    ("property-became-optional", COMPATIBLE, BREAKING),
    ("type-widened", COMPATIBLE, BREAKING),
    ("type-narrowed", BREAKING, COMPATIBLE),
    ("became-nullable", COMPATIBLE, BREAKING),
    ("no-longer-nullable", BREAKING, COMPATIBLE),
    ("enum-value-removed", BREAKING, COMPATIBLE),
    ("enum-value-added", COMPATIBLE, BREAKING),
    ("default-changed", BREAKING, INFO),
    ("bound-tightened", BREAKING, COMPATIBLE),
    ("became-read-only", BREAKING, INFO),
    ("became-write-only", INFO, BREAKING),
    ("variant-added", COMPATIBLE, BREAKING),
]


@pytest.mark.parametrize(("name", "request_level", "response_level"), JUDGED)
def test_what_a_kind_means_to_who_sends_and_who_reads(name: str, request_level: Level, response_level: Level) -> None:
    kind = KINDS[name]
    assert (kind.request, kind.response) == (request_level, response_level)
    assert kind.level("none") is INFO


@pytest.mark.parametrize("kind", CHANGE_KINDS, ids=named)
def test_a_narrowing_and_its_widening_trade_places(kind: ChangeKind) -> None:
    """What breaks only one party, breaks only the other (or nobody) when it is taken back."""
    if kind.mirror == kind.name or (kind.request is BREAKING) == (kind.response is BREAKING):
        return
    mirror = KINDS[kind.mirror]
    assert not (kind.request is BREAKING and mirror.request is BREAKING)
    assert not (kind.response is BREAKING and mirror.response is BREAKING)


def asyncapi(fields: dict[str, Any]) -> dict[str, Any]:
    payload = {"type": "object", "properties": {"type": {"type": "string", "const": "thing.new"}, **fields}}
    return {
        "asyncapi": "2.6.0",
        "info": {"title": "Events", "version": "1"},
        "channels": {"hooks": {"subscribe": {"message": {"payload": payload}}}},
    }


def openapi(lab: Lab, fields: dict[str, Any]) -> dict[str, Any]:
    thing = {"type": "object", "properties": {"type": {"type": "string"}, **fields}}
    mapping = {"thing.new": "#/components/schemas/Thing"}
    hook = {"oneOf": [{"$ref": mapping["thing.new"]}], "discriminator": {"propertyName": "type", "mapping": mapping}}
    user = {"type": "object", "properties": {"id": {"type": "string"}}}
    return lab.document({}, {"Thing": thing, "Hook": hook, "User": user})


def test_fields_of_events_between_openapi_and_asyncapi(lab: Lab) -> None:
    old = openapi(
        lab,
        {
            "cid": {"type": "string"},
            "user": {"$ref": "#/components/schemas/User"},
            "at": {"type": "string", "format": "date-time"},
            "size": {"type": "integer"},
        },
    )
    new = asyncapi(
        {
            "channel": {"type": "string"},
            "user": {"type": "object"},
            "at": {"type": "number", "format": "date-time"},
            "size": {"type": "number"},
        }
    )
    result = lab.compare(old, new)
    assert result.events_only and not result.problems
    told = {(change.kind.name, change.place, change.old, change.new) for change in result.changes()}
    assert told == {
        ("event-field-removed", "thing.new.cid", "string", None),
        ("event-field-added", "thing.new.channel", None, "string"),
        ("event-field-type-changed", "thing.new.at", "string/date-time", "number/date-time"),
    }
    swapped = {(change.kind.name, change.place) for change in lab.compare(new, old).changes()}
    assert swapped == {(KINDS[name].mirror, place) for name, place, _, _ in told}
    assert {change.side for change in result.changes()} == {"event"}
