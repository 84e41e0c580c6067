"""Selecting and ignoring changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from streammigrate.diff import select
from streammigrate.diff.result import DiffResult
from streammigrate.errors import UsageError

if TYPE_CHECKING:
    from tests.diff.conftest import Lab


@pytest.fixture
def result(lab: Lab) -> DiffResult:
    """A comparison with a change of each scope."""

    def document(type_: str, server: str, required: bool, *events: str) -> dict[str, object]:
        thing = {"type": "object", "properties": {"id": {"type": type_}}}
        mapping = dict.fromkeys(events, "#/components/schemas/Payload")
        hook = {"discriminator": {"propertyName": "type", "mapping": mapping}}
        found = lab.thing(thing, {"Payload": {"type": "object"}, "Hook": hook})
        parameter = {"name": "q", "in": "query", "required": required, "schema": {"type": "string"}}
        found["paths"]["/things"]["post"]["parameters"] = [parameter]
        return {**found, "servers": [{"url": server}]}

    return lab.compare(
        document("string", "https://a.example", False, "thing.new", "thing.gone"),
        document("integer", "https://b.example", True, "thing.new"),
    )


ALL = {"server-removed", "server-added", "parameter-became-required", "type-changed", "event-removed"}
SELECTORS = {
    "SM158": {"type-changed"},
    "SM1": ALL,
    "SM11": {"server-removed", "server-added"},
    "type-changed": {"type-changed"},
    "path:/things": {"parameter-became-required", "type-changed"},
    "path:/th*": {"parameter-became-required", "type-changed"},
    "path:/other": set(),
    "operation:saveThing": {"parameter-became-required"},
    "operation:save*": {"parameter-became-required"},
    "schema:Th?ng": {"type-changed"},
    "schema:thing": set(),
    "event:thing.*": {"event-removed"},
    "event:thing.new": set(),
}


def names(result: DiffResult) -> set[str]:
    return {change.kind.name for change in result.changes()}


@pytest.mark.parametrize(("selector", "kept"), SELECTORS.items())
def test_selecting_keeps_what_matches(selector: str, kept: set[str], result: DiffResult) -> None:
    assert names(result) == ALL
    select.apply(result, [selector], [])
    assert names(result) == kept
    assert result.ignored == len(ALL) - len(kept)


@pytest.mark.parametrize(("selector", "dropped"), SELECTORS.items())
def test_ignoring_drops_what_matches(selector: str, dropped: set[str], result: DiffResult) -> None:
    select.apply(result, [], [selector])
    assert names(result) == ALL - dropped
    assert result.ignored == len(dropped)


def test_several_selectors_add_up_and_ignoring_wins(result: DiffResult) -> None:
    select.apply(result, ["SM158", "event:*", "SM11"], ["server-added"])
    assert names(result) == {"type-changed", "event-removed", "server-removed"}


def test_no_selector_keeps_everything(result: DiffResult) -> None:
    select.apply(result, [], [])
    assert names(result) == ALL
    assert result.ignored == 0


def test_entries_stay_when_their_changes_go(result: DiffResult) -> None:
    select.apply(result, [], ["SM1"])
    assert names(result) == set()
    assert result.operation_counts().matched == 1
    assert result.event_counts().removed == 1


def test_both_names_of_a_replaced_pair_select_it(lab: Lab) -> None:
    def document(name: str) -> dict[str, object]:
        pet = {"$ref": f"#/components/schemas/{name}"}
        return lab.thing(
            {"type": "object", "properties": {"pet": pet}},
            {"Cat": {"type": "object", "properties": {"tail": {"type": "string"}}}, "Dog": {"type": "object"}},
        )

    for glob in ("Cat", "Dog"):
        found = lab.compare(document("Cat"), document("Dog"))
        select.apply(found, [f"schema:{glob}"], [])
        assert names(found) == {"property-removed"}


@pytest.mark.parametrize("paths", [("/old/{id}", "/new/{id}"), ("/new/{id}", "/old/{id}")])
def test_a_path_of_either_document_selects(paths: tuple[str, str], lab: Lab) -> None:
    old, new = (lab.operations(f"GET {path} getIt") for path in paths)
    found = lab.compare(old, new)
    select.apply(found, ["path:/new/*"], [])
    assert names(found) == {"path-changed"}


@pytest.mark.parametrize("text", ["", "SM", "SM1234", "type-chnaged", "paths:/a", "type:x", "Thing"])
def test_unknown_selectors_are_refused(text: str, result: DiffResult) -> None:
    with pytest.raises(UsageError, match="selects nothing"):
        select.apply(result, [text], [])
    with pytest.raises(UsageError):
        select.apply(result, [], [text])
