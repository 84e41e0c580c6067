"""How schemas find each other, and that the way a schema is written down is no change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from streammigrate.diff.match import Overrides
from streammigrate.diff.result import DiffResult
from streammigrate.spec import refs

if TYPE_CHECKING:
    from tests.diff.conftest import Lab

Doc = dict[str, Any]


def ref(name: str) -> Doc:
    return {"$ref": f"#/components/schemas/{name}"}


def record(**properties: Any) -> Doc:
    """Return an object schema; a text is a property of that type, `$Name` a reference."""

    def schema(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return ref(value[1:]) if value.startswith("$") else {"type": value}

    return {"type": "object", "properties": {name: schema(value) for name, value in properties.items()}}


def content(schema: Any) -> Doc:
    return {"content": {"application/json": {"schema": schema}}}


def operation(identifier: str, body: Any = None, answer: Any = None) -> Doc:
    found: Doc = {"operationId": identifier, "responses": {"200": {"description": ""}}}
    if body is not None:
        found["requestBody"] = content(body)
    if answer is not None:
        found["responses"]["200"].update(content(answer))
    return found


def hooks(**payloads: str) -> Doc:
    mapping = {name.replace("_", "."): f"#/components/schemas/{payload}" for name, payload in payloads.items()}
    members = [{"$ref": target} for target in dict.fromkeys(mapping.values())]
    return {"oneOf": members, "discriminator": {"propertyName": "type", "mapping": mapping}}


def renames(result: DiffResult) -> dict[str | None, tuple[str | None, str]]:
    return {entry.old: (entry.new, entry.matched_by) for entry in result.schemas if entry.status == "renamed"}


def statuses(result: DiffResult) -> dict[str, str]:
    return {entry.label: entry.status for entry in result.schemas}


# Renames.


def test_renamed_where_matched_operations_use_it(lab: Lab) -> None:
    old = lab.document(
        {
            "/a": {
                "post": operation("a", ref("CatRequest"), ref("CatResponse")),
                "get": operation("b", None, ref("Cat")),
            }
        },
        {"CatRequest": record(name="string"), "CatResponse": record(cat="$Cat"), "Cat": record(id="string")},
    )
    new = lab.document(
        {"/a": {"post": operation("a", ref("PetInput"), ref("PetOutput")), "get": operation("b", None, ref("Pet"))}},
        {"PetInput": record(name="string"), "PetOutput": record(cat="$Pet"), "Pet": record(id="integer")},
    )
    result = lab.compare(old, new)
    assert renames(result) == {
        "CatRequest": ("PetInput", "operations"),
        "CatResponse": ("PetOutput", "operations"),
        "Cat": ("Pet", "operations"),
    }
    assert sorted(map(lab.told, result.changes())) == [
        "schema-renamed Cat",
        "schema-renamed CatRequest",
        "schema-renamed CatResponse",
        "type-changed Cat.id",
    ]
    [entry] = [entry for entry in result.schemas if entry.old == "Cat"]
    assert entry.evidence == ("b",)


def test_a_rename_needs_more_places_than_any_other(lab: Lab) -> None:
    def paths(*answers: str) -> Doc:
        return {f"/{index}": {"get": operation(f"op{index}", None, ref(name))} for index, name in enumerate(answers)}

    old = lab.document(paths("Old", "Old", "Old"), {"Old": record(id="string")})
    schemas = {"One": record(id="string"), "Two": record(id="string")}
    clear = lab.compare(old, lab.document(paths("One", "One", "Two"), schemas))
    assert renames(clear) == {"Old": ("One", "operations")}
    assert {(entry.old, entry.new, entry.status) for entry in clear.schemas} == {
        ("Old", "One", "renamed"),
        ("Old", "Two", "replaced"),
        (None, "Two", "added"),
    }
    torn = lab.compare(
        lab.document(paths("Old", "Old"), {"Old": record(id="string")}), lab.document(paths("One", "Two"), schemas)
    )
    assert not renames(torn)
    assert {"removed", "added"} <= {entry.status for entry in torn.schemas}


def test_renamed_payloads_of_events(lab: Lab) -> None:
    payload = record(type="string", at="string")
    old = lab.document(
        {}, {"NewEvent": payload, "GoneEvent": payload, "Hook": hooks(a_new="NewEvent", a_gone="GoneEvent")}
    )
    new = lab.document(
        {}, {"Created": payload, "Deleted": payload, "Webhook": hooks(a_new="Created", a_gone="Deleted")}
    )
    result = lab.compare(old, new)
    assert renames(result) == {
        "NewEvent": ("Created", "events"),
        "GoneEvent": ("Deleted", "events"),
        "Hook": ("Webhook", "events"),
    }
    assert {change.kind.name for change in result.changes()} == {"schema-renamed"}


def test_renames_are_followed_from_schema_to_schema(lab: Lab) -> None:
    def schemas(suffix: str) -> Doc:
        value, sides = ref(f"Value{suffix}"), [ref(f"Left{suffix}"), {"type": "null"}, ref(f"Right{suffix}")]
        return {
            "Page": record(items={"type": "array", "items": ref(f"Item{suffix}")}, by={"additionalProperties": value}),
            f"Item{suffix}": record(owner=f"$Owner{suffix}", kind={"oneOf": sides}),
            f"Owner{suffix}": {"allOf": [ref(f"Base{suffix}"), record(name="string")]},
            f"Value{suffix}": record(x="integer"),
            f"Left{suffix}": record(left="string"),
            f"Right{suffix}": record(right="string"),
            f"Base{suffix}": record(id="string"),
        }

    paths = {"/pages": {"get": operation("getPage", None, ref("Page"))}}
    result = lab.compare(lab.document(paths, schemas("")), lab.document(paths, schemas("V2")))
    names = ("Item", "Owner", "Value", "Left", "Right", "Base")
    assert renames(result) == {name: (f"{name}V2", "schemas") for name in names}
    assert {change.kind.name for change in result.changes()} == {"schema-renamed"}
    evidence = {entry.old: entry.evidence for entry in result.schemas if entry.status == "renamed"}
    assert evidence["Base"] == ("schema Owner",)


def test_unused_schemas_are_renamed_by_their_properties(lab: Lab) -> None:
    shared = dict.fromkeys(("id", "name", "size", "color"), "string")
    old = lab.document({}, {"Cat": record(**shared, tail="integer")})
    result = lab.compare(old, lab.document({}, {"Tiger": record(**shared, tail="integer", stripes="integer")}))
    assert renames(result) == {"Cat": ("Tiger", "properties")}
    assert sorted(map(lab.told, result.changes())) == ["property-added Cat.stripes", "schema-renamed Cat"]
    [entry] = result.schemas
    assert entry.confidence < 0.9 and "83%" in entry.evidence[0]


SIMILAR_BUT_OTHERS = {
    "two that are alike": {
        "Dog": ["id", "name", "size", "color", "bark"],
        "Fox": ["id", "name", "size", "color", "fur"],
    },
    "two of which one is a little closer": {
        "Dog": ["id", "name", "size", "color", "tail", "eyes", "ears", "bark"],
        "Fox": ["id", "name", "size", "color", "tail", "eyes", "ears", "fur", "den"],
    },
    "too little in common": {"Dog": ["id", "name", "bark", "walk"]},
    "nothing in common": {"Dog": ["bark", "walk", "sit"]},
}


@pytest.mark.parametrize("added", SIMILAR_BUT_OTHERS.values(), ids=SIMILAR_BUT_OTHERS)
def test_similar_added_schemas_are_no_renames(added: dict[str, list[str]], lab: Lab) -> None:
    old = lab.document(
        {}, {"Cat": record(**dict.fromkeys(("id", "name", "size", "color", "tail", "eyes", "ears"), "string"))}
    )
    new = lab.document({}, {name: record(**dict.fromkeys(fields, "string")) for name, fields in added.items()})
    for result in (lab.compare(old, new), lab.compare(new, old)):
        assert not renames(result)
        assert set(statuses(result).values()) == {"removed", "added"}


def test_the_types_count_when_properties_are_compared(lab: Lab) -> None:
    old = lab.document({}, {"Cat": record(a="string", b="string", c="string", d="string")})
    new = lab.document({}, {"Dog": record(a="integer", b="integer", c="string", d="string")})
    assert not renames(lab.compare(old, new))


def test_tiny_schemas_are_not_renamed_by_their_properties(lab: Lab) -> None:
    old = lab.document({}, {"Cat": record(id="string", name="string")})
    assert not renames(lab.compare(old, lab.document({}, {"Dog": record(id="string", name="string")})))


def test_folded_into_a_schema_that_both_documents_have(lab: Lab) -> None:
    def document(answer: str, **schemas: Any) -> Doc:
        return lab.document(
            {
                "/x": {"get": operation("x", None, ref("Response"))},
                "/y": {"get": operation("y", None, ref(answer))},
                "/z": {"get": operation("z", None, ref(answer))},
            },
            {"Response": record(duration="string"), **schemas},
        )

    old = document("SpecialResponse", SpecialResponse=record(duration="string", extra="string"))
    result = lab.compare(old, document("Response"))
    assert renames(result) == {"SpecialResponse": ("Response", "operations")}
    counts = result.schema_counts()
    assert (counts.matched, counts.renamed, counts.removed, counts.added) == (2, 1, 0, 0)
    assert sorted(map(lab.told, result.changes())) == [
        "property-removed SpecialResponse.extra",
        "schema-renamed SpecialResponse",
    ]


def test_split_among_schemas_that_both_documents_have_is_no_rename(lab: Lab) -> None:
    def document(first: str, second: str, **schemas: Any) -> Doc:
        paths = {f"/{name}": {"get": operation(name, None, ref(name))} for name in ("One", "Two")}
        paths["/x"] = {"get": operation("x", None, ref(first))}
        paths["/y"] = {"get": operation("y", None, ref(second))}
        return lab.document(paths, {"One": record(a="string"), "Two": record(b="string"), **schemas})

    result = lab.compare(document("Old", "Old", Old=record(a="string")), document("One", "Two"))
    assert not renames(result)
    assert {entry.old: entry.status for entry in result.schemas if entry.new is None} == {"Old": "removed"}


def test_a_name_that_both_documents_have_is_one_schema(lab: Lab) -> None:
    """A place that refers to another known schema is no rename; the two are compared once, as a pair."""
    schemas = {"Cat": record(id="string", tail="integer"), "Dog": record(id="string"), "Nest": record(pet="$Cat")}
    paths = {"/nest": {"get": operation("getNest", None, ref("Nest"))}}
    new_schemas = {**schemas, "Nest": record(pet="$Dog")}
    result = lab.compare(lab.document(paths, schemas), lab.document(paths, new_schemas))
    assert not renames(result)
    assert sorted(map(lab.told, result.changes())) == [
        "property-removed Cat → Dog.tail",
        "reference-changed Nest.pet",
    ]
    [gone] = [change for change in result.changes() if change.kind.name == "property-removed"]
    assert (gone.side, gone.level.value) == ("response", "breaking")
    [entry] = [entry for entry in result.schemas if entry.status == "replaced"]
    assert (entry.old, entry.new, entry.responses) == ("Cat", "Dog", ("getNest",))


def test_replaced_schemas_are_followed(lab: Lab) -> None:
    """What a replaced pair refers to is a pair too, however deep, and even in circles."""
    schemas = {
        "A": record(next="$B", me="$A"),
        "B": record(deep="$C"),
        "C": record(x="string"),
        "A2": record(next="$B2", me="$A2"),
        "B2": record(deep="$C2"),
        "C2": record(x="integer"),
    }

    def document(name: str) -> Doc:
        return lab.document({"/x": {"get": operation("x", None, ref(name))}}, schemas)

    result = lab.compare(document("A"), document("A2"))
    assert [(entry.old, entry.new) for entry in result.schemas if entry.status == "replaced"] == [
        ("A", "A2"),
        ("B", "B2"),
        ("C", "C2"),
    ]
    assert "type-changed C → C2.x" in map(lab.told, result.changes())


def test_overrides_of_schemas(lab: Lab) -> None:
    old = lab.document({}, {"Cat": record(id="string"), "Dog": record(id="string"), "Cow": record(id="string")})
    new = lab.document({}, {"Pet": record(id="string"), "Dog": record(id="string"), "Cow": record(id="string")})
    result = lab.compare(old, new, Overrides(schemas={"Cat": "Pet", "Dog": None}))
    found = {(entry.old, entry.new, entry.status, entry.matched_by) for entry in result.schemas}
    assert found == {
        ("Cat", "Pet", "renamed", "override"),
        ("Dog", None, "removed", ""),
        (None, "Dog", "added", ""),
        ("Cow", "Cow", "matched", "name"),
    }


# References in circles, in chains, and to nothing.


def test_cycles_and_self_references(lab: Lab) -> None:
    old = lab.thing(record(parent="$Thing", child="$Other", size="integer"), {"Other": record(back="$Thing")})
    new = lab.thing(record(parent="$Thing", child="$Other", size="string"), {"Other": record(back="$Thing")})
    assert lab.changes(old, new) == ["type-changed Thing.size"]
    assert lab.changes(old, old) == []


def test_a_cycle_that_is_cut_at_another_place(lab: Lab) -> None:
    """The same endless tree, written with its references at other places."""
    old = lab.thing(record(p=record(q="$Thing")))
    new = lab.thing(record(p="$Inner"), {"Inner": record(q=record(p="$Inner"))})
    assert lab.changes(old, new) == ["schema-added Inner"]
    assert lab.changes(new, old) == ["schema-removed Inner"]
    other = lab.thing(record(p="$Inner"), {"Inner": record(q=record(p="$Inner", more="string"))})
    assert "property-added Thing.p.q.more" in lab.changes(old, other)


def test_names_for_names(lab: Lab) -> None:
    chain = {"A": ref("B"), "B": ref("C"), "C": record(x="string")}
    old = lab.thing(record(a="$A"), chain)
    assert lab.changes(old, lab.thing(record(a=record(x="string")), chain)) == []
    changed = lab.changes(old, lab.thing(record(a=record(x="integer")), chain))
    assert changed == ["type-changed Thing.a.x"]
    longer = {**chain, "A": ref("B2"), "B2": ref("C")}
    assert lab.changes(old, lab.thing(record(a="$A"), longer)) == ["reference-changed A", "schema-added B2"]


@pytest.mark.parametrize("loop", [{"A": ref("A")}, {"A": ref("B"), "B": ref("A")}, {"A": {"allOf": [ref("A"), {}]}}])
def test_loops_of_names_end(loop: Doc, lab: Lab) -> None:
    old = lab.thing(record(a="$A"), loop)
    assert lab.changes(old, old) == []
    told = lab.changes(old, lab.thing(record(a="string"), loop))
    assert all(text.split()[1] == "Thing.a" for text in told)


def test_dangling_references(lab: Lab) -> None:
    dangling = lab.thing(record(a="$Gone", b="string"))
    sound = lab.thing(record(a=record(x="string"), b="string"))
    assert lab.changes(dangling, dangling) == []
    assert lab.changes(dangling, sound) == ["reference-changed Thing.a"]
    assert lab.changes(sound, dangling) == ["reference-changed Thing.a"]
    result = lab.compare(dangling, sound)
    assert [problem.location.pointer for problem in result.problems] == ["/components/schemas/Thing/properties/a"]


def test_a_reference_into_another_schema(lab: Lab) -> None:
    """Only components count as schemas; what a reference finds elsewhere is compared where it stands."""
    part = {"$ref": "#/components/schemas/Other/properties/size"}
    old = lab.thing(record(size=part), {"Other": record(size="integer")})
    new = lab.thing(record(size="integer"), {"Other": record(size="integer")})
    assert lab.changes(old, new) == lab.changes(new, old) == []
    assert lab.compare(old, new).schema_counts() == lab.compare(new, new).schema_counts()


# The same, written in another way.

USER = record(id="string", at={"type": "string", "format": "date-time"})
BASED = {"allOf": [ref("User"), record(x="integer")]}
FLAT = record(id="string", at={"type": "string", "format": "date-time"}, x="integer")
SPELLINGS: dict[str, tuple[Any, Any]] = {
    "nullable and a type list": ({"type": "string", "nullable": True}, {"type": ["string", "null"]}),
    "nullable and anyOf null": (
        {"type": "string", "nullable": True},
        {"anyOf": [{"type": "string"}, {"type": "null"}]},
    ),
    "nullable and oneOf null": (
        {"type": "string", "nullable": True},
        {"oneOf": [{"type": "null"}, {"type": "string"}]},
    ),
    "a list of one type": ({"type": "string"}, {"type": ["string"]}),
    "types in another order": ({"type": ["string", "integer"]}, {"type": ["integer", "string"]}),
    "exclusiveMinimum": (
        {"type": "integer", "minimum": 1, "exclusiveMinimum": True},
        {"type": "integer", "exclusiveMinimum": 1},
    ),
    "exclusiveMaximum": (
        {"type": "integer", "maximum": 9, "exclusiveMaximum": True},
        {"type": "integer", "exclusiveMaximum": 9},
    ),
    "a bound that is not exclusive": (
        {"type": "integer", "minimum": 1, "exclusiveMinimum": False},
        {"type": "integer", "minimum": 1},
    ),
    "const": ({"type": "string", "enum": ["a"]}, {"type": "string", "const": "a"}),
    "enum in another order": ({"enum": ["a", "b"]}, {"enum": ["b", "a"]}),
    "an enum with null": (
        {"type": ["string", "null"], "enum": ["a", None]},
        {"type": "string", "nullable": True, "enum": ["a"]},
    ),
    "limits that limit nothing": (
        {"type": "array", "minItems": 0, "uniqueItems": False, "items": {"type": "string", "minLength": 0}},
        {"type": "array", "items": {"type": "string"}},
    ),
    "objects without a type": ({"type": "object", "properties": {"a": {}}}, {"properties": {"a": {}}}),
    "arrays without a type": ({"type": "array", "items": {}}, {"items": {}}),
    "required in another order": (
        {**record(a="string", b="string"), "required": ["a", "b"]},
        {**record(a="string", b="string"), "required": ["b", "a"]},
    ),
    "nothing required": (record(a="string"), {**record(a="string"), "required": []}),
    "unknown properties as by default": (record(a="string"), {**record(a="string"), "additionalProperties": True}),
    "flags that say no": (
        {"type": "string"},
        {"type": "string", "nullable": False, "deprecated": False, "readOnly": False, "writeOnly": False},
    ),
    "texts": ({"type": "string", "description": "a", "title": "b", "example": "c", "x-y": 1}, {"type": "string"}),
    "numbers": ({"type": "number", "maximum": 5, "default": 1}, {"type": "number", "maximum": 5.0, "default": 1.0}),
    "numbers in an enum": ({"enum": [1, 2]}, {"enum": [1.0, 2.0]}),
    "a reference alone in allOf": (ref("User"), {"allOf": [ref("User")]}),
    "a reference and a text in allOf": (ref("User"), {"allOf": [ref("User")], "description": "a"}),
    "a reference beside rules": ({**ref("User"), "minProperties": 1}, {"allOf": [ref("User")], "minProperties": 1}),
    "a reference beside properties": ({**ref("User"), "properties": {"x": {"type": "integer"}}}, FLAT),
    "a reference or null": ({"allOf": [ref("User")], "nullable": True}, {"anyOf": [ref("User"), {"type": "null"}]}),
    "the schema itself for a reference": (ref("User"), USER),
    "the schema itself or null": ({**USER, "nullable": True}, {"oneOf": [ref("User"), {"type": "null"}]}),
    "items themselves": ({"type": "array", "items": ref("User")}, {"type": "array", "items": USER}),
    "map values themselves": ({"additionalProperties": ref("User")}, {"additionalProperties": USER}),
    "a variant itself": ({"oneOf": [ref("User"), {"type": "string"}]}, {"oneOf": [{"type": "string"}, USER]}),
    "variants in another order": (
        {"oneOf": [ref("User"), {"type": "string"}, {"type": "integer"}]},
        {"oneOf": [{"type": "integer"}, ref("User"), {"type": "string"}]},
    ),
    "anyOf for oneOf": ({"oneOf": [ref("User"), {"type": "string"}]}, {"anyOf": [ref("User"), {"type": "string"}]}),
    "a mapping by name": (
        {
            "oneOf": [ref("User")],
            "properties": {"k": {}},
            "discriminator": {"propertyName": "k", "mapping": {"u": "User"}},
        },
        {
            "oneOf": [ref("User")],
            "properties": {"k": {}},
            "discriminator": {"propertyName": "k", "mapping": {"u": "#/components/schemas/User"}},
        },
    ),
    "a base extracted": (
        FLAT,
        BASED,
    ),
    "a base extracted, with what is beside it": (
        {**FLAT, "required": ["x"]},
        {"allOf": [ref("User")], "type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]},
    ),
    "a base that requires": ({**FLAT, "required": ["id"]}, {"allOf": [ref("Known"), record(x="integer")]}),
    "a base behind a base": (
        {"allOf": [ref("User"), record(y="string"), record(x="integer")]},
        {"allOf": [ref("Admin"), record(x="integer")]},
    ),
    "a base that is only a name": (
        BASED,
        {"allOf": [ref("Person"), record(x="integer")]},
    ),
    "parts in another order": (
        BASED,
        {"allOf": [record(x="integer"), ref("User")]},
    ),
    "inline parts merged": ({"allOf": [record(x="integer"), record(y="string")]}, record(x="integer", y="string")),
    "escaped and percent-encoded names": (ref("A~1B c"), ref("A~1B%20c")),
}
OTHERS = {
    "User": USER,
    "Person": ref("User"),
    "Admin": {"allOf": [ref("User"), record(y="string")]},
    "A/B c": record(z="string"),
    "Known": {**USER, "required": ["id"]},
    "List": {"type": "array", "maxItems": 9},
    "Rows": {"type": "array", "items": {"type": "integer"}},
}


@pytest.mark.parametrize(("one", "other"), SPELLINGS.values(), ids=SPELLINGS)
def test_another_spelling_is_no_change(one: Any, other: Any, lab: Lab) -> None:
    for before, after in ((one, other), (other, one)):
        old = lab.thing(record(field=before), OTHERS)
        new = lab.thing(record(field=after), OTHERS)
        result = lab.compare(old, {**new, "openapi": "3.1.0"})
        assert list(map(lab.told, result.changes())) == []
        assert not result.problems
    assert lab.changes(lab.thing(one, OTHERS), lab.thing(other, OTHERS)) == []


def test_an_extracted_schema_is_added_and_nothing_else(lab: Lab) -> None:
    old = lab.thing(record(user=USER, users={"type": "array", "items": USER}))
    new = lab.thing(record(user="$User", users={"type": "array", "items": ref("User")}), {"User": USER})
    assert lab.changes(old, new) == ["schema-added User"]
    assert lab.changes(new, old) == ["schema-removed User"]


def test_what_is_written_beside_a_reference_counts(lab: Lab) -> None:
    old = lab.thing(record(user={**ref("User"), "deprecated": True}), OTHERS)
    assert lab.changes(lab.thing(record(user="$User"), OTHERS), old) == ["property-deprecated Thing.user"]
    assert lab.changes(lab.thing(record(user=USER), OTHERS), old) == ["property-deprecated Thing.user"]
    one, two = (lab.thing(record(user={**ref("User"), "minProperties": n}), OTHERS) for n in (1, 2))
    assert lab.changes(one, two) == ["bound-tightened Thing.user:minProperties"]
    assert lab.changes(lab.thing(record(user="$User"), OTHERS), one) == ["bound-tightened Thing.user:minProperties"]
    nullable = lab.thing(record(user={"anyOf": [ref("User"), {"type": "null"}]}), OTHERS)
    assert lab.changes(lab.thing(record(user=USER), OTHERS), nullable) == ["became-nullable Thing.user"]


BOUNDS: list[tuple[Doc, Doc, str]] = [
    ({"maxLength": 5}, {"maxLength": 4}, "bound-tightened Thing.field:maxLength"),
    ({}, {"minItems": 1}, "bound-tightened Thing.field:minItems"),
    ({"maximum": 5}, {"exclusiveMaximum": 5}, "bound-tightened Thing.field:maximum"),
    ({"exclusiveMinimum": 5}, {"minimum": 5}, "bound-loosened Thing.field:minimum"),
    ({"exclusiveMinimum": 5}, {"minimum": 6}, "bound-tightened Thing.field:minimum"),
    ({"minimum": 5}, {"minimum": 5, "exclusiveMinimum": True}, "bound-tightened Thing.field:minimum"),
    ({"uniqueItems": True}, {}, "bound-loosened Thing.field:uniqueItems"),
    ({"pattern": "a"}, {"pattern": "b"}, "constraint-changed Thing.field:pattern"),
]


@pytest.mark.parametrize(("one", "other", "told"), BOUNDS)
def test_limits(one: Doc, other: Doc, told: str, lab: Lab) -> None:
    old, new = (lab.thing(record(field=field)) for field in (one, other))
    assert lab.changes(old, new) == [told]
    swap = {"bound-tightened": "bound-loosened", "bound-loosened": "bound-tightened"}
    kind, place = told.split()
    assert lab.changes(new, old) == [f"{swap.get(kind, kind)} {place}"]


VARIANTS: list[tuple[list[Any], list[Any], list[str]]] = [
    ([ref("A"), ref("B")], [ref("A"), ref("B"), ref("C")], ["variant-added Thing.field"]),
    ([ref("A"), ref("B")], [ref("C"), ref("B")], ["variant-added Thing.field", "variant-removed Thing.field"]),
    (
        [ref("A"), {"type": "string", "maxLength": 5}, {"type": "integer"}],
        [{"type": "integer"}, {"type": "string", "maxLength": 4}, ref("A")],
        ["bound-tightened Thing.field|string:maxLength"],
    ),
    (
        [ref("A"), record(x="string"), {"type": "integer"}],
        [ref("A"), {"type": "integer"}, record(x="integer")],
        ["type-changed Thing.field|object.x"],
    ),
    ([ref("A"), record(b="string")], [ref("A"), ref("B")], []),
    ([ref("A"), record(b="integer")], [ref("A"), ref("B")], ["type-changed Thing.field|object.b"]),
]


@pytest.mark.parametrize("key", ["oneOf", "anyOf"])
@pytest.mark.parametrize(("one", "other", "told"), VARIANTS)
def test_variants_are_paired(key: str, one: list[Any], other: list[Any], told: list[str], lab: Lab) -> None:
    others = {"A": record(a="string"), "B": record(b="string"), "C": record(c="string")}
    old, new = (lab.thing(record(field={key: members}), others) for members in (one, other))
    assert lab.changes(old, new) == told


def test_variants_follow_renames(lab: Lab) -> None:
    def document(name: str) -> Doc:
        return lab.thing(record(direct=f"${name}", field={"oneOf": [{"type": "string"}, ref(name)]}), {name: USER})

    assert lab.changes(document("Cat"), document("Dog")) == ["schema-renamed Cat"]


POINTED: dict[str, tuple[Doc, Doc, str, str]] = {
    "below a reference": (
        record(user="$User"),
        record(user=record(id="integer", at={"type": "string", "format": "date-time"})),
        "/components/schemas/User/properties/id",
        "/components/schemas/Thing/properties/user/properties/id",
    ),
    "from a base": (
        {"allOf": [ref("Person"), record(x="integer")]},
        record(id=record(y="string"), at={"type": "string", "format": "date-time"}, x="integer"),
        "/components/schemas/User/properties/id",
        "/components/schemas/Thing/properties/id",
    ),
    "in a part": (
        {"allOf": [record(x="integer")]},
        {"allOf": [{"allOf": [record(z={"type": "array", "items": {"type": "string"}}), record(x="string")]}]},
        "/components/schemas/Thing/allOf/0/properties/x",
        "/components/schemas/Thing/allOf/0/allOf/1/properties/x",
    ),
    "in items and maps": (
        record(x={"type": "array", "items": {"additionalProperties": {"type": "integer"}}}),
        record(x={"type": "array", "items": {"additionalProperties": {"type": "string"}}}),
        "/components/schemas/Thing/properties/x/items/additionalProperties",
        "/components/schemas/Thing/properties/x/items/additionalProperties",
    ),
    "behind null": (
        record(x={"anyOf": [{"type": "null"}, {"type": "array", "items": {"type": "integer"}}]}),
        record(x={"type": ["array", "null"], "items": {"type": "string"}}),
        "/components/schemas/Thing/properties/x/anyOf/1/items",
        "/components/schemas/Thing/properties/x/items",
    ),
    "in items and variants of parts": (
        {"allOf": [ref("List"), {"items": {"oneOf": [{"type": "string"}, record(z="integer")]}}]},
        {"allOf": [ref("List"), {"allOf": [{"items": {"oneOf": [{"type": "string"}, record(z="string")]}}]}]},
        "/components/schemas/Thing/allOf/1/items/oneOf/1/properties/z",
        "/components/schemas/Thing/allOf/1/allOf/0/items/oneOf/1/properties/z",
    ),
    "in the items of a base": (
        {"allOf": [ref("Rows"), {"maxItems": 3}]},
        {"type": "array", "maxItems": 3, "items": {"type": "string"}},
        "/components/schemas/Rows/items",
        "/components/schemas/Thing/items",
    ),
    "with characters to escape": (
        record(**{"a/b~c": "integer"}),
        record(**{"a/b~c": "string"}),
        "/components/schemas/Thing/properties/a~1b~0c",
        "/components/schemas/Thing/properties/a~1b~0c",
    ),
}


@pytest.mark.parametrize(("one", "other", "old_pointer", "new_pointer"), POINTED.values(), ids=POINTED)
def test_changes_point_to_their_place(one: Doc, other: Doc, old_pointer: str, new_pointer: str, lab: Lab) -> None:
    old, new = lab.thing(one, OTHERS), lab.thing(other, OTHERS)
    [change] = [change for change in lab.compare(old, new).changes() if change.kind.name == "type-changed"]
    assert (change.old_pointer, change.new_pointer) == (old_pointer, new_pointer)
    assert refs.lookup(old, f"#{old_pointer}") is not None
    assert refs.lookup(new, f"#{new_pointer}") is not None


def test_what_one_side_lacks_has_no_pointer_below(lab: Lab) -> None:
    old, new = lab.thing({"type": "array"}), lab.thing({"type": "array", "items": {"type": "string"}})
    [change] = lab.compare(old, new).changes()
    assert (change.kind.name, change.place) == ("type-narrowed", "Thing[]")
    assert (change.old_pointer, change.new_pointer) == ("/components/schemas/Thing", "/components/schemas/Thing/items")


def test_properties_that_are_spelled_differently(lab: Lab) -> None:
    old = lab.thing({**record(userId="string", size="integer"), "required": ["userId"]})
    new = lab.thing({**record(user_id="integer", size="integer"), "required": ["user_id"]})
    assert lab.changes(old, new) == ["property-respelled Thing.userId", "type-changed Thing.userId"]
    two = lab.thing(record(user_id="string", UserID="string", size="integer"))
    assert lab.changes(old, two) == [
        "property-added Thing.UserID",
        "property-added Thing.user_id",
        "property-became-optional Thing.userId",
        "property-removed Thing.userId",
    ]
