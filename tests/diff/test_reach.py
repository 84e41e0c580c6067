"""Who meets a change of a schema: the operations that send or answer it and the events that carry it."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from streammigrate.diff.compare import LISTED
from streammigrate.diff.result import SchemaEntry

if TYPE_CHECKING:
    from tests.diff.conftest import Lab


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def content(schema: Any) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def chain(*names: str, last: str = "string") -> dict[str, Any]:
    """Return schemas of which each refers to the next; the last has a value of some type."""
    schemas: dict[str, Any] = {
        name: {"type": "object", "properties": {"next": ref(other)}} for name, other in pairwise(names)
    }
    schemas[names[-1]] = {"type": "object", "properties": {"value": {"type": last}}}
    return schemas


def entry_of(lab: Lab, paths: Any, schemas: Any, new_schemas: Any, name: str, new_paths: Any = None) -> SchemaEntry:
    result = lab.compare(
        lab.document(paths, schemas), lab.document(paths if new_paths is None else new_paths, new_schemas)
    )
    [entry] = [entry for entry in result.schemas if entry.old == name and entry.status == "matched"]
    return entry


PLACES: dict[str, tuple[dict[str, Any], str]] = {
    "a body": ({"requestBody": content(ref("A"))}, "request"),
    "a part of a body": ({"requestBody": content({"type": "array", "items": ref("A")})}, "request"),
    "a query parameter": ({"parameters": [{"name": "q", "in": "query", "schema": ref("A")}]}, "request"),
    "a JSON parameter": ({"parameters": [{"name": "q", "in": "query", **content(ref("A"))}]}, "request"),
    "an answer": ({"responses": {"200": content(ref("A"))}}, "response"),
    "an error": ({"responses": {"default": content({"additionalProperties": ref("A")})}}, "response"),
    "a response header": ({"responses": {"200": {"headers": {"X": {"schema": ref("A")}}}}}, "response"),
    "a body and an answer": ({"requestBody": content(ref("A")), "responses": {"200": content(ref("A"))}}, "both"),
    "nothing": ({}, "none"),
}


@pytest.mark.parametrize(("parts", "side"), PLACES.values(), ids=PLACES)
def test_where_an_operation_uses_a_schema(parts: dict[str, Any], side: str, lab: Lab) -> None:
    paths = {"/a": {"post": {"operationId": "useIt", "responses": {}, **parts}}}
    schemas, new_schemas = chain("A", "B", "C"), chain("A", "B", "C", last="integer")
    entry = entry_of(lab, paths, schemas, new_schemas, "C")
    assert [change.side for change in entry.changes] == [side]
    assert entry.requests == (("useIt",) if side in ("request", "both") else ())
    assert entry.responses == (("useIt",) if side in ("response", "both") else ())
    assert (entry.request_count, entry.response_count) == (len(entry.requests), len(entry.responses))


def test_through_circles_and_to_their_exits(lab: Lab) -> None:
    def schemas(last: str) -> dict[str, Any]:
        found = chain("A", "B", "C", "D", last=last)
        found["C"]["properties"]["back"] = ref("A")
        return found

    paths = {
        "/c": {"get": {"operationId": "getC", "responses": {"200": content(ref("C"))}}},
        "/d": {"put": {"operationId": "putD", "requestBody": content(ref("D")), "responses": {}}},
    }
    entry = entry_of(lab, paths, schemas("string"), schemas("integer"), "D")
    assert (entry.requests, entry.responses) == (("putD",), ("getC",))
    renamed = schemas("string")
    renamed["A"]["properties"]["more"] = {"type": "string"}
    entry = entry_of(lab, paths, schemas("string"), renamed, "A")
    assert (entry.requests, entry.responses) == ((), ("getC",))


def test_only_who_met_it_before_and_meets_it_now_counts(lab: Lab) -> None:
    answer = {"responses": {"200": content(ref("A"))}}
    paths = {
        "/a": {"get": {"operationId": "getA", **answer}},
        "/old": {"get": {"operationId": "getOldReport", **answer}},
    }
    new_paths = {
        "/v2/a": {"get": {"operationId": "GetA", **answer}},
        "/fresh": {"get": {"operationId": "listEverything", **answer}},
    }
    entry = entry_of(lab, paths, chain("A"), chain("A", last="integer"), "A", new_paths)
    assert entry.responses == ("getA",)


def test_a_new_sender_does_not_break_who_only_read(lab: Lab) -> None:
    def schemas(*required: str) -> dict[str, Any]:
        return {"A": {"type": "object", "properties": {"x": {"type": "string"}}, "required": list(required)}}

    paths = {"/a": {"get": {"operationId": "getA", "responses": {"200": content(ref("A"))}}}}
    fresh = {"/fresh": {"post": {"operationId": "sendA", "requestBody": content(ref("A")), "responses": {}}}}
    entry = entry_of(lab, paths, schemas(), schemas("x"), "A", {**paths, **fresh})
    assert [(change.kind.name, change.level.value) for change in entry.changes] == [
        ("property-became-required", "compatible")
    ]


def test_a_discriminator_reaches_what_it_maps_to(lab: Lab) -> None:
    union = {"discriminator": {"propertyName": "shape", "mapping": {"a": "A"}}}
    paths = {"/u": {"get": {"operationId": "getU", "responses": {"200": content(ref("U"))}}}}
    entry = entry_of(lab, paths, {"U": union, **chain("A")}, {"U": union, **chain("A", last="integer")}, "A")
    assert entry.responses == ("getU",)


def test_events_carry_schemas(lab: Lab) -> None:
    mapping = {"a.new": "#/components/schemas/A", "b.new": "#/components/schemas/B"}
    hook = {"oneOf": [ref("A"), ref("B")], "discriminator": {"propertyName": "type", "mapping": mapping}}
    schemas = {**chain("A", "C"), "B": chain("B")["B"], "Hook": hook}
    new_schemas = {**schemas, "C": chain("C", last="integer")["C"]}
    entry = entry_of(lab, {}, schemas, new_schemas, "C")
    assert (entry.requests, entry.responses, entry.events) == ((), (), ("a.new",))
    assert [(change.side, change.level.value) for change in entry.changes] == [("event", "breaking")]


def test_who_receives_events_reads(lab: Lab) -> None:
    """A new enum value is nothing to who sends it, but breaks who receives it in an event."""

    def schemas(*values: str) -> dict[str, Any]:
        mapping = {"a.new": "#/components/schemas/A"}
        hook = {"oneOf": [ref("A")], "discriminator": {"propertyName": "type", "mapping": mapping}}
        return {"A": {"type": "object", "properties": {"role": {"enum": list(values)}}}, "Hook": hook}

    paths = {"/a": {"post": {"operationId": "sendA", "requestBody": content(ref("A")), "responses": {}}}}
    entry = entry_of(lab, paths, schemas("user"), schemas("user", "admin"), "A")
    assert (entry.requests, entry.responses, entry.events) == (("sendA",), (), ("a.new",))
    assert [(change.side, change.level.value) for change in entry.changes] == [("both", "breaking")]


def test_long_lists_are_cut_and_counted(lab: Lab) -> None:
    paths = {
        f"/{number}": {"get": {"operationId": f"op{number:04}", "responses": {"200": content(ref("A"))}}}
        for number in range(LISTED + 5)
    }
    entry = entry_of(lab, paths, chain("A"), chain("A", last="integer"), "A")
    assert len(entry.responses) == LISTED
    assert entry.responses[0] == "op0000"
    assert entry.response_count == LISTED + 5
