"""Stream's own documents: what is known of them from reading them, and what must hold when they are written differently.

The specs are licensed and not part of this repository; these tests skip where they are absent.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from streammigrate.diff.compare import compare
from streammigrate.diff.patterns import find_patterns
from streammigrate.diff.result import DiffResult, SchemaEntry
from streammigrate.report import json_format
from streammigrate.spec import refs
from streammigrate.spec.model import Spec
from streammigrate.spec.reach import reached_names

if TYPE_CHECKING:
    from tests.diff.conftest import Lab

pytestmark = pytest.mark.specs

V1, V2 = "v1-chat-openapi.yaml", "v2-chat-serverside-api.yaml"
EVENTS = "events-asyncapi-excerpt.yaml"
SCHEMA_RENAMES = {
    "FlagMessageResponse": "FlagItemResponse",
    "MuteUserRequest": "MuteRequest",
    "MuteUserResponse": "MuteResponse",
    "UnmuteUserRequest": "UnmuteRequest",
    "UnmuteUserResponse": "UnmuteResponse",
}

Read = Callable[[str], Spec]
Trees = Callable[[str], Any]


@pytest.fixture(scope="module")
def old(read_spec: Read) -> Spec:
    return read_spec(V1)


@pytest.fixture(scope="module")
def new(read_spec: Read) -> Spec:
    return read_spec(V2)


@pytest.fixture(scope="module")
def result(old: Spec, new: Spec, read_spec: Read) -> DiffResult:
    found = compare(old, new, third=read_spec(EVENTS))
    found.patterns = find_patterns(found)
    return found


def pairs(result: DiffResult) -> set[tuple[str, str]]:
    return {(entry.old.signature, entry.new.signature) for entry in result.operations if entry.old and entry.new}


def of_operation(result: DiffResult, label: str) -> set[tuple[str, str]]:
    """Return the changes of one operation, each with its place in the operation."""
    [entry] = [entry for entry in result.operations if entry.old and entry.old.id == label]
    return {(change.kind.name, change.at) for change in entry.changes}


def same_named(result: DiffResult) -> list[SchemaEntry]:
    return [entry for entry in result.schemas if entry.status == "matched"]


# What is known of the two documents.


def test_every_operation_is_found(result: DiffResult) -> None:
    counts = result.operation_counts()
    assert (counts.old, counts.new, counts.matched, counts.removed, counts.added) == (195, 244, 195, 0, 49)
    assert Counter(entry.matched_by for entry in result.operations if entry.old) == {
        "operation-id": 190,
        "operation-id-folded": 3,
        "path": 2,
    }
    assert result.prefixes == [("", "/api/v2/chat", 100), ("", "/api/v2", 94)]


def test_renamed_operations(result: DiffResult) -> None:
    renamed = {entry.old.id: entry.new.id for entry in result.operations if entry.renamed and entry.old and entry.new}
    assert renamed == {
        "Ban": "ban",
        "Flag": "flag",
        "Unban": "unban",
        "MuteUser": "mute",
        "UnmuteUser": "unmute",
    }
    assert result.operation_counts().renamed == 5


def test_the_operation_that_changed_its_method_and_path(result: DiffResult) -> None:
    [entry] = [entry for entry in result.operations if entry.old and entry.old.id == "Unban"]
    assert entry.old and entry.new
    assert entry.old.signature == "DELETE /moderation/ban"
    assert entry.new.signature == "POST /api/v2/moderation/unban"
    told = of_operation(result, "Unban")
    assert ("method-changed", "") in told
    assert {at for kind, at in told if kind == "parameter-removed"} == {
        "query parameter reason",
        "query parameter remove_future_channels_ban",
    }
    assert ("request-body-added", "request body") in told


@pytest.mark.parametrize("label", ["StopCampaign", "CommitMessage"])
def test_operations_that_take_a_body_now(label: str, result: DiffResult) -> None:
    assert ("request-body-added", "request body") in of_operation(result, label)


def test_only_three_operations_take_a_body_now(result: DiffResult) -> None:
    taking = {
        change.owner
        for change in result.changes()
        if change.kind.name in ("request-body-added", "request-body-removed")
    }
    assert taking == {"Unban", "StopCampaign", "CommitMessage"}


def test_parameters_of_pinned_messages(result: DiffResult) -> None:
    changes = [
        change
        for entry in result.operations
        for change in entry.changes
        if change.kind.name == "type-changed" and change.at.startswith("query parameter")
    ]
    assert {change.owner for change in changes} == {"GetPinnedMessages"}
    assert len(changes) == 5
    assert {(change.old, change.new) for change in changes} == {("string/date-time", "number/date-time")}


def test_renamed_schemas(result: DiffResult) -> None:
    renamed = {entry.old: entry.new for entry in result.schemas if entry.status == "renamed"}
    assert renamed == SCHEMA_RENAMES
    assert all(entry.matched_by == "operations" and entry.evidence for entry in result.schemas if entry.old in renamed)
    counts = result.schema_counts()
    # UnmuteUserResponse became UnmuteResponse, which both documents have: of 790 new ones, 541 + 4 have an old one.
    assert (counts.old, counts.new, counts.matched, counts.renamed) == (546, 790, 546, 5)
    assert (counts.removed, counts.added) == (0, 245)


def test_facts_of_schemas_that_kept_their_name(result: DiffResult) -> None:
    facts = Counter(change.kind.name for entry in same_named(result) for change in entry.changes)
    assert facts == {
        "type-changed": 370,
        "property-removed": 6,
        "property-became-required": 5,
        "property-added": 4,
        "bound-tightened": 1,
        "became-nullable": 1,
    }
    places = {
        name: sorted(
            change.place for entry in same_named(result) for change in entry.changes if change.kind.name == name
        )
        for name in facts
    }
    assert places["property-removed"] == [
        "BanRequest.ban_from_future_channels",
        "BanRequest.delete_reactions",
        "BanRequest.user",
        "BanRequest.user_id",
        "FlagRequest.target_message_id",
        "FlagRequest.target_user_id",
    ]
    assert places["property-added"] == [
        "FlagRequest.entity_creator_id",
        "FlagRequest.entity_id",
        "FlagRequest.entity_type",
        "FlagRequest.moderation_payload",
    ]
    assert places["bound-tightened"] == ["BanRequest.timeout:minimum"]
    assert [place.split(".")[0] for place in places["became-nullable"]] == ["UserMuteResponse"]


def test_times_are_one_pattern(result: DiffResult) -> None:
    [pattern] = [pattern for pattern in result.patterns if pattern.subject == "schemas"]
    assert (pattern.old, pattern.new, pattern.count) == ("string/date-time", "number/date-time", 370)
    assert pattern.kind.name == "type-changed"
    marked = [change for entry in same_named(result) for change in entry.changes if change.pattern == pattern.id]
    assert len(marked) == 370


def test_events(result: DiffResult) -> None:
    counts = result.event_counts()
    assert (counts.old, counts.new, counts.matched, counts.removed, counts.added) == (64, 77, 64, 0, 13)
    assert (result.old.payloads, result.new.payloads) == (60, 73)
    added = {entry.type.split(".")[0] for entry in result.events if entry.old is None and entry.new is not None}
    assert {"appeal", "moderation", "review_queue_item"} <= added


def test_events_of_the_asyncapi_excerpt(result: DiffResult, read_spec: Read) -> None:
    excerpt = read_spec(EVENTS)
    assert len(excerpt.events) == 62
    [problem] = [problem for problem in excerpt.problems if "payload" in problem.message]
    assert problem.message.startswith("49 of 62 event payload schemas are missing")
    assert problem in result.problems
    in_all = [entry for entry in result.events if entry.old and entry.new and entry.third is not None]
    assert len(in_all) == 42
    assert sum(entry.third_missing for entry in result.events) == 49


def test_events_of_the_asyncapi_excerpt_against_openapi(read_spec: Read) -> None:
    result = compare(read_spec(V1), read_spec(EVENTS))
    assert result.events_only and not result.operations and not result.schemas
    counts = result.event_counts()
    assert (counts.old, counts.new, counts.matched) == (64, 62, 42)


@pytest.mark.parametrize("name", [V1, V2])
def test_a_document_against_itself(name: str, read_spec: Read) -> None:
    spec = read_spec(name)
    result = compare(spec, spec)
    assert not list(result.changes())
    assert not result.problems
    assert {entry.status for entry in result.schemas} == {"matched"}
    assert not result.prefixes


def test_every_pointer_leads_somewhere(result: DiffResult, old: Spec, new: Spec) -> None:
    seen = 0
    for change in result.changes():
        for pointer, spec in ((change.old_pointer, old), (change.new_pointer, new)):
            if pointer is not None:
                seen += 1
                assert refs.lookup(spec.document, f"#{pointer}") is not None, (change.place, pointer)
        assert change.old_pointer or change.new_pointer
    assert seen > 1000


def test_fingerprints_are_unique(result: DiffResult) -> None:
    counts = Counter(change.fingerprint for change in result.changes())
    assert not [fingerprint for fingerprint, count in counts.items() if count > 1]


# The same documents, written differently.


def operations(tree: Any) -> Iterator[dict[str, Any]]:
    for item in tree["paths"].values():
        for operation in item.values():
            if isinstance(operation, dict) and "responses" in operation:
                yield operation


def with_ids(tree: Any, chance: random.Random | None) -> Any:
    """Return a copy whose operationIds are random words, or with none."""
    tree = deepcopy(tree)
    for operation in operations(tree):
        del operation["operationId"]
        if chance is not None:
            operation["operationId"] = word(chance)
    return tree


def word(chance: random.Random) -> str:
    return "".join(chance.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(chance.randint(6, 14)))


@pytest.mark.parametrize("side", ["old", "new", "both", "none have any"])
def test_without_telling_ids(side: str, result: DiffResult, read_tree: Trees, lab: Lab) -> None:
    chance = None if side.startswith("none") else random.Random(side)
    before, after = read_tree(V1), read_tree(V2)
    if side != "new":
        before = with_ids(before, chance)
    if side != "old":
        after = with_ids(after, chance)
    found = lab.compare(before, after)
    assert pairs(found) == pairs(result)
    assert found.prefixes == result.prefixes


PREFIXES = {
    "of two segments and one": {"/api/v2/chat": "/x/messaging", "/api/v2": "/y"},
    "of versions": {"/api/v2/chat": "/chat/v9", "/api/v2": "/platform/v3"},
    "for some only": {"/api/v2/chat": "/gateway", "/api/v2": ""},
    "none": {"/api/v2/chat": "", "/api/v2": ""},
}


@pytest.mark.parametrize("identified", [True, False], ids=["with ids", "without ids"])
@pytest.mark.parametrize("table", PREFIXES.values(), ids=PREFIXES)
def test_behind_other_prefixes(
    table: dict[str, str], identified: bool, result: DiffResult, read_tree: Trees, lab: Lab
) -> None:
    before, after = read_tree(V1), dict(read_tree(V2))
    moved = {}
    for path in after["paths"]:
        head = next(head for head in table if path.startswith(f"{head}/"))
        moved[table[head] + path[len(head) :]] = path
    after["paths"] = {path: after["paths"][original] for path, original in moved.items()}
    if not identified:
        before, after = with_ids(before, None), with_ids(after, None)
    back = {f"{method} {path}": f"{method} {original}" for path, original in moved.items() for method in METHODS}
    found = lab.compare(before, after)
    assert {(one, back[other]) for one, other in pairs(found)} == pairs(result)


METHODS = ("GET", "PUT", "POST", "DELETE", "PATCH")


def with_other_schema_names(tree: Any, chance: random.Random) -> tuple[Any, dict[str, str]]:
    """Return a copy whose schemas have other names, and these names by the old ones."""
    names = {name: f"{word(chance)}{number}" for number, name in enumerate(tree["components"]["schemas"])}
    table = {refs.COMPONENT_PREFIX + name: refs.COMPONENT_PREFIX + other for name, other in names.items()}

    def rewrite(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: rewrite(value) for key, value in node.items()}
        if isinstance(node, list):
            return [rewrite(value) for value in node]
        return table.get(node, node) if isinstance(node, str) else node

    copy = rewrite(tree)
    copy["components"]["schemas"] = {names[name]: node for name, node in copy["components"]["schemas"].items()}
    return copy, names


@pytest.mark.parametrize("identified", [True, False], ids=["with ids", "without ids"])
def test_with_other_schema_names(identified: bool, result: DiffResult, old: Spec, read_tree: Trees, lab: Lab) -> None:
    before = read_tree(V1)
    after, names = with_other_schema_names(read_tree(V2), random.Random(1))
    if not identified:
        before, after = with_ids(before, random.Random(2)), with_ids(after, random.Random(3))
    back = {other: name for name, other in names.items()}
    found = lab.compare(before, after)
    assert pairs(found) == pairs(result)
    truth = {entry.old: entry.new for entry in result.schemas if entry.status in ("matched", "renamed")}
    matched = {entry.old: back[entry.new or ""] for entry in found.schemas if entry.status in ("matched", "renamed")}
    assert not {one: other for one, other in matched.items() if truth[one] != other}
    reached = reached_names(old)
    assert len(reached & matched.keys()) >= 0.95 * len(reached)

    def facts(comparison: DiffResult) -> set[tuple[str, str]]:
        return {
            (change.kind.name, change.place)
            for entry in comparison.schemas
            if entry.old in matched and entry.status in ("matched", "renamed")
            for change in entry.changes
            if change.kind.name != "schema-renamed"
        }

    assert facts(found) == facts(result)


def shuffled(node: Any, chance: random.Random) -> Any:
    """Return a copy with the keys of all mappings in another order."""
    if isinstance(node, dict):
        keys = list(node)
        chance.shuffle(keys)
        return {key: shuffled(node[key], chance) for key in keys}
    return [shuffled(value, chance) for value in node] if isinstance(node, list) else node


@pytest.mark.parametrize("identified", [True, False], ids=["with ids", "without ids"])
def test_the_order_of_keys_does_not_matter(identified: bool, read_tree: Trees, lab: Lab) -> None:
    trees = [read_tree(V1), read_tree(V2)]
    if not identified:
        trees = [with_ids(tree, None) for tree in trees]

    def rendered(*both: Any) -> str:
        found = lab.compare(*both)
        found.patterns = find_patterns(found)
        return json_format.render(found)

    expected = rendered(*trees)
    for seed in range(2):
        assert rendered(*(shuffled(tree, random.Random(seed)) for tree in trees)) == expected
