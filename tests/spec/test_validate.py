"""Validation reports each error at its place, and neither hangs, crashes nor reads anything else."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import pytest

from streammigrate.errors import UsageError
from streammigrate.findings import Severity
from streammigrate.spec import problems
from streammigrate.spec import validate as validate_module
from streammigrate.spec.model import Fetched
from streammigrate.spec.parse import parse
from streammigrate.spec.validate import validate

SPECS = Path(__file__).resolve().parents[3] / "shared" / "specs"


def spec(version: str = "3.0.3", **parts: Any) -> dict[str, Any]:
    return {"openapi": version, "info": {"title": "t", "version": "1"}, "paths": {}, **parts}


def found(tree: Any) -> list[tuple[str, str]]:
    findings = validate(tree, "api.yaml", str(tree.get("openapi", "")))
    assert all(finding.id == problems.INVALID_SPEC.id for finding in findings)
    assert all(finding.location.source == "api.yaml" for finding in findings)
    assert all(len(finding.message) <= 300 and "\n" not in finding.message for finding in findings)
    return [(finding.location.pointer, finding.message) for finding in findings]


@pytest.mark.parametrize("version", ["3.0.0", "3.0.3", "3.1.0", "3.2.0"])
def test_a_valid_document_has_no_errors(version: str) -> None:
    assert found(spec(version)) == []


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_errors_stand_at_their_place_in_order(version: str) -> None:
    tree = spec(version, info={}, paths={"/a/b": {"get": {"responses": {"200": {"headers": {}}}}}})
    assert found(tree) == [
        ("/info", "'title' is a required property"),
        ("/info", "'version' is a required property"),
        ("/paths/~1a~1b/get/responses/200", "'description' is a required property"),
    ]


def test_3_2_is_known() -> None:
    response = {"description": "", "summary": "new in 3.2"}
    tree = spec("3.2.0", paths={"/a": {"query": {"responses": {"200": response}}, "get": {"responses": []}}})
    ((pointer, message),) = found(tree)
    assert pointer == "/paths/~1a/get/responses"
    assert message == "[] is not of type 'object'"


def test_errors_inside_schemas_stand_at_their_place() -> None:
    tree = spec("3.1.0", components={"schemas": {"A": {"properties": {"b": {"type": "strin"}}}}})
    ((pointer, message),) = found(tree)
    assert pointer == "/components/schemas/A/properties/b/type"
    assert message.startswith("'strin' is not")


def test_rules_beyond_the_shape_are_checked() -> None:
    operation = {"operationId": "same", "responses": {"200": {"description": "ok"}}}
    tree = spec(paths={"/a/{id}": {"get": operation}, "/b": {"get": operation}})
    messages = " ".join(message for _, message in found(tree))
    assert "'id'" in messages
    assert "'same'" in messages


def test_long_messages_are_cut() -> None:
    (_, message), *_ = found(spec(paths={"/a": ["x" * 5000]}))
    assert message.startswith("['xxx")
    assert message.endswith("... is not of type 'object'")
    assert len(message) < 120
    (_, message), *_ = found(spec(paths={"/" + "x" * 5000: {"geet": {}}}))
    assert (
        message == "'geet' does not match any of the regexes: '^(get|put|post|delete|options|head|patch|trace)$', '^x-'"
    )


def test_a_shape_that_stops_the_validator_is_told_after_its_errors() -> None:
    results = found(spec(tags="y"))
    assert results[0] == ("/tags", "'y' is not of type 'array'")
    assert results[-1] == ("", "the validator stopped before the end: correct the other errors first")


def test_many_errors_are_bounded() -> None:
    tree = spec(paths={f"/a{n:03}": {"get": {}} for n in range(300)})
    results = found(tree)
    assert len(results) == validate_module.MAX_ERRORS + 1
    assert results[-1] == ("", "there are more than 200 errors; the others are left out")
    assert results[:-1] == sorted(results[:-1])


def test_exactly_as_many_as_the_bound_are_not_said_to_be_more() -> None:
    assert len(found(spec(paths={f"/a{n:03}": {"get": {}} for n in range(200)}))) == 200


@pytest.mark.parametrize("keyword", ["allOf", "anyOf", "oneOf"])
def test_cycles_and_doubling_references_do_not_hang(keyword: str) -> None:
    def to(name: str) -> dict[str, str]:
        return {"$ref": f"#/components/schemas/{name}"}

    doubling = {f"D{n}": {keyword: [to(f"D{n + 1}"), to(f"D{n + 1}")]} for n in range(60)}
    cycle = {
        "A": {keyword: [to("B"), to("B")], "required": ["x"], "items": to("A")},
        "B": {keyword: [to("A")], "properties": {"a": to("A")}},
    }
    before = time.perf_counter()
    assert found(spec(components={"schemas": {**doubling, "D60": {"type": "object"}, **cycle}})) in (
        [],
        [("/components/schemas/A", "Required list has not defined properties: ['x']")],
    )
    assert time.perf_counter() - before < 3


def test_references_in_a_circle_are_told() -> None:
    tree = spec(components={"schemas": {"A": {"$ref": "#/components/schemas/A"}}})
    assert found(tree) == [("", "the validator stopped before the end: references lead back to themselves")]


@pytest.mark.parametrize("ref", ["#/nope", "other.yaml#/A", "https://127.0.0.1:1/a", "ftp://127.0.0.1/a"])
def test_references_that_lead_nowhere_are_told(ref: str) -> None:
    ((pointer, message),) = found(spec(components={"schemas": {"A": {"$ref": ref}}}))
    assert pointer == ""
    assert "cannot be resolved within the document" in message


def test_no_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text('{"type": "object"}')
    ((_, message),) = found(spec(components={"schemas": {"A": {"$ref": (tmp_path / "other.json").as_uri()}}}))
    assert "cannot be resolved" in message


def test_a_crash_of_the_validator_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: Any) -> Any:
        raise ZeroDivisionError("a bug\nin the validator")

    monkeypatch.setattr(validate_module, "_errors", crash)
    assert found(spec()) == [("", "the validator stopped before the end: ZeroDivisionError: a bug in the validator")]


def test_only_openapi_is_validated() -> None:
    (finding,) = validate({"asyncapi": "2.6.0"}, "events.yaml", "2.6.0")
    assert finding.severity is Severity.NOTICE
    assert finding.message == "only OpenAPI documents are validated"


def test_without_the_validator_the_option_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openapi_spec_validator", None)
    with pytest.raises(UsageError, match="pip install openapi-spec-validator"):
        validate(spec(), "api.yaml", "3.0.3")


@pytest.mark.specs
@pytest.mark.skipif(not SPECS.is_dir(), reason=f"Stream's specs are not at {SPECS}")
def test_a_real_spec_is_valid() -> None:
    data = (SPECS / "v1-chat-openapi.yaml").read_bytes()
    assert found(parse(Fetched("v1", data, ""))) == []
