"""Statuses, webhooks, security and servers: what breaks whom."""

from __future__ import annotations

from typing import Any

import pytest


def told(lab: Any, old: Any, new: Any) -> list[tuple[str, str]]:
    return sorted((change.kind.name, change.level.value) for change in lab.compare(old, new).changes())


def answering(lab: Any, **responses: Any) -> Any:
    found = {key.lstrip("_"): value for key, value in responses.items()}
    return lab.document({"/a": {"get": {"operationId": "getA", "responses": found}}})


def content(type_: str) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": {"type": type_}}}}


def test_a_class_of_statuses_covers_each_of_them(lab: Any) -> None:
    assert told(lab, answering(lab, _200={}, _201={}), answering(lab, _2XX={})) == []
    assert told(lab, answering(lab, _200=content("string")), answering(lab, _2XX=content("integer"))) == [
        ("type-changed", "breaking")
    ]


def test_default_stands_for_success_when_it_is_all_there_is(lab: Any) -> None:
    changes = told(lab, answering(lab, _200=content("string")), answering(lab, default=content("integer")))
    assert changes == [("success-status-changed", "breaking"), ("type-changed", "breaking")]


def test_losing_one_way_to_succeed_breaks(lab: Any) -> None:
    assert told(lab, answering(lab, _200={}, _202={}), answering(lab, _202={})) == [
        ("success-status-removed", "breaking")
    ]
    assert told(lab, answering(lab, _200={}, _404={}), answering(lab, _200={})) == [
        ("response-status-removed", "compatible")
    ]


def hook(lab: Any, schema: Any) -> Any:
    body = {"content": {"application/json": {"schema": schema}}}
    return lab.document({}, openapi="3.1.0", webhooks={"thing": {"post": {"requestBody": body, "responses": {}}}})


@pytest.mark.parametrize(
    ("old", "new", "level"),
    [
        ({"properties": {"s": {}}}, {"properties": {"s": {}}, "required": ["s"]}, "compatible"),
        ({"enum": ["a"]}, {"enum": ["a", "b"]}, "breaking"),
        ({"enum": ["a", "b"]}, {"enum": ["a"]}, "compatible"),
    ],
)
def test_the_user_reads_what_a_webhook_sends(lab: Any, old: Any, new: Any, level: str) -> None:
    assert [found for _, found in told(lab, hook(lab, old), hook(lab, new))] == [level]


def secured(lab: Any, security: Any, **schemes: Any) -> Any:
    operation = {"operationId": "getA", "responses": {}, "security": security}
    return lab.document({"/a": {"get": operation}}, components={"securitySchemes": schemes})


KEY = {"type": "apiKey", "in": "query", "name": "k"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ([{"a": []}], [], [("security-loosened", "compatible")]),
        ([{"a": [], "b": []}], [{"a": []}], [("security-loosened", "compatible")]),
        ([{"a": ["read", "write"]}], [{"a": ["read"]}], [("security-loosened", "compatible")]),
        ([{"a": ["read"]}], [{"a": ["read", "write"]}], [("security-tightened", "breaking")]),
        ([{"a": []}], [{"b": []}], [("security-changed", "breaking")]),
        ([], [{"a": []}], [("security-tightened", "breaking")]),
    ],
)
def test_security_breaks_who_no_longer_passes(lab: Any, old: Any, new: Any, expected: Any) -> None:
    schemes = {"a": KEY, "b": {**KEY, "name": "other"}}
    assert told(lab, secured(lab, old, **schemes), secured(lab, new, **schemes)) == expected


def test_a_scheme_under_another_name_is_the_same_scheme(lab: Any) -> None:
    changes = told(lab, secured(lab, [{"a": []}], a=KEY), secured(lab, [{"z": []}], z=KEY))
    assert changes == [("security-scheme-added", "info"), ("security-scheme-removed", "info")]


def served(lab: Any, *urls: str) -> Any:
    servers = [{"url": url} for url in urls]
    return lab.document({"/a": {"get": {"operationId": "getA", "responses": {}}}}, servers=servers)


def test_the_order_of_servers_does_not_matter(lab: Any) -> None:
    one, other = "https://a.example/one", "https://a.example/two"
    assert told(lab, served(lab, one, other), served(lab, other, one)) == []
    assert told(lab, served(lab, one), served(lab, other, one)) == [("server-added", "info")]
    assert ("path-prefix-changed", "breaking") in told(lab, served(lab, "/v1"), served(lab, "/v2"))


def test_a_slash_at_the_end_is_another_path(lab: Any) -> None:
    old, new = (lab.document({path: {"get": {"operationId": "a", "responses": {}}}}) for path in ("/users", "/users/"))
    assert told(lab, old, new) == [("path-changed", "breaking")]


def test_parameters_of_media_types_tell_them_apart(lab: Any) -> None:
    def answers(*types: str) -> Any:
        return answering(lab, _200={"content": {type_: {} for type_ in types}})

    assert told(
        lab, answers("application/json;version=1", "application/json;version=2"), answers("application/json; version=2")
    ) == [("response-media-type-removed", "breaking")]
    assert told(lab, answers("application/json; charset=utf-8"), answers("Application/JSON")) == []


def test_a_schema_that_must_not_be_matched_is_compared_where_it_stands(lab: Any) -> None:
    from streammigrate.diff.match import Overrides

    def using(type_: str) -> Any:
        answer = {"200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/U"}}}}}
        return lab.document({"/a": {"get": {"operationId": "a", "responses": answer}}}, {"U": {"type": type_}})

    result = lab.compare(using("string"), using("integer"), Overrides(schemas={"U": None}))
    assert ("type-changed", "breaking") in [(change.kind.name, change.level.value) for change in result.changes()]
