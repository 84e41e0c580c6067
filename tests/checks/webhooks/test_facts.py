"""The facts about events are those of the specs, and say what stands where in a payload."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from streammigrate import rules
from streammigrate.checks.webhooks import facts
from streammigrate.checks.webhooks.derive import derive, times
from streammigrate.rules import load
from streammigrate.spec.model import Spec


@pytest.mark.specs
def test_the_facts_are_those_of_the_specs(read_spec: Callable[[str], Spec]) -> None:
    v1, v2 = read_spec("v1-chat-openapi.yaml"), read_spec("v2-chat-serverside-api.yaml")
    assert derive(v1, v2) == load("events")


@pytest.mark.specs
def test_every_time_of_a_payload_is_text_in_v1_and_a_number_in_v2(read_spec: Callable[[str], Spec]) -> None:
    old, new = times(read_spec("v1-chat-openapi.yaml")), times(read_spec("v2-chat-serverside-api.yaml"))
    assert set(old.values()) == {"string"}
    assert set(new.values()) == {"number"}
    assert old.keys() <= new.keys()


@pytest.mark.specs
def test_no_field_of_a_payload_is_in_one_spec_only(read_spec: Callable[[str], Spec]) -> None:
    v1, v2 = read_spec("v1-chat-openapi.yaml"), read_spec("v2-chat-serverside-api.yaml")
    both = derive(v1, v2)["both"]
    for side in (derive(v1, v1), derive(v2, v2)):
        assert all(side["payloads"][name] == load("events")["payloads"][name] for name in both.values())


def test_the_facts_agree_with_the_migration_map() -> None:
    events = load("operations")["events"]
    assert facts.types("v2") == frozenset(events["added"])
    assert facts.types("v1") == frozenset(events["removed"])
    assert facts.types("both") == frozenset(events["payloads"]) - {"*"}


def test_they_hold_no_rules() -> None:
    assert "events" not in rules.areas()


@pytest.mark.parametrize(
    ("path", "time"),
    [
        (("created_at",), True),
        (("message", "created_at"), True),
        (("message", "user", "last_active"), True),
        (("thread_participants", "[]", "created_at"), True),
        (("message", "text"), False),
        (("message",), False),
        (("nothing",), False),
        (("message", "custom", "due_at"), False),
    ],
)
def test_where_a_payload_has_times(path: tuple[str, ...], time: bool) -> None:
    assert facts.is_time(path) is time


def test_what_keys_the_object_at_a_place_can_have() -> None:
    assert facts.keys_at(("message",)) == frozenset(facts.fields_of("MessageResponse") or ())
    assert (facts.keys_at(("user",)) or set()) >= {"id", "name", "role", "custom", "privacy_settings"}
    assert facts.keys_at(("channel_custom",)) is None
    assert facts.keys_at(("nothing",)) is None


@pytest.mark.parametrize(("type", "only"), [("message.new", True), ("user.updated", False), ("invoice.paid", False)])
def test_which_types_are_streams_alone(type: str, only: bool) -> None:
    assert facts.is_stream_only(type) is only
