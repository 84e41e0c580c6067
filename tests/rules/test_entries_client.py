"""The entries of the client's own methods, shown by running them: the same requests before and after, as equality has it."""

# ruff: noqa: E501 - a call on one line is easier to compare with its neighbours

from __future__ import annotations

import pytest

from streammigrate.codemod.model import Applicability, Site
from streammigrate.codemod.rewrite import rewrite_source
from streammigrate.codemod.settings import RewriteSettings
from streammigrate.proof.equality import Difference, compare_traces
from streammigrate.proof.run import run

pytest.importorskip("stream_chat")
pytest.importorskip("getstream")

SYNC = """\
import datetime
from stream_chat import StreamChat
from stream_chat.types.segment import SegmentType
ids = ["a", "b"]
name = "n"
client = StreamChat("key", "secret-of-at-least-32-characters-length")
{call}
"""
ASYNC = """\
import asyncio
import datetime
from stream_chat import StreamChatAsync
from stream_chat.types.segment import SegmentType
ids = ["a", "b"]
name = "n"
async def main():
    client = StreamChatAsync("key", "secret-of-at-least-32-characters-length")
    {call}
asyncio.run(main())
"""


def rewrite(program: str, call: str) -> tuple[str, str, Site]:
    """Return a program, what becomes of it with everything that is applied on demand, and the site of the call."""
    before = program.format(call=call)
    result = rewrite_source(before.encode(), "program.py", RewriteSettings(unsafe=True, todo=False))
    (site,) = [site for site in result.sites if not site.member.startswith("StreamChat") or "." in site.member]
    return before, result.after.decode(), site


def differences(before: str, after: str) -> list[Difference]:
    first, second = run(before), run(after)
    assert not first.error
    assert first.requests or first.observed
    return compare_traces(first, second)


SAFE = (
    'client.upsert_user({"id": "jane", "role": "admin", "tier": 3})',
    'client.upsert_users([{"id": "a"}, {"id": "b", "x": 1}])',
    'client.upsert_users([{"id": i} for i in ids])',
    'client.upsert_user(dict(id="a"))',
    'client.create_channel_type(dict(name="x"))',
    'client.update_message_partial("m1", dict(set=dict(text="x")), "u1")',
    'client.update_user({"id": "jane", "name": "J"})',
    'client.update_users([{"id": "jane", "name": "J"}])',
    'observe("t", client.create_token("jane"))',
    'observe("t", client.create_token("jane", 1900000000))',
    'observe("t", client.create_token("jane", exp=None, iat=None))',
    'client.query_users({"id": {"$in": ids}})',
    'client.query_users({"role": "admin"}, {"created_at": -1}, limit=10, offset=5, presence=True)',
    'client.query_users({"role": "admin"}, sort=[{"field": "created_at", "direction": -1}, {"id": 1}])',
    'client.delete_users(["a", "b"], "soft", messages="soft", conversations="soft")',
    'client.delete_users(ids, delete_type="hard", new_channel_owner_id="z")',
    'client.update_user_partial({"id": "a", "set": {"name": "x", "color": "red"}, "unset": ["old"]})',
    'client.update_user_partial({"id": "a", "unset": ["old"]})',
    'client.update_users_partial([{"id": "a", "set": {"n": 1}}, {"id": "b", "unset": ["n"]}])',
    'client.update_users_partial([{"id": i, "set": {"n": name}} for i in ids])',
    "client.restore_users(ids)",
    'client.deactivate_user("a")',
    'client.deactivate_user("a", mark_messages_deleted=True, created_by_id="b")',
    "client.deactivate_users(ids, mark_channels_deleted=True)",
    'client.reactivate_user("a", restore_messages=True, name="Al")',
    'client.export_user("a")',
    "client.export_users(ids)",
    'client.set_guest_user({"id": "g", "name": "Guest", "hat": "red"})',
    "client.revoke_tokens(datetime.datetime(2024, 1, 2, tzinfo=datetime.timezone.utc))",
    'client.revoke_tokens("2024-01-02T03:04:05Z")',
    'client.revoke_user_token("a", datetime.datetime(2024, 1, 2, tzinfo=datetime.timezone.utc))',
    'client.revoke_user_token("a", "2024-01-02T03:04:05Z")',
    'client.revoke_users_token(["a", "b"], "2024-01-02T03:04:05Z")',
    'client.revoke_users_token(["a"], datetime.datetime(2024, 1, 2))',
    'client.revoke_users_token(ids, "2024-01-02T03:04:05Z")',
    'client.block_user("bad", "u1")',
    'client.unblock_user(blocked_user_id="bad", user_id="u1")',
    'client.get_blocked_users("u1")',
    'client.get_user_locations("u1")',
    'client.update_user_location("u1", "m1", {"latitude": 1.5, "longitude": 2.5})',
    'client.update_user_location("u1", "m1", options={"end_at": "2030-01-01T00:00:00Z"})',
    'client.send_user_custom_event("u1", {"type": "friendship_request", "text": "hello"})',
    'client.unread_counts("u1")',
    "client.unread_counts_batch(ids)",
    'client.query_channels({"members": {"$in": ["u1"]}})',
    'client.query_channels({"members": {"$in": ["u1"]}}, {"created_at": 1}, limit=20, message_limit=5, watch=False, presence=False, state=True)',
    'client.query_channels({}, sort=[{"last_message_at": -1}], state=False, user_id="u1")',
    'client.delete_channels(["messaging:a"], hard_delete=True)',
    "client.delete_channels(ids)",
    'client.mark_all_read("u1")',
    'client.mark_delivered({"latest_delivered_messages": [{"cid": "messaging:general", "id": "m1"}], "user_id": "u1"})',
    'client.mark_delivered_simple("u1", "m1", "messaging:general")',
    'client.create_channel_type({"name": "support", "mutes": True})',
    'client.create_channel_type({"name": "support", "commands": [], "automod": "disabled"})',
    'client.create_channel_type({"name": "support", "commands": ["giphy"], "max_message_length": 500, "automod": "disabled", "automod_behavior": "flag", "permissions": [{"name": "x", "priority": 1, "resources": ["*"], "roles": ["admin"], "owner": False, "action": "Deny"}]})',
    'client.create_channel_type({"name": "support", "commands": ids})',
    'client.get_channel_type("team")',
    "client.list_channel_types()",
    'client.update_channel_type("team", commands=["ban"], max_message_length=10)',
    'client.update_channel_type("team", **{"grants": {"user": ["read"]}, "blocklists": [{"blocklist": "x", "behavior": "block"}]})',
    'client.delete_channel_type("team")',
    'client.export_channel("livestream", "room", "2020-11-10T09:30:00.000Z", datetime.datetime(2021, 1, 1, tzinfo=datetime.timezone.utc), include_truncated_messages=True)',
    'client.export_channel(channel_id="livestream", channel_type="room")',
    'client.export_channels([{"type": "messaging", "id": "a"}, {"cid": "team:b"}], export_users=True, version="v2")',
    'client.update_channels_batch({"operation": "addMembers", "filter": {"cids": {"$in": ["messaging:a"]}}, "members": [{"user_id": "u1", "channel_role": "channel_member"}]})',
    'client.update_channels_batch({"operation": "updateData", "filter": {"cids": {"$in": ["messaging:a"]}}, "data": {"frozen": True, "custom": {"a": 1}, "config_overrides": {"typing_events": False}}})',
    'client.query_team_usage_stats(month="2026-01", limit=10, next="abc")',
    'client.update_message({"id": "m1", "text": "new", "user_id": "u1", "awesome": True})',
    'client.update_message({"id": "m1", "text": "new", "user": {"id": "u1"}, "attachments": [{"type": "image", "x": 1}], "mentioned_users": ["a"]})',
    'client.update_message({"id": str(5), "text": name, "user_id": name})',
    'client.update_message_partial("m1", {"set": {"text": "x", "color": "red"}, "unset": ["old"]}, "u1")',
    'client.update_message_partial("m1", {"set": {"text": "x"}}, user_id=name, skip_enrich_url=True)',
    'client.delete_message("m1")',
    'client.delete_message("m1", True, "u1")',
    'client.delete_message("m1", hard=True)',
    'client.delete_message("m1", deleted_by="u1")',
    'client.delete_message("m1", delete_for_me=False, hard=False)',
    'client.delete_message("m1", bool(name), "u1")',
    'client.undelete_message("m1", "u1")',
    'client.get_message("m1")',
    'client.get_message("m1", show_deleted_message=True)',
    'client.pin_message("m1", "u1")',
    'client.pin_message("m1", user_id="u1", expiration=60)',
    'client.unpin_message("m1", "u1")',
    'client.translate_message("m1", "hu")',
    'client.commit_message("m1")',
    'client.run_message_action("m1", {"user": {"id": "u1"}, "form_data": {"image_action": "shuffle"}})',
    'client.search({"type": "messaging"}, "super", limit=2, offset=0)',
    'client.search({"type": "messaging"}, {"text": {"$q": "super"}}, sort=[{"created_at": -1}], limit=2)',
    'client.search({"type": "messaging"}, f"super{name}", next="abc")',
    'client.query_message_history({"message_id": {"$eq": "m1"}}, [{"message_updated_at": -1}], limit=5)',
    "client.query_message_history()",
    'client.query_threads({"created_by_user_id": "u1"}, {"created_at": -1}, limit=10, user_id="u1", reply_limit=2)',
    'client.query_threads(user_id="u1")',
    'client.query_drafts("u1", {"channel_cid": "messaging:general"}, [{"field": "created_at", "direction": 1}], {"limit": 1})',
    'client.query_drafts("u1")',
    'client.query_drafts("u1", options={"limit": 1, "next": "x"})',
    'client.create_reminder("m1", "u1", datetime.datetime(2030, 1, 1, 10, tzinfo=datetime.timezone.utc))',
    'client.create_reminder("m1", "u1")',
    'client.create_reminder("m1", "u1", None)',
    'client.update_reminder("m1", "u1", datetime.datetime(2030, 1, 1, 10))',
    'client.delete_reminder("m1", "u1")',
    'client.query_reminders("u1")',
    'client.query_reminders("u1", {"remind_at": {"$gt": "2024-01-01T00:00:00Z"}}, [{"field": "remind_at", "direction": -1}], limit=5)',
    'client.ban_user("bad", user_id="admin", timeout=10, reason="spam")',
    'client.ban_user("bad", user={"id": "admin"}, ip_ban=True)',
    'client.ban_user("bad", type="messaging", id="general", user_id="admin")',
    'client.ban_user("bad", type="messaging", id=name, user_id="admin")',
    'client.unban_user("bad")',
    'client.unban_user("bad", type="messaging", id="general", user_id="admin")',
    'client.shadow_ban("bad", user_id="admin", type="messaging", id="general")',
    'client.mute_user("bad", "u1")',
    'client.mute_user("bad", "u1", timeout=10)',
    'client.mute_users(["a", "b"], "u1")',
    'client.unmute_user("bad", "u1")',
    'client.unmute_users(ids, "u1")',
    'client.flag_message("m1", user_id="u1", reason="x")',
    'client.flag_user("bad", user_id="u1")',
    'client.flag_user("bad", user={"id": "u1"})',
    'client.query_banned_users({"filter_conditions": {"reason": "because"}, "limit": 1, "sort": [{"field": "created_at", "direction": -1}]})',
    'client.query_future_channel_bans(user_id="u1", exclude_expired_bans=True, limit=5)',
    "client.query_future_channel_bans()",
    'client.query_message_flags({"channel_cid": "messaging:general"}, limit=5, user_id="u1")',
    'client.create_import_url("file.json")',
    'client.create_import("p.json")',
    'client.create_import("p.json", "insert")',
    'client.get_import("i1")',
    "client.list_imports()",
    "client.list_imports(None)",
    'client.add_device("dev1", "apn", "u1")',
    'client.add_device("dev1", "apn", "u1", "pp")',
    'client.delete_device("dev1", "u1")',
    'client.get_devices("u1")',
    'client.upsert_push_provider({"type": "firebase", "name": "fb", "firebase_credentials": "{}"})',
    "client.list_push_providers()",
    'client.delete_push_provider("firebase", "fb")',
    'client.check_push({"message_id": "m1", "apn_template": "{}", "skip_devices": True, "user_id": "u1"})',
    "client.get_app_settings()",
    'client.update_app_settings(disable_auth_checks=True, webhook_url="https://x.io")',
    'client.update_app_settings(**{"disable_auth_checks": True})',
    'client.update_app_settings(push_config={"version": "v2"}, event_hooks=[{"hook_type": "webhook", "enabled": True, "event_types": ["x"], "webhook_url": "https://x"}], grants={"user": ["x"]})',
    'client.update_app_settings(apn_config={"auth_key": "x", "auth_type": "token"})',
    'observe("v", client.verify_webhook(b"body", "abc"))',
    'observe("v", client.verify_webhook(b"body", x_signature={}.get("X-Signature")))',
    'observe("v", client.verify_webhook(request_body=b"body", x_signature="2d2a2c6f4a1d17cd8ac3ee31ac5a5a5bd7f7d2bd37db0b5d1a7d4d15d23a4cb1"))',
    "client.get_rate_limits()",
    'client.get_rate_limits(True, False, True, endpoints=["GetApp", "X"])',
    "client.get_rate_limits(android=bool(name), endpoints=ids)",
    "client.get_rate_limits(endpoints=None)",
    'client.check_sqs("k", "s", "https://foo.com/bar")',
    'client.check_sns(sns_topic_arn="arn")',
    'client.get_task("t1")',
    'client.create_blocklist("Foo", ["a"])',
    'client.create_blocklist(name="Foo", words=ids, type="regex")',
    "client.list_blocklists()",
    'client.get_blocklist("Foo")',
    'client.update_blocklist("Foo", ["dang"])',
    'client.delete_blocklist("Foo")',
    'client.create_command({"name": "greet", "description": "says", "args": "[@user]", "set": "fun_set"})',
    "client.list_commands()",
    'client.get_command("x")',
    'client.update_command("greet", description="new", args="[x]")',
    'client.update_command("greet", args="[x]")',
    'client.delete_command("greet")',
    'client.create_permission({"id": "p1", "name": "My", "action": "DeleteChannel", "condition": {"a": 1}})',
    'client.create_permission({"id": "p1", "name": "My", "action": "DeleteChannel", "owner": True})',
    "client.list_permissions()",
    'client.get_permission("p1")',
    'client.update_permission("p1", {"name": "My", "action": "X", "condition": {"a": 1}})',
    'client.delete_permission("p1")',
    'client.create_role("editor")',
    "client.list_roles()",
    'client.delete_role("editor")',
    'client.get("app")',
    'client.post("channels/messaging/general/read", data={"user_id": "u1"})',
    'client.put("messages/m1", data={"set": {"text": "x"}, "user_id": "u1"})',
    'client.patch("app", data={"disable_auth_checks": True})',
    'client.delete("devices", {"id": "d1", "user_id": "u1"})',
    'observe("k", client.api_key)',
    'observe("k", client.api_secret)',
    'observe("k", client.base_url)',
    'observe("k", client.timeout)',
    'client.create_segment(SegmentType.USER, "seg1", {"name": "S", "filter": {"id": {"$in": ["u1"]}}})',
    "client.create_segment(SegmentType.CHANNEL)",
    'client.get_segment("seg1")',
    'client.query_segments({"name": "S"}, [{"field": "created_at", "direction": 1}], {"limit": 2, "next": "n"})',
    "client.query_segments()",
    'client.update_segment("seg1", {"name": "N", "description": "d"})',
    'client.delete_segment("seg1")',
    'client.segment_target_exists("seg1", "u1")',
    'client.add_segment_targets("seg1", ids)',
    'client.query_segment_targets("seg1", {"target_id": "u1"}, [{"field": "target_id", "direction": 1}], {"limit": 3})',
    'client.query_segment_targets("seg1")',
    'client.remove_segment_targets("seg1", ["u1"])',
    'client.create_campaign("c1", {"message_template": {"text": "Hello", "attachments": [{"type": "image", "image_url": "https://x/y.png"}], "custom": {"k": 1}}, "sender_id": "u1", "segment_ids": ["seg1"], "create_channels": True, "channel_template": {"type": "messaging", "custom": {"c": 1}}, "name": "camp"})',
    'client.create_campaign(data={"sender_id": "u1"})',
    "client.create_campaign()",
    'client.get_campaign("c1")',
    'client.query_campaigns({"id": "c1"}, [{"field": "created_at", "direction": -1}], {"limit": 1})',
    "client.query_campaigns()",
    'client.update_campaign("c1", {"name": "camp", "message_template": {"text": "x"}})',
    'client.update_campaign("c1", {"id": "c1", "name": "camp", "sender_id": "x"})',
    'client.delete_campaign("c1")',
    'client.start_campaign("c1")',
    'client.start_campaign("c1", datetime.datetime(2030, 1, 1, tzinfo=datetime.timezone.utc), "2031-01-01T00:00:00Z")',
    'client.stop_campaign("c1")',
    'client.query_users({"role": "admin"}, None)',
    'client.query_users({"role": "admin"}, {}, user_id="x", include_deactivated_users=True)',
    'client.search({"type": "messaging"}, "x", None)',
    'client.search({"type": "messaging"}, "x", sort=[])',
    "client.query_channels({}, [])",
    'client.query_channels({}, [{"field": "a", "direction": 1, "type": "number"}])',
    'client.query_channels({}, filter_values={"a": 1})',
    'client.mute_user(target_id="bad", user_id=name)',
    'client.delete_message("m1", hard=bool(name))',
    'client.delete_message("m1", False, "u1", hard=True)',
    'client.delete_message("m1", deleted_by=name)',
    'client.delete_message("m1", deleted_by="")',
    'client.export_channel("a", "b", None, None)',
    'client.start_campaign("c1", scheduled_for=None)',
    'client.get_message("m1", show_deleted_message="true")',
    'client.unban_user("bad", created_by="x")',
    'client.ban_user("bad", user_id="a", delete_messages="soft", shadow=True)',
    'client.flag_message("m1", user_id="u1", custom={"a": 1}, reason="r")',
    'client.flag_user("m1", user={"id": "u1", "name": "x"})',
    'client.update_reminder("m1", "u1", None)',
    'client.add_device("dev1", "apn", "u1", None)',
    'client.create_blocklist("x", (name, "b"))',
    'client.delete_users((name, "b"), "soft")',
    "client.check_sqs()",
    "client.check_push({})",
    'client.update_user_partial({"id": "a", "set": {"a": {"b": [None]}}})',
    'client.update_user_partial({"id": name, "set": {"a": name, name: 1}})',
    'client.update_user_partial({"id": name, "set": {**{"a": 1}}, "unset": []})',
    'client.update_message({"id": "m1", "text": "x", "pin_expires": "2030-01-01T00:00:00Z", "pinned": True})',
    'client.pin_message("m1", "u1", None)',
    'client.pin_message("m1", "u1", expiration=name)',
    'client.create_channel_type({"name": "x", "commands": None})',
    'client.update_channel_type("team", commands=[], replies=False)',
    'client.update_command("x", description=None)',
    "client.query_segments(None, None, None)",
    'client.query_campaigns(options={"limit": 1, "user_limit": 4})',
    'client.create_campaign("c1", None)',
    'client.create_campaign("c1", {"message_template": {"poll_id": "x"}, "channel_template": {"custom": {}}, "sender_id": "x"})',
    'client.create_segment(segment_type=SegmentType.USER, data={"all_users": True})',
    'client.query_drafts("u1", None, None, None)',
    'client.query_threads(filter={"a": 1}, sort=[{"a": 1}], participant_limit=3, member_limit=2, next="x", prev="y")',
    'client.query_message_history(filter={"a": 1}, next="x")',
    'client.query_banned_users({"filter_conditions": {"x": 1}, "user": {"id": "u"}, "offset": 3})',
    'client.query_future_channel_bans(target_user_id="x")',
    'client.query_message_flags({}, user={"id": "u"})',
    'client.mark_delivered({"latest_delivered_messages": [{"cid": "a:b", "id": "m1"}], "user_id": name})',
    'client.run_message_action("m1", {"user_id": "x", "form_data": {"a": name}})',
    "client.get_rate_limits(False, None, False, False, None)",
    "client.get_rate_limits(endpoints=[])",
    'client.get_rate_limits(endpoints=("a", "b"))',
    'client.search({"a": 1}, name)',
    'client.upsert_user({"id": "a", "teams": ["x"], "teams_role": {"x": "admin"}, "privacy_settings": {"typing_indicators": {"enabled": False}}, "created_at": "x"})',
    'client.upsert_users([{**{"id": "x"}, "role": "user"} for u in ids])',
    'client.set_guest_user(guest_user={"id": "a"})',
    'client.send_user_custom_event(event={"type": "x"}, user_id="u")',
    'client.unread_counts(user_id="x")',
    'client.get_task(task_id="x")',
    'client.update_app_settings(file_upload_config={"allowed_file_extensions": [".x"], "blocked_file_extensions": [], "size_limit": 3}, reminders_interval=60, permission_version="v2", migrate_permissions_to_v2=True)',
    'client.update_app_settings(async_moderation_config={"callback": {"mode": "x", "server_url": "u"}, "timeout_ms": 3})',
    'client.update_app_settings(revoke_tokens_issued_before="2024-01-01T00:00:00Z")',
    'client.query_team_usage_stats(team="x", start_date="2026-01-01", end_date="2026-01-02")',
    "client.export_users((name,))",
    'client.undelete_message(message_id="m", user_id="u")',
    'client.translate_message(language="hu", message_id="m")',
    'observe("t", client.create_token("x", 0))',
    'client.get("channels/messaging/general/messages", {"ids": "a"})',
    'client.delete_campaign("c")',
    'client.update_campaign("c", {"message_template": {"text": "x", "attachments": [{"type": "a", "x": 1}]}, "sender_id": "s", "channel_template": {"type": "m", "members": ["a"]}})',
    'client.update_channels_batch({"operation": "addMembers", "filter": {}})',
    'client.delete_message("m1", deleted_by="u" if name else None)',
    'client.delete_message("m1", deleted_by="" if name else "x")',
    'client.delete_message("m1", deleted_by=name and "")',
    'client.delete_message("m1", deleted_by=name or "b")',
    'client.delete_message("m1", deleted_by=(zz := "u"))',
    'client.delete_message("m1", "a" if name else "", "u1")',
    'client.delete_message("m1", name or "", "u1")',
    'client.get_rate_limits("a" if name else "", not name, name == "n", lambda: 1)',
    "client.get_rate_limits(endpoints=ids if name else None)",
    "client.get_rate_limits(endpoints=None if name else ids)",
    'client.get_rate_limits(endpoints=ids or ["x"])',
    "client.get_rate_limits(endpoints=[])",
    'client.get_rate_limits(endpoints=[name, "x"])',
    'observe("v", client.verify_webhook(b"body", None if name else "x"))',
    'observe("v", client.verify_webhook(b"body", {}.get("x") if name else "x"))',
    'observe("v", client.verify_webhook(b"body", None))',
    'observe("v", client.verify_webhook(b"body", name))',
    'observe("v", client.verify_webhook(b"body", {"X": "y"}["X"]))',
    'client.create_channel_type({"name": "x", "commands": ids if name else []})',
    'client.create_channel_type({"name": "x", "commands": [] if name else ids})',
    'client.create_channel_type({"name": "x", "commands": name and []})',
    'client.ban_user("bad", type="messaging" if name else "x", id=name or "y", user_id="admin")',
    'client.ban_user("bad", type="messaging", id=ids[0], user_id="admin")',
    'client.ban_user("bad", id="a" "b", type="mess", user_id="admin")',
    'client.ban_user("bad", type=\'{\', id=name, user_id="admin")',
    'client.revoke_users_token(ids or ["q"], "2024-01-02T03:04:05Z")',
    'client.revoke_users_token(ids if name else [], "2024-01-02T03:04:05Z")',
    'client.revoke_users_token([i for i in ids], "2024-01-02T03:04:05Z")',
    'client.revoke_users_token((i for i in ids), "2024-01-02T03:04:05Z")',
    'client.revoke_users_token([], "2024-01-02T03:04:05Z")',
    'client.update_message_partial("m", {"set": {"x": [None]}}, "u")',
    'client.query_users({"a": 1}, {"x": 1} if name else {"y": 1})',
    'client.query_users({"a": 1}, [{"x": 1}] if name else None)',
    'client.search({"a": 1}, "a" if name else "b")',
    'client.search({"a": 1}, "a" + name)',
    'client.search({"a": 1}, {"x": 1} if name else {"y": 2})',
    "client.revoke_tokens(datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1))",
    'client.mark_delivered_simple(user_id=name, channel_cid="a:b", message_id=ids[0])',
    'client.mark_delivered_simple(channel_cid=str("a:b"), message_id=str(1), user_id=str(2))',
    "client.add_device(push_provider=str(1), device_id=str(2), user_id=str(3))",
    'client.create_import(mode=str("insert"), path=str("x"))',
    'client.update_user_location(message_id=str(1), user_id=str(2), options={"latitude": 1.0, "longitude": 2.0})',
    "client.pin_message(expiration=int(5), user_id=str(2), message_id=str(1))",
    "client.create_blocklist(words=list(ids), name=str(1))",
    'client.query_reminders("u1", None, limit=3)',
    'client.update_users_partial([{"id": "a", "set": {"x": 1}, "unset": None}])',
    'observe("t", client.create_token("jane", exp=1900000000 if name else None))',
    'observe("t", client.create_token("jane", exp=(1900000000 + 5) if not name else 0))',
    'observe("t", client.create_token("jane", 1900000000 if name else 1900000001))',
)


@pytest.mark.parametrize("call", SAFE)
def test_a_safe_call_sends_the_same_request(call: str) -> None:
    before, after, site = rewrite(SYNC, call)
    assert site.applicability is Applicability.SAFE, site
    assert "stream_chat import StreamChat" not in after
    assert differences(before, after) == []


AWAITED = [call for call in SAFE if not call.startswith("observe") and "commit_message" not in call]


@pytest.mark.parametrize("start", range(0, len(AWAITED), 100))
def test_the_asynchronous_client_sends_the_same_requests(start: int) -> None:
    calls = AWAITED[start : start + 100]
    before = ASYNC.format(call="\n    ".join(f"await {call}" for call in calls))
    result = rewrite_source(before.encode(), "program.py", RewriteSettings(todo=False))
    assert [site for site in result.sites if site.applicability is not Applicability.SAFE] == []
    assert "stream_chat import StreamChat" not in result.after.decode()
    assert differences(before, result.after.decode()) == []


LOSSES = (
    'client.query_users({"role": "admin"}, None, nope=1)',
    'client.delete_user("jane")',
    "client.query_channels({}, watch=True)",
    'client.mark_delivered({"latest_delivered_messages": [{"cid": "messaging:general", "id": "m1"}], "user": {"id": "u1"}})',
    'client.get_export_channel_status("t1")',
    'client.ban_user("bad", ban_from_future_channels=True, user_id="admin")',
    'client.unban_user("bad", remove_future_channels_ban=True)',
    'client.remove_shadow_ban("bad", user_id="admin")',
    'client.list_imports({"limit": 1})',
    'client.update_permission("p1", {"id": "p1", "name": "My", "action": "X"})',
    'client.delete_campaign("c1", x=1)',
    'client.unban_user("bad", shadow=True)',
    'client.update_users_partial([{"id": "u", "set": {"x": 1}, "y": 2}])',
    "client.query_threads(filter=None, sort=None, watch=False)",
    'client.deactivate_user("a", nope=1)',
    'client.get_blocked_users("u", x=1)',
    "client.update_app_settings(nope=1)",
    'client.list_imports({"limit": 1, "offset": 0})',
)


@pytest.mark.parametrize("call", LOSSES)
def test_a_loss_is_applied_on_demand_only(call: str) -> None:
    before, after, site = rewrite(SYNC, call)
    assert site.applicability is Applicability.UNSAFE
    assert site.applied
    assert not run(after).error
    assert rewrite_source(before.encode(), "program.py", RewriteSettings(todo=False)).after == before.encode()


HELD = (
    'observe("t", client.create_token("jane", iat=5))',
    'client.delete_user("jane", hard_delete=True)',
    'client.update_user_partial({"id": "a", "set": {"name": None}})',
    'client.update_users_partial([{"id": "a", "set": {"n": {"m": None}}}])',
    "client.revoke_tokens(None)",
    'client.revoke_user_token("a", None)',
    "client.revoke_users_token(ids, datetime.datetime(2024, 1, 2))",
    'client.update_message_partial("m1", {"set": {"text": None}}, "u1")',
    'client.delete_message("m1", True, "u1", hard=True)',
    'client.query_reminders("u1", sort=None)',
    'client.ban_user("bad", type="messaging", user_id="admin")',
    'client.unflag_user("bad", user_id="u1")',
    'client.unflag_message("bad", user_id="u1")',
    "client.query_banned_users({})",
    "client.update_app_settings(revoke_tokens_issued_before=None)",
    'client.test_campaign("c1", ["u"])',
    'client.query_users(filter_conditions={"a": 1}, sort=({"a": 1},))',
    'client.update_message({"id": "m1", "text": "x", "custom": {"a": 1}})',
    'client.update_message({"text": "x"})',
    'client.create_campaign("c1", {"id": "c2", "sender_id": "x"})',
    'client.create_segment(SegmentType("user"))',
    'client.query_banned_users({"filter_conditions": {}, "sort": [{"a": 1}]})',
    "client.revoke_tokens(name)",
    'client.upsert_users([{"id": "a", "custom": {"x": 1}}])',
    'client.ban_user("bad", user_id="a", user={"id": "a"})',
    "client.get_rate_limits(endpoints=(x for x in ids))",
    "client.get_rate_limits(endpoints=[x for x in ids])",
    'client.revoke_user_token("a", "2024-01-02T03:04:05Z" if name else None)',
    'client.update_user_partial({"id": "a", "set": {"x": name} if name else {"y": None}})',
    'client.update_user_partial({"id": "a", "set": {"x": None if name else 1}})',
    'client.update_user_partial({"id": "a", "set": {"x": name}} if name else {"id": "b"})',
    'client.update_users_partial([{"id": "a", "set": {"x": None}} if name else {"id": "b"}])',
    'client.update_message({"id": "m1", "text": "a"} if name else {"id": "m2", "text": "b"})',
    'client.revoke_tokens("2024-01-02T03:04:05Z" if name else "2025-01-02T03:04:05Z")',
    'client.query_reminders("u1", sort=[])',
    "client.update_app_settings(revoke_tokens_issued_before=name)",
    'observe("t", client.create_token("jane", exp=ids.count("a") if name else None))',
)


@pytest.mark.parametrize("call", HELD)
def test_a_call_that_is_not_understood_stays(call: str) -> None:
    before, after, site = rewrite(SYNC, call)
    assert site.applicability is Applicability.MANUAL
    assert after == before


def test_requests_that_differ_are_told_apart() -> None:
    before, after, _ = rewrite(SYNC, 'client.upsert_user({"id": "jane", "tier": 3})')
    assert differences(before, after.replace("tier", "level"))
