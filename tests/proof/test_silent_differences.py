"""Calls that still run after only the receiver was renamed, and then send something else: each must be told apart.

Each row: v1's receiver and v2's, the method's name in both, and the arguments that stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from streammigrate.proof.equality import compare_requests
from streammigrate.proof.run import Trace

CLIENT = ("client", "client")
CHAT = ("client", "client.chat")
CHANNEL = ("channel", "channel")
MESSAGE_CHANNEL = ("client.channel('messaging', 'general')", "client.chat.channel('messaging', 'general')")

PUSH = """{"message_id": "m1", "apn_template": "{}", "firebase_template": "{}", "firebase_data_template": "{}",
"skip_devices": True, "user_id": "u1"}"""
CAMPAIGN = """{"message_template": {"text": "Hello", "attachments": [{"type": "image", "image_url": "https://x/y.png"}],
"custom": {"k": 1}}, "sender_id": "u1", "segment_ids": ["seg1"], "create_channels": True,
"channel_template": {"type": "messaging", "custom": {"c": 1}}, "name": "camp"}"""
DELIVERED = '"latest_delivered_messages": [{"cid": "messaging:general", "id": "m1"}]'
SORT = '[{"field": "remind_at", "direction": 1}]'

ROWS = [
    (CLIENT, "get_rate_limits", "True, False, True"),
    (CLIENT, "check_push", PUSH),
    (CLIENT, "create_import", '"path/to.json", "insert"'),
    (CLIENT, "update_users", '[{"id": "u1", "name": "Alice"}]'),
    (CLIENT, "delete_users", '["u1", "u2"], "soft", conversations="soft", messages="soft"'),
    (CLIENT, "query_users", '{"id": {"$in": ["a", "b"]}}'),
    (CHAT, "send_user_custom_event", '"u1", {"type": "friendship_request", "text": "hello"}'),
    (CHAT, "mark_delivered", f'{{{DELIVERED}, "user_id": "u1"}}'),
    (CHAT, "mark_delivered", f'{{{DELIVERED}, "user": {{"id": "u1"}}}}'),
    (CHAT, "run_message_action", '"m1", {"user": {"id": "u1"}, "form_data": {"image_action": "shuffle"}}'),
    (CHAT, "update_message_partial", '"m1", {"set": {"text": "x", "color": "red"}, "unset": ["old"]}, "u1"'),
    (CHAT, "update_message_partial", '"m1", {"set": {"text": "x"}, "unset": ["y"]}, user_id="u1"'),
    (CHAT, "delete_message", '"m1", True, "u1"'),
    (CHAT, "query_drafts", '"u1"'),
    (CHAT, "query_reminders", '"u1"'),
    (CHAT, "query_channels", 'filter_conditions={"a": 1}, sort={"created_at": 1}'),
    (CHAT, "query_channels", "{}"),
    (CHANNEL, "send_message", '{"text": "hi"}, "u1"'),
    (CHANNEL, "send_message", '{"text": "hi", "attachments": [{"type": "image", "myfield": 123}]}, "u1"'),
    (CHANNEL, "send_message", '{"text": "hi", "mentioned_users": ["u2"]}, "u1"'),
    (CHANNEL, "send_message", '{"text": "hi", "parent_id": "p1", "show_in_channel": True}, "u1"'),
    (CHANNEL, "send_message", '{"text": "hi"}, "u1", skip_push=True'),
    (CHANNEL, "send_message", '{"text": "hi", "silent": True}, "u1", skip_enrich_url=True'),
    (CHANNEL, "create", '"u1"'),
    (CHANNEL, "update", '{"color": "blue", "name": "General"}'),
    (CHANNEL, "update", '{"frozen": True, "team": "blue", "motd": "x"}, {"text": "updated", "user_id": "u1"}'),
    (CHANNEL, "mark_read", '"u1"'),
    (CHANNEL, "mark_unread", '"u1"'),
    (CHANNEL, "hide", '"u1"'),
    (CHANNEL, "update_member_partial", '"u1", {"color": "blue"}'),
    (CHANNEL, "delete_draft", '"u1"'),
    (CHANNEL, "get_draft", '"u1", "p1"'),
    (MESSAGE_CHANNEL, "send_message", '{"text": "hi", "id": "m1"}, "u1"'),
    (CHAT, "update_segment", '"seg1", {"name": "N", "description": "d"}'),
    (CHAT, "query_segment_targets", f'"seg1", {{"target_id": "u1"}}, {SORT}, {{"limit": 3}}'),
    (CHAT, "create_campaign", f'"c1", {CAMPAIGN}'),
    (CLIENT, "post", '"{}channels/messaging/general/message", data={{"message": {{"text": "x", "user_id": "u1"}}}}'),
    (CLIENT, "patch", '"{}app", data={{"disable_auth_checks": True}}'),
    (CLIENT, "put", '"{}messages/m1", data={{"set": {{"text": "x"}}, "user_id": "u1"}}'),
]
RAW = {"post": "/api/v2/chat/", "patch": "/api/v2/", "put": "/api/v2/chat/"}


def test_there_are_39() -> None:
    assert len(ROWS) == 39


@pytest.mark.parametrize(
    ("receivers", "method", "arguments"), ROWS, ids=[f"{row[1]}-{n}" for n, row in enumerate(ROWS)]
)
def test_the_renamed_receiver_does_not_send_the_same(
    receivers: tuple[str, str],
    method: str,
    arguments: str,
    run_v1: Callable[[str], Trace],
    run_v2: Callable[[str], Trace],
) -> None:
    raw = RAW.get(method)
    v1_arguments = arguments.format("") if raw else arguments
    v2_arguments = arguments.format(raw) if raw else arguments
    before = run_v1(f"{receivers[0]}.{method}({v1_arguments})")
    after = run_v2(f"{receivers[1]}.{method}({v2_arguments})")
    assert before.error == ""
    assert len(before.requests) == 1
    # An empty answer may leave v2 without what it reads of a response; the request is sent by then.
    assert after.error == "" or "NoneType" in after.error
    assert len(after.requests) == 1, "the difference is silent: v2 sends something"
    assert compare_requests(before.requests, after.requests)
    assert compare_requests(after.requests, before.requests)
