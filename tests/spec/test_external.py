"""References to other documents are found, and pulled in only from where they may come."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from streammigrate.findings import Finding, Location, Severity
from streammigrate.spec import external, problems
from streammigrate.spec.external import bundle, external_refs
from streammigrate.spec.parse import parse
from streammigrate.spec.sources import fetch

Documents = dict[str, Any]
BASE = "https://example.org/specs/"


def spec(schemas: Documents | None = None, **parts: Any) -> Documents:
    return {"openapi": "3.0.3", "info": {}, "paths": {}, "components": {"schemas": schemas or {}}, **parts}


def loader(documents: Documents, asked: list[str] | None = None) -> Callable[[str], Any]:
    def load(location: str) -> Any:
        if asked is not None:
            asked.append(location)
        if location not in documents:
            raise problems.NOT_FOUND.error(Location(location), "there is no such file")
        return documents[location]

    return load


def pulled(tree: Any, documents: Documents, base: str = BASE) -> tuple[Any, list[Finding]]:
    before = copy.deepcopy((tree, documents))
    made = bundle(tree, base, fetch_document=loader({base + name: part for name, part in documents.items()}), label="a")
    assert (tree, documents) == before, "the input is not changed"
    return made


def schemas_of(tree: Any, documents: Documents) -> Any:
    made, findings = pulled(tree, documents)
    assert findings == []
    assert external_refs(made) == []
    return made["components"]["schemas"]


def test_references_that_leave_the_document_are_found_in_order() -> None:
    tree = spec(
        {"B": {"$ref": "b.yaml#/B"}, "A": {"items": [{"$ref": "#/x"}, {"$ref": "https://example.org/a"}]}},
        paths={"/a/{b}": {"$ref": "path.yaml"}},
    )
    assert external_refs(tree) == [
        ("/components/schemas/A/items/1", "https://example.org/a"),
        ("/components/schemas/B", "b.yaml#/B"),
        ("/paths/~1a~1{b}", "path.yaml"),
    ]


def test_a_ref_in_data_is_no_reference() -> None:
    data = {"$ref": "x.yaml"}
    schema = {"example": data, "examples": [data], "default": data, "enum": [data], "const": data, "x-more": data}
    tree = spec({"A": schema}, **{"x-top": data})
    tree["paths"] = {
        "/a": {"get": {"responses": {"200": {"content": {"a/b": {"example": data, "examples": {"a": data}}}}}}}
    }
    assert external_refs(tree) == []
    assert external_refs({"$ref": 1, "properties": {"$ref": {"type": "string"}}}) == []


def test_names_that_look_like_keywords_hold_references() -> None:
    there = {"$ref": "x.yaml"}
    names = ("default", "example", "enum", "const", "x-custom", "properties")
    tree = spec({"A": {"properties": dict.fromkeys(names, there)}, "default": there})
    tree["paths"] = {"/a": {"get": {"responses": {"default": there}, "parameters": [there]}}}
    assert len(external_refs(tree)) == len(names) + 3


def test_a_document_without_references_is_returned_as_it_is() -> None:
    tree = spec({"A": {"$ref": "#/components/schemas/B"}, "B": {}})
    made, findings = bundle(tree, BASE, fetch_document=loader({}))
    assert made is tree
    assert findings == []


def test_a_schema_becomes_a_component_with_what_it_refers_to() -> None:
    tree = spec(
        {"User": {"properties": {"pet": {"$ref": "pets/pet.yaml#/components/schemas/Pet", "description": "d"}}}}
    )
    pets = {
        "components": {
            "schemas": {
                "Pet": {
                    "properties": {
                        "owner": {"$ref": "../people.yaml#/Owner"},
                        "tag": {"$ref": "#/components/schemas/Tag"},
                    }
                },
                "Tag": {"type": "string"},
                "Unused": {},
            }
        }
    }
    assert schemas_of(tree, {"pets/pet.yaml": pets, "people.yaml": {"Owner": {"type": "object"}}}) == {
        "User": {"properties": {"pet": {"$ref": "#/components/schemas/Pet", "description": "d"}}},
        "Owner": {"type": "object"},
        "Pet": {
            "properties": {"owner": {"$ref": "#/components/schemas/Owner"}, "tag": {"$ref": "#/components/schemas/Tag"}}
        },
        "Tag": {"type": "string"},
    }


def test_a_component_that_is_only_a_reference_becomes_its_target() -> None:
    tree = spec({"User": {"$ref": "user.yaml"}, "Person": {"$ref": "user.yaml"}, "Pet": {"$ref": "pet.yaml#/Dog"}})
    schemas = schemas_of(
        tree, {"user.yaml": {"properties": {"self": {"$ref": "#"}}}, "pet.yaml": {"Dog": {"type": "object"}}}
    )
    assert schemas == {
        "Person": {"properties": {"self": {"$ref": "#/components/schemas/Person"}}},
        "Pet": {"type": "object"},
        "User": {"$ref": "#/components/schemas/Person"},
    }


def test_names_come_from_the_pointer_or_the_file() -> None:
    items = [{"$ref": "a%20b.yaml"}, {"$ref": "x.yaml#/a~1b"}, {"$ref": "dir/some.model.json#"}]
    tree = spec({"A": {"oneOf": items}})
    documents = {"a%20b.yaml": {"title": "1"}, "x.yaml": {"a/b": {"title": "2"}}, "dir/some.model.json": {"title": "3"}}
    assert set(schemas_of(tree, documents)) == {"A", "a_20b", "a_b", "some.model"}


def test_equal_names_are_told_apart_and_equal_schemas_are_one() -> None:
    tree = spec(
        {
            "Pet": {"type": "string"},
            "Tag": {"items": {"$ref": "#/components/schemas/Pet"}},
            "A": {"oneOf": [{"$ref": "one.yaml#/Pet"}, {"$ref": "two.yaml#/Pet"}, {"$ref": "three.yaml#/Pet"}]},
            "B": {"oneOf": [{"$ref": "one.yaml#/Tag"}, {"$ref": "two.yaml#/Tag"}]},
        }
    )
    documents = {
        "one.yaml": {"Pet": {"type": "integer"}, "Tag": {"items": {"$ref": "#/Pet"}}},
        "two.yaml": {"Pet": {"type": "string"}, "Tag": {"items": {"$ref": "#/Pet"}}},
        "three.yaml": {"Pet": {"type": "boolean"}},
    }
    schemas = schemas_of(tree, documents)
    prefix = "#/components/schemas/"
    assert [item["$ref"] for item in schemas["A"]["oneOf"]] == [prefix + "Pet__2", prefix + "Pet", prefix + "Pet__3"]
    assert [item["$ref"] for item in schemas["B"]["oneOf"]] == [prefix + "Tag__2", prefix + "Tag"]
    assert schemas["Tag__2"] == {"items": {"$ref": prefix + "Pet__2"}}
    assert (schemas["Pet__2"], schemas["Pet__3"]) == ({"type": "integer"}, {"type": "boolean"})


def test_the_order_in_the_file_does_not_change_the_names() -> None:
    documents = {"one.yaml": {"Pet": {"type": "integer"}}, "two.yaml": {"Pet": {"type": "boolean"}}}
    entries = [("A", {"items": {"$ref": "two.yaml#/Pet"}}), ("B", {"items": {"$ref": "one.yaml#/Pet"}})]
    assert schemas_of(spec(dict(entries)), documents) == schemas_of(spec(dict(entries[::-1])), documents)


def test_schemas_that_refer_to_each_other_come_to_an_end() -> None:
    tree = spec({"A": {"items": {"$ref": "b.yaml#/B"}}})
    documents = {
        "b.yaml": {"B": {"items": {"$ref": "c.yaml#/B"}}},
        "c.yaml": {"B": {"items": {"$ref": "b.yaml#/B"}}},
    }
    schemas = schemas_of(tree, documents)
    # Both say the same of each other, so one of them is enough.
    assert schemas == {
        "A": {"items": {"$ref": "#/components/schemas/B"}},
        "B": {"items": {"$ref": "#/components/schemas/B"}},
    }


def test_a_document_may_refer_back_to_the_root() -> None:
    tree = spec({"A": {"items": {"$ref": "b.yaml#/B"}}, "C": {"type": "string"}})
    documents = {"root.yaml": tree, "b.yaml": {"B": {"items": {"$ref": "root.yaml#/components/schemas/C"}}}}
    assert schemas_of(tree, documents)["B"] == {"items": {"$ref": "#/components/schemas/C"}}
    assert set(schemas_of(tree, documents)) == {"A", "B", "C"}


def test_targets_of_a_discriminator_are_references_too() -> None:
    tree = spec(
        {"A": {"$ref": "pets.yaml#/components/schemas/Pet"}, "Z": {"discriminator": {"mapping": {"x": "pets.yaml#/X"}}}}
    )
    mapping = {"dog": "Dog", "cat": "#/components/schemas/Cat", "cow": "Cow"}
    pets = {
        "X": {"title": "x"},
        "components": {
            "schemas": {"Pet": {"discriminator": {"mapping": mapping}}, "Dog": {"title": "d"}, "Cat": {"title": "c"}}
        },
    }
    schemas = schemas_of(tree, {"pets.yaml": pets})
    assert schemas["A"]["discriminator"]["mapping"] == {
        "dog": "#/components/schemas/Dog",
        "cat": "#/components/schemas/Cat",
        "cow": "Cow",
    }
    assert schemas["Z"]["discriminator"]["mapping"] == {"x": "#/components/schemas/X"}
    assert (schemas["Dog"], schemas["Cat"]) == ({"title": "d"}, {"title": "c"})


def test_other_parts_take_the_place_of_their_references() -> None:
    tree = spec(paths={"/a": {"$ref": "paths.yaml#/a", "summary": "mine"}})
    operation = {
        "parameters": [{"$ref": "#/limit"}],
        "requestBody": {"$ref": "bodies.yaml#/Body"},
        "responses": {"200": {"$ref": "bodies.yaml#/Answer"}},
    }
    limit = {"name": "limit", "in": "query", "schema": {"$ref": "#/Limit"}}
    body = {"content": {"application/json": {"schema": {"$ref": "#/Model"}, "example": {"$ref": "kept"}}}}
    made, findings = pulled(
        tree,
        {
            "paths.yaml": {"a": {"summary": "theirs", "get": operation}, "limit": limit, "Limit": {"type": "integer"}},
            "bodies.yaml": {"Body": body, "Answer": {"description": "ok", **body}, "Model": {"type": "object"}},
        },
    )
    assert findings == []
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Model"}, "example": {"$ref": "kept"}}}
    assert made["paths"]["/a"] == {
        "summary": "mine",
        "get": {
            "parameters": [{"name": "limit", "in": "query", "schema": {"$ref": "#/components/schemas/Limit"}}],
            "requestBody": {"content": content},
            "responses": {"200": {"description": "ok", "content": content}},
        },
    }
    assert made["components"]["schemas"] == {"Limit": {"type": "integer"}, "Model": {"type": "object"}}


def test_components_are_made_where_the_root_has_none() -> None:
    tree = {"openapi": "3.0.3", "paths": {"/a": {"get": {"parameters": [{"schema": {"$ref": "a.yaml"}}]}}}}
    made, _ = pulled(tree, {"a.yaml": {"type": "string"}})
    assert made["components"] == {"schemas": {"a": {"type": "string"}}}


def reasons(ref: str, documents: Documents | None = None, base: str = BASE) -> str:
    tree = spec(paths={"/a": {"get": {"responses": {"200": {"content": {"a/b": {"schema": {"$ref": ref}}}}}}}})
    made, findings = pulled(tree, documents or {}, base)
    assert made["paths"] == tree["paths"], "a reference that failed stays"
    (finding,) = findings
    assert (finding.id, finding.severity) == (problems.DANGLING_REF.id, Severity.WARNING)
    assert finding.location.source == "a"
    assert finding.location.pointer == "/paths/~1a/get/responses/200/content/a~1b/schema"
    assert repr(ref) in finding.message
    return finding.message.partition(": ")[2]


def test_a_reference_that_fails_says_why() -> None:
    assert reasons("b.yaml#/B") == "there is no such file"
    assert reasons("b.yaml#/B/C", {"b.yaml": {"B": {}}}) == "there is nothing at /B/C"
    assert reasons("b.yaml#B", {"b.yaml": {"B": {}}}) == "only JSON pointers are followed behind the #"
    assert reasons("b.yaml#/B", {"b.yaml": {"B": "text"}}) == "it is not a schema"
    assert "from the web" in reasons("file:///etc/passwd")


def test_a_failure_in_another_document_names_that_document() -> None:
    tree = spec({"A": {"items": {"$ref": "b.yaml#/B"}}})
    made, findings = pulled(tree, {"b.yaml": {"B": {"not": {"$ref": "#/nope"}}}})
    assert made["components"]["schemas"]["B"] == {"not": {"$ref": "#/nope"}}
    assert [str(finding.location) for finding in findings] == [BASE + "b.yaml#/B/not"]


def test_parts_that_contain_themselves_are_refused() -> None:
    tree = spec(paths={"/a": {"$ref": "a.yaml#/a"}})
    _, findings = pulled(tree, {"a.yaml": {"a": {"get": {"callbacks": {"c": {"$ref": "#/a"}}}}}})
    assert [finding.message.partition(": ")[2] for finding in findings] == ["it leads back to itself"]


def test_parts_that_multiply_are_refused() -> None:
    parts: Documents = {f"p{n}": {"get": {"$ref": f"#/p{n + 1}"}, "put": {"$ref": f"#/p{n + 1}"}} for n in range(60)}
    _, findings = pulled(spec(paths={"/a": {"$ref": "a.yaml#/p0"}}), {"a.yaml": {**parts, "p60": {}}})
    assert {finding.message.partition(": ")[2] for finding in findings} == {"too much is referred to in this way"}


def test_parts_one_inside_the_other_without_end_are_refused() -> None:
    for levels in (0, 1, 30, 60, 90, 248):
        documents: Documents = {}
        for n in range(99):
            deep: Any = {"$ref": f"d{n + 1}.yaml#/x"}
            for _ in range(levels):
                deep = {"get": deep}
            documents[f"{BASE}d{n}.yaml"] = {"x": deep}
        bottom: Any = {"$ref": "d0.yaml#/x"}
        for _ in range(124):
            bottom = {"get": [bottom]}
        documents[f"{BASE}d99.yaml"] = {"x": bottom}
        _, findings = bundle(spec(paths={"/a": {"$ref": "d0.yaml#/x"}}), BASE, fetch_document=loader(documents))
        assert {finding.message.partition(": ")[2] for finding in findings} == {"too much is referred to in this way"}


def test_each_document_is_fetched_once_and_not_too_many_are() -> None:
    asked: list[str] = []
    tree = spec({f"S{n}": {"items": {"$ref": f"d{n}.yaml#/A"}, "not": {"$ref": f"d{n}.yaml#/B"}} for n in range(150)})
    documents = {f"{BASE}d{n}.yaml": {"A": {"title": str(n)}, "B": {}} for n in range(0, 150, 2)}
    _, findings = bundle(tree, BASE, fetch_document=loader(documents, asked))
    assert len(asked) == len(set(asked)) == external.MAX_DOCUMENTS
    assert any("more than 100 documents" in finding.message for finding in findings)


@pytest.mark.parametrize("ref", ["file:///etc/passwd", "ftp://example.org/x", "urn:x:y", "jar:file:x"])
def test_nothing_but_files_and_the_web_is_read(ref: str) -> None:
    asked: list[str] = []
    for base in (BASE, f"{os.sep}work{os.sep}", "HEAD:dir/", ""):
        bundle(spec({"A": {"items": {"$ref": ref}}}), base, fetch_document=loader({}, asked))
    assert asked == []


def located(ref: str, base: str) -> list[str]:
    asked: list[str] = []
    bundle(spec({"A": {"items": {"$ref": ref}}}), base, fetch_document=loader({}, asked))
    return asked


def test_a_web_document_never_reads_files() -> None:
    assert located("../../../etc/passwd", BASE) == ["https://example.org/etc/passwd"]
    assert located("/etc/passwd", BASE) == ["https://example.org/etc/passwd"]
    assert located("//other.org/x", BASE) == ["https://other.org/x"]
    assert located("?x", BASE) == ["https://example.org/specs/?x"]
    tree = spec({"A": {"items": {"$ref": "https://example.org/specs/b.yaml#/B"}}})
    asked: list[str] = []
    documents = {f"{BASE}b.yaml": {"B": {"oneOf": [{"$ref": "/etc/passwd"}, {"$ref": "file:///etc/passwd"}]}}}
    _, findings = bundle(tree, "/work/", fetch_document=loader(documents, asked))
    assert asked == [f"{BASE}b.yaml", "https://example.org/etc/passwd"]
    assert len(findings) == 2


@pytest.mark.skipif(os.name == "nt", reason="the paths are those of POSIX")
def test_files_and_revisions_are_found_beside_the_document() -> None:
    assert located("../b%20c.yaml#/B", "/work/docs/") == ["/work/b c.yaml"]
    assert located("/etc/b.yaml", "/work/docs/") == ["/etc/b.yaml"]
    assert located("https://example.org/b.yaml", "/work/docs/") == ["https://example.org/b.yaml"]
    assert located("//host/b.yaml", "/work/docs/") == []
    assert located("../b.yaml", "HEAD:docs/v1/") == ["HEAD:docs/b.yaml"]
    assert located("b.yaml", "HEAD:./docs/") == ["HEAD:./docs/b.yaml"]
    assert located("../../b.yaml", "HEAD:docs/") == []
    assert located("/etc/b.yaml", "HEAD:docs/") == []
    assert located("b.yaml", "") == []


def test_real_files_are_bundled(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "api.yaml").write_text(
        "openapi: 3.0.3\npaths: {}\ncomponents: {schemas: {A: {items: {$ref: 'models/b.yaml#/B'}}}}\n"
    )
    (tmp_path / "models" / "b.yaml").write_text("B: {items: {$ref: 'c.json'}}\n")
    (tmp_path / "models" / "c.json").write_text('{"items": {"$ref": "../api.yaml#/components/schemas/A"}}')
    fetched, _ = fetch(str(tmp_path / "api.yaml"))
    made, findings = bundle(parse(fetched), fetched.base, fetch_document=lambda source: parse(fetch(source)[0]))
    assert findings == []
    assert made["components"]["schemas"] == {
        "A": {"items": {"$ref": "#/components/schemas/B"}},
        "B": {"items": {"$ref": "#/components/schemas/c"}},
        "c": {"items": {"$ref": "#/components/schemas/A"}},
    }


@pytest.mark.parametrize(
    "tree", [None, [], "text", {"components": []}, {"components": {"schemas": []}}, {"paths": {"$ref": "x"}}]
)
def test_malformed_documents_are_no_crash(tree: Any) -> None:
    bundle(tree, BASE, fetch_document=loader({}))
    if isinstance(tree, dict):
        tree = {**tree, "x": {"schema": {"$ref": "a.yaml"}}}
        made, _ = pulled(tree, {"a.yaml": {"type": "string"}})
        assert made["components"]["schemas"] == {"a": {"type": "string"}}
