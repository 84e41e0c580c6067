"""Each check of data: records that trigger it and records that nearly do; and what a record is taken for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from streammigrate.checks.data.custom_keys import MOST_KEYS
from streammigrate.checks.model import DataCheck
from streammigrate.checks.registry import all_checks
from streammigrate.checks.run import CheckResult, Status, Verdict
from streammigrate.checks.survey import Survey, parse_source
from streammigrate.errors import UsageError

Judge = Callable[..., CheckResult]


def found_in(result: CheckResult) -> set[str]:
    return {found.finding.id for found in result.found()}


TRIGGERS: list[tuple[str, str, dict[str, Any]]] = [
    ("SM701", "user", {"id": "a", "color": "red"}),
    ("SM701", "channel", {"type": "messaging", "id": "a", "name": "General"}),
    ("SM701", "message", {"id": "m", "text": "x", "user": "a", "mood": 1}),
    ("SM701", "member", {"user_id": "a", "nickname": "Al"}),
    ("SM701", "reaction", {"type": "love", "user_id": "a", "message_id": "m", "emoji": "x"}),
    ("SM701", "message", {"id": "m", "text": "x", "user": "a", "attachments": [{"type": "image", "size": 3}]}),
    ("SM701", "user", {"id": "a", "custom": {"color": "red"}}),
    ("SM701", "channel", {"type": "messaging", "id": "a", "custom": {"name": "General"}}),
    ("SM701", "message", {"id": "m", "text": "x", "user": "a", "custom": {"mood": 1}}),
    ("SM701", "member", {"user_id": "a", "custom": {"nickname": "Al"}}),
    ("SM701", "reaction", {"type": "love", "user_id": "a", "message_id": "m", "custom": {"emoji": "x"}}),
    ("SM701", "message", {"id": "m", "text": "x", "user": "a", "attachments": [{"type": "x", "custom": {"size": 3}}]}),
    ("SM702", "user", {"id": "a", "custom": "red"}),
    ("SM702", "user", {"id": "a", "custom": ["red"]}),
    ("SM702", "user", {"id": "a", "custom": {"role": "mechanic"}}),
    ("SM702", "channel", {"id": "a", "type": "messaging", "custom": {"member_count": 3}}),
    ("SM703", "user", {"id": "a", "teams": "red"}),
    ("SM703", "user", {"id": 7}),
    ("SM703", "message", {"id": "m", "user": "a", "text": ["x"]}),
    ("SM703", "message", {"id": "m", "user": "a", "pinned": "yes"}),
    ("SM703", "reaction", {"type": "love", "user_id": "a", "message_id": "m", "score": "1"}),
    ("SM703", "reaction", {"type": "love", "user_id": "a", "message_id": "m", "score": 1.5}),
    ("SM704", "user", {"id": "a", "app_pk": 3}),
    ("SM704", "message", {"id": "m", "user": "a", "text": "x", "tmp_id": "1"}),
    ("SM704", "channel", {"id": "a", "type": "messaging", "pk": 1}),
    ("SM704", "message", {"id": "m", "user": "a", "text": "x", "custom": {"app_pk": 1}}),
    ("SM705", "message", {"id": "m" * 256, "user": "a", "text": "x"}),
    ("SM705", "message", {"id": "m", "user": "a", "text": "x" * 20_001}),
    ("SM705", "message", {"id": "m", "user": "a", "attachments": [{"type": "image"}] * 31}),
    ("SM705", "message", {"id": "m", "user": "a", "text": "x", "mentioned_users": ["u"] * 101}),
    ("SM705", "reaction", {"type": "l" * 31, "user_id": "a", "message_id": "m"}),
    ("SM705", "channel", {"id": "a", "type": "messaging", "members": ["u"] * 101}),
]

NEARLY: list[tuple[str, str, dict[str, Any]]] = [
    ("SM701", "user", {"id": "a", "role": "user", "name": "Al", "image": "x", "teams": [], "custom": {}}),
    ("SM701", "user", {"id": "a", "custom": None}),
    ("SM701", "message", {"id": "m", "user": "a", "attachments": [{"type": "image", "title": "x", "custom": {}}]}),
    ("SM701", "message", {"id": "m", "user": "a", "attachments": ["x", None], "text": "custom"}),
    ("SM701", "user", {"id": "a", "channel_mutes": ["messaging:a"], "user_mutes": ["b"], "created_at": "2026-01-01"}),
    ("SM701", "channel", {"id": "a", "type": "messaging", "created_by": "u", "member_ids": ["u"], "team": "red"}),
    ("SM701", "member", {"channel_type": "messaging", "channel_id": "a", "user_id": "u", "last_read": "2026-01-01"}),
    ("SM701", "message", {"id": "m", "user": "a", "text": "x", "mentioned_users_ids": ["b"], "pinned_by_id": "a"}),
    ("SM702", "user", {"id": "a", "custom": {"colour": "red"}}),
    ("SM702", "user", {"id": "a", "custom": None}),
    ("SM702", "user", {"id": "a", "custom": {}}),
    ("SM702", "user", {"id": "a", "color": "red", "custom": {"color": "red"}}),
    ("SM702", "channel", {"id": "a", "type": "messaging", "custom": {"name": "General"}}),
    ("SM702", "message", {"id": "m", "user": "a", "attachments": [{"type": "image", "custom": {"size": 3}}]}),
    ("SM703", "user", {"id": "a", "custom": {"teams": "red"}}),
    ("SM703", "user", {"id": "a", "teams": None, "name": None}),
    ("SM703", "message", {"id": "m", "user": {"id": "a"}, "text": "x", "mentioned_users": ["b"], "pinned": True}),
    ("SM703", "message", {"id": "m", "user": "a", "created_at": 1_700_000_000_000_000_000, "updated_at": "2026-01-01"}),
    ("SM703", "reaction", {"type": "love", "user_id": "a", "message_id": "m", "score": 2.0}),
    ("SM704", "user", {"id": "a", "custom": {"apk": 1, "deep": {"app_pk": 1}}}),
    ("SM704", "reaction", {"type": "love", "user_id": "a", "message_id": "m"}),
    ("SM705", "message", {"id": "m" * 255, "user": "a", "text": "x" * 20_000}),
    ("SM705", "message", {"id": "m", "user": "a", "custom": {"text_before": "x" * 20_001}}),
    ("SM705", "message", {"id": "m", "user": "a", "attachments": [{"type": "image"}] * 30}),
    ("SM705", "reaction", {"type": "l" * 30, "user_id": "a", "message_id": "m"}),
]


def without_counts(found: set[str], id: str) -> set[str]:
    """Return what was found besides the list of custom keys, which every record that has some is in."""
    return found if id == "SM701" else found - {"SM701"}


@pytest.mark.parametrize(("id", "entity", "node"), TRIGGERS)
def test_a_record_triggers_exactly_its_check(survey: Judge, id: str, entity: str, node: dict[str, Any]) -> None:
    assert without_counts(found_in(survey({"type": entity, "data": node})), id) == {id}


@pytest.mark.parametrize(("id", "entity", "node"), NEARLY)
def test_a_record_that_is_nearly_so_does_not(survey: Judge, id: str, entity: str, node: dict[str, Any]) -> None:
    result = survey({"type": entity, "data": node})
    # A key of `custom` with the name of a field is none of that type, and told as what it is.
    assert without_counts(found_in(result), id) <= ({"SM702"} if id == "SM703" and "custom" in node else set())
    assert {item.check.id: item.status for item in result.results}[id] is Status.PASSED


@pytest.mark.parametrize("check", [c for c in all_checks() if isinstance(c, DataCheck)], ids=lambda check: check.id)
def test_every_check_is_in_the_tables(check: DataCheck) -> None:
    assert {check.id} <= {id for id, _, _ in TRIGGERS} & {id for id, _, _ in NEARLY}


def test_a_key_in_both_places_collides_when_the_values_differ(survey: Judge) -> None:
    same = {"id": "a", "color": "red", "custom": {"color": "red"}}
    assert found_in(survey(same, entity="user")) == {"SM701"}
    other = {"id": "a", "color": "red", "custom": {"color": "blue"}}
    assert found_in(survey(other, entity="user")) == {"SM701", "SM702"}


def test_keys_are_counted_with_an_example_and_its_place(survey: Judge) -> None:
    result = survey(*({"id": "a", "color": c} for c in ("red", "blue")), {"id": "b", "size": 1}, entity="user")
    (found,) = result.found()
    assert found.finding.message == "3 users have 2 keys of your own beside the fields"
    color, size = found.evidence
    assert color.place == "color"
    assert color.value.startswith('2 times, such as "red" at ')
    assert color.value.endswith("records.jsonl:1")
    assert size.value.startswith("once, such as 1 at ")


def test_keys_beside_the_fields_and_in_custom_are_told_apart(survey: Judge) -> None:
    result = survey(
        {"id": "a", "color": "red", "custom": {"size": 1, "color": "red"}},
        {"id": "b", "custom": {"size": 2}},
        {"id": "c", "custom": {}},
        entity="user",
    )
    beside, inside = sorted(found.finding.message for found in result.found())
    assert beside == "1 user has 1 key of your own beside the fields"
    assert inside == "2 users have 2 keys of your own in `custom`"
    (listed,) = [found for found in result.found() if "`custom`" in found.finding.message]
    size, color = listed.evidence
    assert (size.place, color.place) == ("size", "color")
    assert size.value.startswith("2 times, such as 1 at ")
    assert size.value.endswith("records.jsonl:1#/custom")
    assert len({found.finding.fingerprint for found in result.found()}) == 2


def test_attachments_are_a_kind_of_their_own_wherever_their_keys_stand(survey: Judge) -> None:
    attachments = [{"type": "file", "size": 1}, {"type": "file", "custom": {"size": 2}}, {"type": "file"}]
    result = survey({"id": "m", "user": "a", "attachments": attachments, "custom": {"mood": 1}}, entity="message")
    assert {found.finding.message: found.finding.location.pointer for found in result.found()} == {
        "1 message has 1 key of your own in `custom`": "/custom",
        "1 attachment has 1 key of your own beside the fields": "/attachments/0",
        "1 attachment has 1 key of your own in `custom`": "/attachments/1/custom",
    }


def test_what_looks_secret_in_custom_is_masked(survey: Judge) -> None:
    (found,) = survey({"id": "a", "custom": {"api_token": "hunter2hunter2"}}, entity="user").found()
    assert found.evidence[0].value.startswith("once, such as *** at ")


def test_keys_that_are_data_do_not_fill_the_memory(survey: Judge) -> None:
    result = survey(*({"id": "a", f"key{number}": 1} for number in range(MOST_KEYS + 50)), entity="user")
    (found,) = result.found()
    assert f"more than {MOST_KEYS} keys" in found.finding.message
    assert len(found.evidence) == MOST_KEYS


@pytest.mark.parametrize(
    ("record", "entity"),
    [
        ({"type": "user", "data": {"id": "a"}}, "user"),
        ({"type": "user", "item": {"id": "a"}}, "user"),
        ({"id": "a", "role": "user"}, "user"),
        ({"id": "a", "type": "messaging", "cid": "messaging:a"}, "channel"),
        ({"id": "m", "text": "hi", "user": {"id": "a"}}, "message"),
        ({"user_id": "a", "channel_role": "channel_member"}, "member"),
        ({"message_id": "m", "user_id": "a", "type": "love"}, "reaction"),
    ],
)
def test_a_record_is_recognised(survey: Judge, record: dict[str, Any], entity: str) -> None:
    result = survey({**record, "own": 1} if "type" not in record or "data" not in record else record)
    assert not result.problems
    if found := result.found():
        assert entity in found[0].finding.message


@pytest.mark.parametrize("record", [{}, {"a": 1}, {"type": "moon", "data": {"id": 1}}, {"id": "a"}])
def test_a_record_of_no_known_kind_is_said(survey: Judge, record: dict[str, Any]) -> None:
    result = survey(record, record)
    (problem,) = result.problems
    assert problem.id == "SM791"
    assert problem.message == "2 records of no known kind: line 1; line 2"
    assert result.verdict is Verdict.INCOMPLETE
    assert all("no record of a known kind" in item.reason for item in result.results if item.check.id.startswith("SM7"))


@pytest.mark.parametrize("kind", ["device", "channel_mute", "future_channel_ban"])
def test_other_kinds_of_an_import_are_passed_over(survey: Judge, kind: str) -> None:
    result = survey({"type": kind, "data": {"id": "a", "own": 1}}, {"type": "user", "data": {"id": "a"}})
    assert not result.problems
    assert not result.found()


def test_an_export_of_a_channel_holds_its_messages_and_members(survey: Judge) -> None:
    export = {
        "channel": {"id": "a", "type": "messaging", "custom": {"role_model": 1}, "team": 5},
        "messages": [{"id": "m", "text": 1, "attachments": [{"type": 2}]}],
        "members": [{"user_id": 3}],
    }
    pointers = {found.finding.location.pointer for found in survey(export).found()}
    assert pointers == {"/channel", "/channel/custom", "/messages/0", "/messages/0/attachments/0", "/members/0"}


def test_what_is_declared_may_be_wrapped(survey: Judge) -> None:
    assert not survey({"type": "user", "data": {"id": "a"}}, entity="user").found()
    channel = {"type": "member", "id": "a", "data": {"own": 1}, "created_by": "u"}
    (found,) = survey(channel, entity="channel").found()
    assert [evidence.place for evidence in found.evidence] == ["data"]


def test_bad_lines_are_named_and_the_rest_is_checked(tmp_path: Path) -> None:
    path = tmp_path / "users.jsonl"
    good = json.dumps({"id": "a", "own": 1})
    path.write_text("\n".join([good, "{nonsense", good, "7", *["x"] * 10, good]))
    checks = [check for check in all_checks() if isinstance(check, DataCheck)]
    seen = Survey(checks)
    seen.read(parse_source(str(path)))
    assert seen.counts == {"user": 3}
    (problem,) = seen.problems()
    assert problem.id == "SM790"
    assert problem.location.line == 2
    assert problem.message.startswith("12 records cannot be read: line 2: this is not JSON")
    assert problem.message.endswith("; and 7 more (lines 8–14)")


@pytest.mark.parametrize(
    ("lines", "end"),
    [
        ("bbbbb", "line 5"),
        ("bbbbbb", "; and 1 more (line 6)"),
        ("bbbbbgb", "; and 1 more (line 7)"),
        ("bbbbbgbbgbgggbbb", "; and 6 more (lines 7–8, 10, 14–16)"),
        ("b" * 5 + "gb" * 45, ", …)"),
    ],
)
def test_every_bad_line_is_given_by_its_number(survey: Judge, lines: str, end: str) -> None:
    (problem,) = survey(*({"id": "a", "role": "user"} if line == "g" else {"moon": 1} for line in lines)).problems
    assert problem.message.endswith(end)
    assert problem.location.line == 1


def test_the_bad_items_of_a_list_are_given_by_their_places(tmp_path: Path) -> None:
    path = tmp_path / "users.json"
    path.write_text(json.dumps([{"id": "a"}, *[7] * 8, {"id": "b"}, 7]))
    seen = Survey(check for check in all_checks() if isinstance(check, DataCheck))
    seen.read(parse_source(str(path)))
    (problem,) = seen.problems()
    assert problem.message.startswith("9 records cannot be read: item /1: this is not a JSON object; item /2: ")
    assert problem.message.endswith("; and 4 more (items 6–8, 10)")


@pytest.mark.parametrize(
    ("name", "entity"),
    [
        ("users.jsonl", "user"),
        ("export-messages-2.json.gz", "message"),
        ("channel_members.jsonl", ""),
        ("data.jsonl", ""),
        ("user.json", "user"),
        ("attachments.jsonl", ""),
    ],
)
def test_a_files_name_tells_the_entity(name: str, entity: str) -> None:
    from streammigrate.checks.survey import _named_by

    assert _named_by(f"/some/messages/{name}") == entity


def test_the_user_can_say_what_a_file_holds(tmp_path: Path) -> None:
    assert parse_source("user=a.jsonl") == ("a.jsonl", "user")
    assert parse_source("messages=a.jsonl") == ("a.jsonl", "message")
    assert parse_source("dir=x/a.jsonl".replace("dir=", "./dir=")) == ("./dir=x/a.jsonl", "")
    with pytest.raises(UsageError, match="knows no 'moon'"):
        parse_source("moon=a.jsonl")


def test_a_files_name_may_hold_an_equals_sign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("moon=a.jsonl").write_text("")
    assert parse_source("moon=a.jsonl") == ("moon=a.jsonl", "")
