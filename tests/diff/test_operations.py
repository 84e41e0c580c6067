"""What stands in operations and beside them: parameters, bodies, servers, security."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from streammigrate.spec import refs

if TYPE_CHECKING:
    from tests.diff.conftest import Lab


def calling(lab: Lab, *parameters: Any, shared: Any = None, **sections: Any) -> dict[str, Any]:
    """Return a document with the operation `findThings` and its parameters; `shared` are those of the path."""
    operation = {"operationId": "findThings", "parameters": list(parameters), "responses": {}}
    schemas = {
        "Sort": {"type": "string", "enum": ["up", "down"]},
        "Ids": {"type": "array", "items": {"type": "string"}},
    }
    item: dict[str, Any] = {"get": operation} if shared is None else {"get": operation, "parameters": shared}
    return lab.document({"/things": item}, schemas, **sections)


def query(schema: Any, name: str = "q", **more: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "schema": schema, **more}


SORT: dict[str, Any] = {"type": "string", "enum": ["up", "down"]}
IDS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
SAME: dict[str, tuple[Any, Any]] = {
    "a value by reference": (query(SORT), query({"$ref": "#/components/schemas/Sort"})),
    "a list by reference": (query(IDS), query({"$ref": "#/components/schemas/Ids"})),
    "the default style": (query(IDS), query(IDS, style="form", explode=True)),
    "another style's default": (query(IDS, style="pipeDelimited"), query(IDS, style="pipeDelimited", explode=False)),
    "no list to explode": (query(SORT), query(SORT, explode=False)),
    "flags that say no": (query(SORT), query(SORT, required=False, deprecated=False)),
    "headers in another case": ({**query(SORT, "X-A"), "in": "header"}, {**query(SORT, "x-a"), "in": "header"}),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_another_spelling_of_a_parameter_is_no_change(one: Any, other: Any, lab: Lab) -> None:
    assert lab.changes(calling(lab, one), calling(lab, other)) == []
    assert lab.changes(calling(lab, other), calling(lab, one)) == []


def test_parameters_by_reference_of_the_path_and_in_another_order(lab: Lab) -> None:
    plain = calling(lab, query(SORT, "a"), query(IDS, "b"))
    components = {"parameters": {"b": query(IDS, "b")}}
    other = calling(lab, {"$ref": "#/components/parameters/b"}, shared=[query(SORT, "a")], components=components)
    assert lab.changes(plain, other) == lab.changes(other, plain) == []
    overridden = calling(lab, query(IDS, "b"), shared=[query(SORT, "b"), query(SORT, "a")])
    assert lab.changes(plain, overridden) == []


def test_pointers_of_references_with_percent_escapes(lab: Lab) -> None:
    def document(type_: str) -> dict[str, Any]:
        components = {"parameters": {"my /q": query({"type": type_})}}
        return calling(lab, {"$ref": "#/components/parameters/my%20~1q"}, components=components)

    [change] = lab.compare(document("string"), document("integer")).changes()
    assert (change.old_pointer, change.new_pointer) == ("/components/parameters/my ~1q",) * 2


def test_a_type_that_is_sent_as_another_text(lab: Lab) -> None:
    old, new = calling(lab, query({"type": "string"})), calling(lab, query(IDS))
    assert lab.changes(old, new) == [
        "parameter-encoding-changed findThings: query parameter q",
        "type-changed findThings: query parameter q",
    ]


def test_a_value_that_became_json(lab: Lab) -> None:
    packed = {"name": "q", "in": "query", "content": {"application/json": {"schema": {"type": "object"}}}}
    old, new = calling(lab, query({"type": "object"})), calling(lab, packed)
    assert lab.changes(old, new) == ["parameter-encoding-changed findThings: query parameter q"]


def test_the_same_body_in_two_media_types_is_told_once(lab: Lab) -> None:
    def document(type_: str) -> dict[str, Any]:
        found = calling(lab)
        media = {"schema": {"type": "object", "properties": {"a": {"type": type_}}}}
        content = {"application/json": media, "application/x-www-form-urlencoded": media}
        found["paths"]["/things"]["get"]["requestBody"] = {"content": content}
        return found

    assert lab.changes(document("string"), document("integer")) == ["type-changed findThings: request body.a"]


def test_servers_point_to_where_they_stand(lab: Lab) -> None:
    old, new = lab.document(), lab.document(servers=[{"url": "https://a.example"}])
    [come] = lab.compare(old, new).changes()
    assert (come.kind.name, come.old_pointer, come.new_pointer) == ("server-added", None, "/servers")
    [gone] = lab.compare(new, old).changes()
    assert (gone.kind.name, gone.old_pointer, gone.new_pointer) == ("server-removed", "/servers", None)


def test_security_schemes_point_to_where_they_stand(lab: Lab) -> None:
    def document(where: str) -> dict[str, Any]:
        return lab.document(components={"securitySchemes": {"a/b": {"type": "apiKey", "in": where, "name": "k"}}})

    old, new = document("query"), document("header")
    [change] = lab.compare(old, new).changes()
    assert change.old_pointer == change.new_pointer == "/components/securitySchemes/a~1b"
    assert refs.lookup(old, f"#{change.old_pointer}") is not None


def test_security_of_the_document_holds_for_operations(lab: Lab) -> None:
    schemes = {"securitySchemes": {"key": {"type": "apiKey", "in": "query", "name": "k"}}}
    below = lab.operations("GET /a getA", components=schemes, security=[{"key": []}])
    beside = lab.operations("GET /a getA", components=schemes)
    beside["paths"]["/a"]["get"]["security"] = [{"key": []}]
    assert lab.changes(below, beside) == []
    opened = lab.operations("GET /a getA", components=schemes, security=[{"key": []}, {}])
    assert lab.changes(below, opened) == ["security-loosened getA"]
    assert lab.changes(opened, below) == ["security-tightened getA"]
