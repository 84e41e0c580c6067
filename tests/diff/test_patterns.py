"""The same change at many places is told once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streammigrate.diff.patterns import LEAST, find_patterns
from streammigrate.diff.result import DiffResult

if TYPE_CHECKING:
    from tests.diff.conftest import Lab


def times(type_: str, *names: str) -> dict[str, Any]:
    field = {"type": type_, "format": "date-time"}
    return {"type": "object", "properties": dict.fromkeys(names, field)}


def patterns(lab: Lab, old: Any, new: Any) -> DiffResult:
    result = lab.compare(old, new)
    result.patterns = find_patterns(result)
    return result


FIELDS = tuple(f"at{number}" for number in range(LEAST))


def test_a_change_at_enough_places_is_a_pattern(lab: Lab) -> None:
    result = patterns(lab, lab.thing(times("string", *FIELDS)), lab.thing(times("number", *FIELDS)))
    [pattern] = result.patterns
    assert (pattern.id, pattern.kind.name, pattern.subject, pattern.count) == ("P1", "type-changed", "schemas", LEAST)
    assert (pattern.old, pattern.new) == ("string/date-time", "number/date-time")
    assert pattern.places == [f"Thing.{name}" for name in FIELDS]
    assert {change.pattern for change in result.changes()} == {"P1"}


def test_at_fewer_places_it_is_none(lab: Lab) -> None:
    few = FIELDS[1:]
    result = patterns(lab, lab.thing(times("string", *few)), lab.thing(times("number", *few)))
    assert result.patterns == []
    assert {change.pattern for change in result.changes()} == {""}


def test_other_values_are_another_pattern_and_the_frequent_one_comes_first(lab: Lab) -> None:
    more = [f"size{number}" for number in range(LEAST + 1)]
    old, new = times("string", *FIELDS), times("number", *FIELDS)
    old["properties"] |= {name: {"type": "string"} for name in more}
    new["properties"] |= {name: {"type": "boolean"} for name in more}
    result = patterns(lab, lab.thing(old), lab.thing(new))
    assert [(pattern.id, pattern.new, pattern.count) for pattern in result.patterns] == [
        ("P1", "boolean", LEAST + 1),
        ("P2", "number/date-time", LEAST),
    ]


def test_what_has_no_two_values_is_no_pattern(lab: Lab) -> None:
    old = lab.thing(times("string", *FIELDS))
    result = patterns(lab, old, lab.thing({"type": "object", "properties": {}}))
    assert len(list(result.changes())) == LEAST
    assert result.patterns == []


def test_operations_and_schemas_and_renamed_schemas_are_told_apart(lab: Lab) -> None:
    def document(type_: str, name: str) -> dict[str, Any]:
        found = lab.thing({**times(type_, *FIELDS)}, {name: times(type_, *FIELDS)})
        field = {"type": type_, "format": "date-time"}
        operation = found["paths"]["/things"]["post"]
        operation["parameters"] = [{"name": f"q{number}", "in": "query", "schema": field} for number in range(LEAST)]
        operation["responses"]["404"] = {
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{name}"}}}
        }
        return found

    result = patterns(lab, document("string", "Cat"), document("number", "Dog"))
    assert {(pattern.subject, pattern.count) for pattern in result.patterns} == {
        ("operations", LEAST),
        ("schemas", LEAST),
        ("renamed and replaced schemas", LEAST),
    }


def test_a_pattern_is_as_severe_as_its_worst_place(lab: Lab) -> None:
    old, new = (lab.thing(times(type_, *FIELDS[1:]), {"Unused": times(type_, "at")}) for type_ in ("string", "number"))
    [pattern] = patterns(lab, old, new).patterns
    assert pattern.level.value == "breaking"
    assert pattern.count == LEAST


def test_prefixes_of_many_operations_are_a_pattern(lab: Lab) -> None:
    rows = [f"GET /a{number} op{number}" for number in range(LEAST)]
    new = [row.replace("GET /", "GET /api/v2/") for row in rows]
    result = patterns(lab, lab.operations(*rows), lab.operations(*new))
    [pattern] = result.patterns
    assert (pattern.kind.name, pattern.old, pattern.new) == ("path-prefix-changed", "none", "/api/v2")
    assert pattern.places == [f"op{number}" for number in range(LEAST)]
