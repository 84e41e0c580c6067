"""The migration map: what tools read to learn what old names became."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from streammigrate.diff.mapping import MAP_VERSION, migration_map
from streammigrate.diff.patterns import LEAST, find_patterns

if TYPE_CHECKING:
    from tests.diff.conftest import Lab


def content(schema: Any) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}}


def ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def document(lab: Lab, prefix: str, time: str, reply: str, gone: str, **thing: str) -> dict[str, Any]:
    """Return a document with an operation to keep, one that differs, and `LEAST` times of some type."""
    times = {f"at{number}": {"type": time, "format": "date-time"} for number in range(LEAST)}
    fields = {name: {"type": type_} for name, type_ in thing.items()}
    mapping = {"thing.new": "#/components/schemas/Thing", f"thing.{gone.lower()}": "#/components/schemas/Thing"}
    hook = {"discriminator": {"propertyName": "type", "mapping": mapping}}
    limit = {"name": "limit", "in": "query", "schema": {"type": "integer"}}
    trace = {"name": "X-Trace", "in": "header", "schema": {"type": "string"}}
    return lab.document(
        {
            f"{prefix}/things/{{id}}": {
                "post": {
                    "operationId": "saveThing",
                    "parameters": [limit, trace, {"name": "id", "in": "path", "required": True}],
                    "requestBody": content(ref("Thing")),
                    "responses": {"200": content(ref(reply)), "404": content({"type": "string"})},
                }
            },
            f"/{gone.lower()}": {"get": {"operationId": f"get{gone}", "responses": {}}},
        },
        {
            "Thing": {"type": "object", "properties": {**times, **fields}},
            reply: {"type": "object", "properties": {"thing": ref("Thing")}},
            f"Unused{gone}": {"type": "object"},
            "Hook": hook,
        },
        info={"title": "Things", "version": prefix[1:] or "v1"},
    )


@pytest.fixture
def found(lab: Lab) -> dict[str, Any]:
    """The map of two documents that differ in all that the map tells."""
    old = document(lab, "", "string", "Reply", "Cats", name="string", size="integer")
    new = document(lab, "/v2", "number", "Answer", "Dogs", name="string", color="string")
    result = lab.compare(old, new)
    result.patterns = find_patterns(result)
    return migration_map(result)


def test_it_is_plain_data(found: dict[str, Any]) -> None:
    assert json.loads(json.dumps(found)) == found
    assert found["map_version"] == MAP_VERSION
    assert (found["old"]["title"], found["old"]["version"], found["new"]["version"]) == ("Things", "v1", "v2")


def test_matched_and_removed_operations(found: dict[str, Any]) -> None:
    kept, gone = sorted(found["operations"], key=lambda item: item["new"] is None)
    assert kept["old"] == {
        "id": "saveThing",
        "method": "POST",
        "path": "/things/{id}",
        "query": {"limit": "integer"},
        "header": {"X-Trace": "string"},
        "body": "Thing",
        "response": "Reply",
    }
    assert kept["new"] == {**kept["old"], "path": "/v2/things/{id}", "response": "Answer"}
    assert kept["matched_by"] == "operation-id"
    assert kept["changes"] == {"path-prefix-changed": [{"old": "none", "new": "/v2"}]}
    assert gone["old"] == {"id": "getCats", "method": "GET", "path": "/cats"}
    assert (gone["new"], gone["matched_by"]) == (None, None)
    assert found["added"] == [{"id": "getDogs", "method": "GET", "path": "/dogs"}]


def test_schemas_with_what_is_their_own(found: dict[str, Any]) -> None:
    schemas = {item["old"]: item for item in found["schemas"]}
    assert schemas["Reply"] == {"old": "Reply", "new": "Answer", "status": "renamed", "matched_by": "operations"}
    assert schemas["UnusedCats"] == {"old": "UnusedCats", "new": None, "status": "removed"}
    assert schemas["Thing"]["changes"] == {
        "property-added": [{"at": "color", "new": "string"}],
        "property-removed": [{"at": "size", "old": "integer"}],
    }
    assert found["added_schemas"] == ["UnusedDogs"]
    assert "Hook" not in schemas


def test_patterns_stand_for_their_places(found: dict[str, Any]) -> None:
    assert found["patterns"] == [
        {
            "kind": "type-changed",
            "in": "schemas",
            "old": "string/date-time",
            "new": "number/date-time",
            "count": LEAST,
            "places": [f"Thing.at{number}" for number in range(LEAST)],
        }
    ]


def test_events(found: dict[str, Any]) -> None:
    assert found["events"] == {
        "removed": ["thing.cats"],
        "added": ["thing.dogs"],
        "payloads": {"thing.new": "Thing"},
    }


def test_payloads_that_have_another_name(lab: Lab) -> None:
    def hooked(name: str) -> dict[str, Any]:
        hook = {"discriminator": {"propertyName": "type", "mapping": {"a.new": name}}}
        return lab.document({}, {name: {"type": "object", "properties": {"x": {"type": "string"}}}, "Hook": hook})

    assert migration_map(lab.compare(hooked("A"), hooked("B")))["events"]["payloads"] == {"a.new": ["A", "B"]}


def test_the_summary_counts(found: dict[str, Any]) -> None:
    summary = found["summary"]
    assert summary["operations"] == {"old": 2, "new": 2, "matched": 1, "renamed": 0, "removed": 1, "added": 1}
    assert summary["schemas"] == {"old": 4, "new": 4, "matched": 3, "renamed": 1, "removed": 1, "added": 1}
    assert summary["events"]["added"] == summary["events"]["removed"] == 1
    assert sum(summary["changes"].values()) > LEAST


def test_prefixes(lab: Lab) -> None:
    rows = ["GET /a opA", "GET /b opB", "GET /c"]
    result = lab.compare(lab.operations(*rows), lab.operations(*(row.replace(" /", " /api/") for row in rows)))
    assert migration_map(result)["prefixes"] == [{"old": "", "new": "/api", "operations": 3}]


def test_nothing_changed(lab: Lab) -> None:
    old = document(lab, "", "string", "Reply", "Cats", name="string")
    found = migration_map(lab.compare(old, old))
    assert found["schemas"] == found["added"] == found["added_schemas"] == found["patterns"] == []
    assert [item["old"] == item["new"] and "changes" not in item for item in found["operations"]] == [True, True]
