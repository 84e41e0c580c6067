"""What a schema means is compared, not how it is written: parts put together, types that values tell, directions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from streammigrate.diff.change import BREAKING, COMPATIBLE, INFO, Level
from streammigrate.spec import refs

if TYPE_CHECKING:
    from tests.diff.conftest import Lab

BASES = {
    "Base": {"properties": {"kind": {"type": "string"}}},
    "Short": {"properties": {"kind": {"type": "string", "maxLength": 5}}},
}
OWN = "properties: {kind: {enum: [a]}}"

SAME = {
    "members in another order": (
        "allOf: [{properties: {a: {type: string}}}, {properties: {a: {maxLength: 3}}}]",
        "allOf: [{properties: {a: {maxLength: 3}}}, {properties: {a: {type: string}}}]",
    ),
    "a part that says nothing new": (
        "properties: {a: {type: string, description: x}}",
        "properties: {a: {type: string}}\nallOf: [{properties: {a: {type: string}}}]",
    ),
    "the bound that a stricter one hides": (
        "allOf: [{type: string, maxLength: 5}, {maxLength: 9}]",
        "{type: string, maxLength: 5}",
    ),
    "a list of types and one of them": ("allOf: [{type: [string, integer]}, {type: string}]", "{type: string}"),
    "values that both lists have": ("allOf: [{enum: [a, b]}, {enum: [b, c]}]", "{enum: [b]}"),
    "items of two parts": (
        "allOf: [{type: array, items: {type: string}}, {items: {maxLength: 2}}]",
        "{type: array, items: {type: string, maxLength: 2}}",
    ),
    "the type that texts have": ("{type: string, enum: [a]}", "{enum: [a]}"),
    "one value": ("{type: string, enum: [a]}", "{const: a}"),
    "null among the values": ("{type: string, nullable: true, enum: [a, null]}", "{enum: [a, null]}"),
    "whole numbers": ("{type: number, enum: [1, 2]}", "{enum: [1, 2]}"),
    "numbers": ("{type: number, enum: [1, 2.5]}", "{enum: [1, 2.5]}"),
    "whole numbers of a part": ("allOf: [{enum: [1, 2]}, {type: number}]", "{type: number, enum: [1, 2]}"),
    "whole numbers in a part": ("allOf: [{type: number}, {enum: [1, 2]}]", "{type: number, enum: [1, 2]}"),
    "values in two parts": (
        "allOf: [{description: x}, {enum: [a, b]}, {enum: [a, b]}]",
        "{type: string, enum: [a, b]}",
    ),
    "binary": ("{type: string, format: binary}", "{type: string, contentMediaType: application/octet-stream}"),
    "base64": ("{type: string, format: byte}", "{type: string, contentEncoding: base64}"),
    "types as alternatives": ("anyOf: [{type: string}, {type: integer}]", "type: [integer, string]"),
    "types and null as alternatives": (
        "anyOf: [{type: string}, {type: integer}, {type: 'null'}]",
        "type: [integer, 'null', string]",
    ),
    "texts in a rule": (
        "patternProperties: {^a: {type: string, description: x, title: y}}",
        "patternProperties: {^a: {type: string, x-more: z, $comment: c}}",
    ),
}


def whole(text: str) -> dict[str, Any]:
    """Return an object with one property, `it`."""
    return {"type": "object", "properties": {"it": yaml.safe_load(text)}}


@pytest.mark.parametrize("name", SAME)
def test_another_way_to_write_it_is_no_change(name: str, lab: Lab) -> None:
    old, new = (lab.thing(whole(text)) for text in SAME[name])
    assert lab.changes(old, new) == []
    assert lab.changes(new, old) == []


def test_a_renamed_reference_in_a_rule_is_no_change(lab: Lab) -> None:
    def thing(name: str) -> dict[str, Any]:
        node = {"$ref": f"#/components/schemas/{name}"}
        return lab.thing(
            {"type": "object", "properties": {"a": node}, "patternProperties": {"^x": node}},
            {name: {"type": "object", "properties": {"id": {"type": "string"}}}},
        )

    assert lab.changes(thing("Cat"), thing("Dog")) == ["schema-renamed Cat"]


DIFFERENT = {
    "a bound in the second part of a property": (
        "allOf: [{properties: {a: {type: string}}}, {properties: {a: {maxLength: 9}}}]",
        "allOf: [{properties: {a: {type: string}}}, {properties: {a: {maxLength: 3}}}]",
        ["bound-tightened Thing.it.a:maxLength"],
    ),
    "a bound in the second part": (
        "allOf: [{type: string, maxLength: 10}, {maxLength: 5}]",
        "allOf: [{type: string, maxLength: 10}, {maxLength: 3}]",
        ["bound-tightened Thing.it:maxLength"],
    ),
    "a pattern in the second part": (
        "allOf: [{type: string, pattern: a}, {pattern: b}]",
        "allOf: [{type: string, pattern: a}, {pattern: c}]",
        ["constraint-changed Thing.it:pattern"],
    ),
    "a value in the second part": (
        "allOf: [{enum: [a, b]}, {enum: [a, b]}]",
        "allOf: [{enum: [a, b]}, {enum: [a]}]",
        ["enum-value-removed Thing.it"],
    ),
    "a value when the type goes too": ("{type: string, enum: [A, B]}", "{enum: [A]}", ["enum-value-removed Thing.it"]),
    "the first list of values": ("{}", "{enum: [A]}", ["enum-introduced Thing.it"]),
    "values of another type": ("{type: string, enum: ['1']}", "{enum: [1]}", ["type-changed Thing.it"]),
    "another type among alternatives": (
        "anyOf: [{type: string}, {type: integer}]",
        "type: [string, boolean]",
        ["type-changed Thing.it"],
    ),
    "a rule in a rule": (
        "patternProperties: {^a: {type: string, description: x}}",
        "patternProperties: {^a: {type: integer, description: x}}",
        ["constraint-changed Thing.it:patternProperties"],
    ),
    "a property that is called description, in a rule": (
        "not: {properties: {description: {type: string}}}",
        "not: {properties: {description: {type: integer}}}",
        ["constraint-changed Thing.it:not"],
    ),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_means_something_else_is_a_change(name: str, lab: Lab) -> None:
    old, new, told = DIFFERENT[name]
    assert lab.changes(lab.thing(whole(old)), lab.thing(whole(new))) == told


def test_another_base_whose_property_the_schema_overrides(lab: Lab) -> None:
    def thing(base: str) -> dict[str, Any]:
        return lab.thing({"allOf": [{"$ref": f"#/components/schemas/{base}"}], **yaml.safe_load(OWN)}, BASES)

    assert lab.changes(thing("Base"), thing("Base")) == []
    assert "bound-tightened Thing.kind:maxLength" in lab.changes(thing("Base"), thing("Short"))


def test_pointers_into_parts_that_were_put_together_lead_somewhere(lab: Lab) -> None:
    def thing(size: int) -> dict[str, Any]:
        deep = {"type": "object", "properties": {"z": {"type": "string", "maxLength": size}}}
        return lab.thing(
            {
                "allOf": [
                    {"type": "object", "properties": {"a": {"type": "object"}}},
                    {"properties": {"a": deep}},
                    {"properties": {"a": {"properties": {"y": {"type": "string"}}}}},
                ]
            }
        )

    old, new = thing(9), thing(3)
    [change] = lab.compare(old, new).changes()
    assert change.new_pointer is not None and change.old_pointer == change.new_pointer
    assert refs.lookup(new, "#" + change.new_pointer) == {"type": "string", "maxLength": 3}


# Read-only and write-only.

DIRECTED = [
    ("required: [id]\nproperties: {id: {type: string, readOnly: true}}", "properties: {}", "request", INFO),
    ("properties: {}", "required: [id]\nproperties: {id: {type: string, readOnly: true}}", "request", INFO),
    ("properties: {}", "required: [id]\nproperties: {id: {type: string, readOnly: true}}", "both", COMPATIBLE),
    ("properties: {}", "required: [id]\nproperties: {id: {type: string}}", "both", BREAKING),
    ("properties: {}", "required: [id]\nproperties: {id: {type: string, writeOnly: true}}", "both", BREAKING),
    ("properties: {}", "required: [id]\nproperties: {id: {type: string, writeOnly: true}}", "response", INFO),
    (
        "properties: {id: {type: string, readOnly: true}}",
        "required: [id]\nproperties: {id: {type: string, readOnly: true}}",
        "both",
        COMPATIBLE,
    ),
    (
        "properties: {id: {type: string, readOnly: true, enum: [a, b]}}",
        "properties: {id: {type: string, readOnly: true, enum: [a]}}",
        "both",
        COMPATIBLE,
    ),
    (
        "properties: {id: {type: string, enum: [a, b]}}",
        "properties: {id: {type: string, readOnly: true, enum: [a]}}",
        "both",
        BREAKING,
    ),
    (
        "properties: {id: {writeOnly: true, properties: {deep: {type: string, nullable: true}}}}",
        "properties: {id: {writeOnly: true, properties: {deep: {type: string}}}}",
        "response",
        INFO,
    ),
    (
        "properties: {id: {type: string, readOnly: true}}",
        "properties: {id: {type: integer, readOnly: true}}",
        "response",
        BREAKING,
    ),
]


@pytest.mark.parametrize(("old", "new", "side", "level"), DIRECTED)
def test_a_value_in_one_direction_is_met_only_there(old: str, new: str, side: str, level: Level, lab: Lab) -> None:
    sent, answered = side != "response", side != "request"
    before, after = (lab.thing(yaml.safe_load(text), sent=sent, answered=answered) for text in (old, new))
    found = list(lab.compare(before, after).changes())
    assert found
    assert min((change.level for change in found), key=lambda item: item.rank) is level


def test_read_only_behind_a_reference(lab: Lab) -> None:
    others = {"Id": {"type": "string", "readOnly": True}}
    node = {"$ref": "#/components/schemas/Id"}
    old = lab.thing({"type": "object", "properties": {"id": node}}, others)
    new = lab.thing({"type": "object", "required": ["id"], "properties": {"id": node}}, others)
    [change] = lab.compare(old, new).changes()
    assert (change.level, change.side) == (COMPATIBLE, "response")


# Anchors.


@pytest.mark.parametrize("ref", ["#foo", "#missing", "#", "#/info"])
def test_only_pointers_are_pointers(ref: str) -> None:
    schema = {"$anchor": "foo", "type": "string"}
    document = {"info": {"title": "T"}, "components": {"schemas": {"A": {"$defs": {"b": schema}}}}}
    expected = {"#foo": schema, "#missing": None, "#": document, "#/info": {"title": "T"}}
    assert refs.lookup(document, ref) == expected[ref]


def test_a_change_behind_an_anchor(lab: Lab) -> None:
    def thing(kind: str) -> dict[str, Any]:
        other = {"$anchor": "foo", "type": "object", "properties": {"a": {"type": kind}}}
        return lab.thing({"type": "object", "properties": {"u": {"$ref": "#foo"}}}, {"U": other})

    found = [change for change in lab.compare(thing("string"), thing("integer")).changes() if change.level is BREAKING]
    assert [change.kind.name for change in found] == ["type-changed"]


# Sentences.

SENTENCES = [
    ("{type: integer, minimum: 0}", "{type: integer, exclusiveMinimum: 0}", "minimum changed from 0 to more than 0"),
    ("{type: integer, exclusiveMaximum: 9}", "{type: integer, maximum: 9}", "maximum changed from less than 9 to 9"),
    ("{type: integer, default: 1}", "{type: integer, default: null}", "default changed from 1 to null"),
    ("{type: integer}", "{type: integer, default: null}", "default null added"),
    ("{type: array, default: [null]}", "{type: array}", "default null removed"),
    ("{type: integer}", "{type: integer, minimum: 1}", "minimum changed from nothing to 1"),
]


@pytest.mark.parametrize(("old", "new", "sentence"), SENTENCES)
def test_a_change_reads_well(old: str, new: str, sentence: str, lab: Lab) -> None:
    [change] = lab.compare(lab.thing(whole(old)), lab.thing(whole(new))).changes()
    assert change.message == sentence
