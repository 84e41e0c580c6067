"""Events: where they come from, and what can become of them and of their payloads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.diff.conftest import Lab


def payload(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": {name: {"type": type_} for name, type_ in properties.items()}}


def hook(field: str = "type", **payloads: str) -> dict[str, Any]:
    mapping = {name.replace("_", "."): f"#/components/schemas/{schema}" for name, schema in payloads.items()}
    members = [{"$ref": target} for target in dict.fromkeys(mapping.values())]
    return {"oneOf": members, "discriminator": {"propertyName": field, "mapping": mapping}}


def asyncapi(channels: Any, **components: Any) -> dict[str, Any]:
    return {
        "asyncapi": "2.6.0",
        "info": {"title": "Events", "version": "1"},
        "channels": channels,
        "components": components,
    }


@pytest.mark.parametrize("field", ["type", "event", "event-type", "kind"])
def test_events_of_a_union_that_no_operation_reaches(field: str, lab: Lab) -> None:
    spec = lab.spec(
        lab.document({}, {"Thing": payload(type="string"), "Hook": hook(field, a_new="Thing", a_gone="Thing")})
    )
    assert {type_: event.payload for type_, event in spec.events.items()} == {"a.gone": "Thing", "a.new": "Thing"}
    assert spec.event_unions == {"Hook"}


def test_a_union_that_is_answered_or_told_apart_by_another_field_lists_no_events(lab: Lab) -> None:
    schemas = {"Thing": payload(type="string"), "Hook": hook("shape", a="Thing")}
    assert not lab.spec(lab.document({}, schemas)).events
    answered = {"Thing": payload(type="string"), "Hook": hook(a="Thing")}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Hook"}}}
    paths = {"/a": {"get": {"responses": {"200": {"content": content}}}}}
    assert not lab.spec(lab.document(paths, answered)).events


def test_events_come_and_go(lab: Lab) -> None:
    old = lab.document({}, {"A": payload(x="string"), "Hook": hook(a_new="A", a_gone="A")})
    new = lab.document({}, {"A": payload(x="string"), "Hook": hook(a_new="A", a_more="A")})
    result = lab.compare(old, new)
    assert [(change.kind.name, change.owner) for change in result.changes()] == [
        ("event-removed", "a.gone"),
        ("event-added", "a.more"),
    ]
    counts = result.event_counts()
    assert (counts.old, counts.new, counts.matched, counts.removed, counts.added) == (2, 2, 1, 1, 1)
    assert (result.old.payloads, result.new.payloads) == (1, 1)


def test_a_renamed_payload_is_the_same_payload(lab: Lab) -> None:
    old = lab.document({}, {"A": payload(x="string", y="string"), "Hook": hook(a_new="A")})
    new = lab.document({}, {"B": payload(x="integer", y="string"), "Hook": hook(a_new="B")})
    result = lab.compare(old, new)
    assert sorted(map(lab.told, result.changes())) == ["schema-renamed A", "type-changed A.x"]
    [entry] = result.events
    assert [(field.name, field.old, field.new) for field in entry.fields] == [("x", "string", "integer")]


def test_another_payload_is_compared_with_the_one_it_replaced(lab: Lab) -> None:
    schemas = {"A": payload(x="string", y="string"), "B": payload(x="integer")}
    old = lab.document({}, {**schemas, "Hook": hook(a_new="A", b_new="B")})
    new = lab.document({}, {**schemas, "Hook": hook(a_new="B", b_new="B")})
    result = lab.compare(old, new)
    assert sorted(map(lab.told, result.changes())) == [
        "event-payload-changed a.new",
        "property-removed A → B.y",
        "type-changed A → B.x",
    ]
    [gone] = [change for change in result.changes() if change.kind.name == "property-removed"]
    assert (gone.side, gone.level.value) == ("event", "breaking")
    [replaced] = [entry for entry in result.schemas if entry.status == "replaced"]
    assert replaced.events == ("a.new",)
    fields = {entry.type: [field.name for field in entry.fields] for entry in result.events}
    assert fields == {"a.new": ["x", "y"], "b.new": []}


NEW = {"payload": {"$ref": "#/components/schemas/New"}}
TYPED = {"type": "object", "properties": {"type": {"type": "string", "enum": ["thing.new"]}}}
MESSAGES: dict[str, Any] = {
    "inline": {"message": {"payload": TYPED}},
    "a payload by reference": {"message": NEW},
    "one of several": {"message": {"oneOf": [NEW]}},
    "a message by reference": {"message": {"$ref": "#/components/messages/New"}},
    "a type from a part": {"message": {"payload": {"allOf": [{"$ref": "#/components/schemas/New"}]}}},
    "a name when the payload says nothing": {"message": {"name": "thing.new", "payload": {"type": "object"}}},
}


@pytest.mark.parametrize("message", MESSAGES.values(), ids=MESSAGES)
@pytest.mark.parametrize("direction", ["publish", "subscribe"])
def test_events_of_asyncapi_messages(direction: str, message: Any, lab: Lab) -> None:
    spec = lab.spec(asyncapi({"hooks": {direction: message}}, schemas={"New": TYPED}, messages={"New": NEW}))
    assert list(spec.events) == ["thing.new"]
    assert not spec.problems


def test_messages_without_a_channel_count(lab: Lab) -> None:
    spec = lab.spec(asyncapi({}, schemas={"New": TYPED}, messages={"New": NEW}))
    assert list(spec.events) == ["thing.new"]


def test_missing_payloads_are_one_finding(lab: Lab) -> None:
    messages = [
        {"name": "a.new", "payload": {"$ref": "#/components/schemas/Gone"}},
        {"name": "b.new", "payload": {"$ref": "#/components/schemas/Lost"}},
        {"payload": TYPED},
    ]
    spec = lab.spec(asyncapi({"hooks": {"subscribe": {"message": {"oneOf": messages}}}}))
    assert list(spec.events) == ["a.new", "b.new", "thing.new"]
    [problem] = spec.problems
    assert problem.message.startswith("2 of 3 event payload schemas are missing")
    assert "Gone, Lost" in problem.message


def test_a_missing_payload_has_nothing_to_compare(lab: Lab) -> None:
    old = asyncapi({"hooks": {"subscribe": {"message": {"name": "a.new", "payload": {"$ref": "#/x"}}}}})
    new = lab.document({}, {"A": payload(x="string"), "Hook": hook(a_new="A")})
    assert lab.changes(old, new) == []
    assert lab.changes(new, old) == []


def test_a_third_description_stands_beside_the_two(lab: Lab) -> None:
    document = lab.document({}, {"A": payload(x="string"), "Hook": hook(a_new="A", a_gone="A")})
    messages = [{"payload": TYPED}, {"name": "a.gone", "payload": {"$ref": "#/nowhere"}}]
    third = lab.spec(asyncapi({"hooks": {"subscribe": {"message": {"oneOf": messages}}}}), "third")
    result = lab.compare(document, document, third=third)
    assert not list(result.changes())
    found = {entry.type: (entry.old, entry.third, entry.third_missing) for entry in result.events}
    assert found == {
        "a.gone": ("A", "#/nowhere", True),
        "a.new": ("A", None, False),
        "thing.new": (None, "", False),
    }
    assert result.third is not None and result.third.events == 2
    assert [problem.location.source for problem in result.problems] == ["third"]
    assert result.event_counts().added == 0


def test_asyncapi_against_asyncapi(lab: Lab) -> None:
    def document(**fields: str) -> dict[str, Any]:
        schema = payload(**fields)
        schema["properties"]["type"] = {"const": "thing.new"}
        return asyncapi({"hooks": {"publish": {"message": {"payload": schema}}}})

    assert lab.changes(document(a="string", b="integer"), document(b="number", c="string")) == [
        "event-field-added thing.new.c",
        "event-field-removed thing.new.a",
    ]
