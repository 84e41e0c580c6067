"""What is derived by calling both SDKs."""

from __future__ import annotations

from typing import Any

import pytest

from streammigrate.rules import sdk

pytest.importorskip("stream_chat", reason="stream-chat comes with the extra `proof`; deriving calls it")

from streammigrate.surface.derive import derive, derived_text, operation_of


@pytest.fixture(scope="module")
def derived() -> dict[str, Any]:
    return derive()


@pytest.mark.parametrize(
    ("member", "part", "expected"),
    [
        ("Channel.send_message", "derived", {"user_id": "message.user.id", "message": "message as MessageRequest"}),
        ("Channel.send_message", "derived", {"recv.type": "type", "recv.id": "id"}),
        ("StreamChat.create_import", "derived", {"path": "path", "mode": "mode"}),
        ("StreamChat.create_import", "default_sent", {"mode": "upsert"}),
        ("StreamChat.create_blocklist", "default_sent", {"type": "word"}),
        ("StreamChat.undelete_message", "derived", {"message_id": "id", "user_id": "undeleted_by"}),
        ("StreamChat.query_users", "derived", {"filter_conditions": "payload.filter_conditions"}),
        ("StreamChat.query_channels", "constants", {"state": True}),
        ("StreamChat.query_channels", "sent_unasked", {"body:watch": False, "body:presence": False}),
        ("StreamChat.pin_message", "derived", {"expiration": "set['pin_expires']"}),
        ("StreamChat.revoke_user_token", "derived", {"before": "users[].set['revoke_tokens_issued_before']"}),
        ("StreamChat.query_segment_targets", "moved", {"sort": "sort (body:sort[].* becomes body:Sort)"}),
        ("StreamChat.mute_user", "decide", {"target_id": "body:target_id"}),
        ("ChannelBatchUpdater.hide", "constants", {"operation": "hide"}),
        ("QueryThreads.query_threads", "derived", {"filter": "filter"}),
    ],
)
def test_known_members(derived: dict[str, Any], member: str, part: str, expected: dict[str, Any]) -> None:
    assert expected.items() <= derived[member][part].items()


def test_a_parameter_in_another_place_is_not_derived(derived: dict[str, Any]) -> None:
    found = derived["StreamChat.delete_message"]
    assert found["moved"]["delete_for_me (body:delete_for_me)"].endswith("becomes query:delete_for_me)")
    assert "delete_for_me" not in found["derived"]


def test_an_operation_that_the_map_does_not_have_is_not_guessed(derived: dict[str, Any]) -> None:
    found = derived["Channel.pin"]
    assert found["operation"] == "unknown"
    assert "v2" not in found


def test_members_without_a_request_say_so(derived: dict[str, Any]) -> None:
    assert derived["StreamChat.create_token"] == {"request": "none"}


def test_no_member_refuses_its_sentinels(derived: dict[str, Any]) -> None:
    assert [name for name, found in derived.items() if found["request"].startswith("refused")] == []
    assert [name for name, found in derived.items() if "refused" in found.get("decide", {}).values()] == []


def test_every_method_of_the_sync_classes_is_there(derived: dict[str, Any]) -> None:
    wanted = {
        f"{owner}.{name}"
        for owner in ("StreamChat", "Channel", "Campaign", "Segment", "ChannelBatchUpdater", "QueryThreads")
        for name, item in sdk.v1_classes()[owner].members.items()
        if item.kind == "method" and not name.startswith("_")
    }
    assert derived.keys() == wanted


def test_derived_targets_exist(derived: dict[str, Any]) -> None:
    for member, found in derived.items():
        owner, _, name = found.get("v2", "..").partition(".")
        method = sdk.v2_method(owner, name)
        if method is None:
            assert "derived" not in found
            continue
        for target in found.get("derived", {}).values():
            head = target.replace("[", ".").replace(" ", ".").split(".")[0]
            assert head == "*" or head in method.parameters, f"{member}: {target}"


def test_an_older_target_lacks_what_came_later() -> None:
    assert derive("Channel.delete", "4.2")["Channel.delete"]["decide"] == {"skip_truncate": "query:skip_truncate"}
    assert "decide" not in derive("Channel.delete")["Channel.delete"]


def test_the_text_is_the_same_every_time() -> None:
    assert derived_text("Channel.send_message") == derived_text("Channel.send_message")


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("POST", "/channels/a/b", "UpdateChannel"),
        ("POST", "/channels/a/query", "GetOrCreateDistinctChannel"),
        ("POST", "/channels/delete", "DeleteChannels"),
        ("GET", "/users", "QueryUsers"),
        ("POST", "/nowhere", None),
        ("PUT", "/channels", None),
    ],
)
def test_operation_of(method: str, path: str, operation: str | None) -> None:
    found = operation_of(method, path)
    assert (found and found.id) == operation
