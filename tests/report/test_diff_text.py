"""The report for a terminal: what it shows at which verbosity, and that it keeps to its width."""

from __future__ import annotations

from typing import Any

import pytest

from streammigrate.diff.compare import compare
from streammigrate.diff.patterns import find_patterns
from streammigrate.diff.result import DiffResult
from streammigrate.report import diff_text
from streammigrate.spec.load import load
from streammigrate.spec.model import Fetched


def document(paths: dict[str, Any], schemas: dict[str, Any] | None = None, version: str = "1") -> dict[str, Any]:
    return {
        "openapi": "3.0.3",
        "info": {"title": "Shop", "version": version},
        "paths": paths,
        "components": {"schemas": schemas or {}},
    }


def operation(identifier: str, **keys: Any) -> dict[str, Any]:
    return {"operationId": identifier, "responses": {}, **keys}


def result(old: dict[str, Any], new: dict[str, Any], third: dict[str, Any] | None = None) -> DiffResult:
    specs = [load(tree, Fetched(name, b"", "0" * 64)) for name, tree in (("old", old), ("new", new))]
    other = load(third, Fetched("events", b"", "0" * 64)) if third else None
    found = compare(specs[0], specs[1], None, other)
    found.patterns = find_patterns(found)
    return found


def union(*types: str) -> dict[str, Any]:
    mapping = dict.fromkeys(types, "#/components/schemas/Payload")
    return {
        "Payload": {"type": "object", "properties": {"type": {"type": "string"}}},
        "Hook": {
            "oneOf": [{"$ref": "#/components/schemas/Payload"}],
            "discriminator": {"propertyName": "type", "mapping": mapping},
        },
    }


def test_no_difference_is_said_in_one_word() -> None:
    same = document({"/a": {"get": operation("a")}})
    text = diff_text.render(result(same, same))
    assert "No differences." in text
    assert "Breaking" not in text


def test_a_removed_operation_names_the_closest() -> None:
    old = document({"/things/{id}/archive": {"post": operation("archiveThing")}})
    new = document({"/things/{id}/publish": {"post": operation("publishThing")}})
    text = diff_text.render(result(old, new))
    assert "Removed operations\n  archiveThing  POST /things/{id}/archive\n    closest is publishThing" in text


def test_compatible_changes_are_counted_until_asked_for() -> None:
    old = document({"/a": {"get": operation("a")}})
    new = document({"/a": {"get": operation("a", requestBody={"content": {}})}})
    brief, long = (diff_text.render(result(old, new), verbose=verbose) for verbose in (0, 1))
    assert "SM131" not in brief
    assert "Not shown: 1 compatible (-v)." in brief
    assert "SM131  request body added" in long
    assert "Not shown" not in long


def test_a_pattern_is_one_line_and_its_places_come_on_request() -> None:
    fields = {f"at{index}": {"type": "string", "format": "date-time"} for index in range(6)}
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
    paths = {"/a": {"get": operation("a", responses={"200": {"content": content}})}}
    old = document(paths, {"Thing": {"type": "object", "properties": fields}})
    new = document(
        paths,
        {
            "Thing": {
                "type": "object",
                "properties": {name: {**field, "type": "number"} for name, field in fields.items()},
            }
        },
    )
    found = result(old, new)
    brief, full = diff_text.render(found, width=100), diff_text.render(found, width=100, full=True)
    assert "SM158     6 × type changed from string/date-time to number/date-time, in schemas" in brief
    assert "Thing.at3" not in brief
    assert [line.strip() for line in full.splitlines() if "Thing.at" in line] == [
        f"Thing.at{index}" for index in range(6)
    ]


def test_a_third_document_stands_beside_the_events() -> None:
    third = {
        "asyncapi": "2.6.0",
        "info": {},
        "channels": {
            "x": {
                "subscribe": {
                    "message": {
                        "oneOf": [
                            {"title": "a.kept", "payload": {"type": "object"}},
                            {"title": "a.missing", "payload": {"$ref": "#/components/schemas/Nothing"}},
                        ]
                    }
                }
            }
        },
    }
    old, new = document({}, union("a.kept", "a.gone")), document({}, union("a.kept", "a.new"))
    text = diff_text.render(result(old, new, third))
    rows = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line.startswith("  a.")}
    assert rows["a.gone"] == ["yes", "–", "–"]
    assert rows["a.new"] == ["–", "yes", "–"]
    assert rows["a.missing"] == ["–", "–", "no", "payload"]
    assert "a.kept" not in rows
    assert "events lists 2 types, 1 of them in both documents." in text


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_words_are_not_lost_when_lines_are_wrapped(width: int) -> None:
    name = "aVeryLongNameOfAnOperationThatDoesNotFitIntoANarrowTerminal"
    old = document({f"/{name}/one/two/three": {"get": operation(name)}})
    new = document({f"/{name}/one/two/three": {"post": operation(name)}}, version="2")
    text = diff_text.render(result(old, new), width=width)
    joined = "".join(text.split())
    assert "methodchangedfromGETtoPOST" in joined
    assert name in joined
    assert all(len(line) <= width for line in text.splitlines())
