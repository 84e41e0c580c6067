"""What the generated programs can say: the calls of stream-chat with the kinds of their arguments, and the keys of payloads."""

from __future__ import annotations

from typing import NamedTuple


class Parameter(NamedTuple):
    """A parameter of a call. `needed` is false for one that is given now and then; `keyword` for what only has a name."""

    name: str
    kind: str
    needed: bool
    keyword: bool


class Operation(NamedTuple):
    """A method and what it takes; `weight` says how often programs call it."""

    name: str
    parameters: tuple[Parameter, ...]
    weight: int


def _operations(table: str) -> tuple[Operation, ...]:
    return tuple(_operation(*line.split()) for line in table.strip().splitlines())


def _operation(weight: str, name: str, *parameters: str) -> Operation:
    return Operation(name, tuple(_parameter(*text.split(":")) for text in parameters), int(weight))


def _parameter(name: str, kind: str) -> Parameter:
    return Parameter(name, kind.rstrip("?+"), kind[-1] not in "?+", kind.endswith("+"))


# A weight, the method, its parameters as name:kind (? may be left out, + is an option that has to be named).
CLIENT = _operations(
    """
    30 upsert_user user:user
    12 update_user user:user
    12 upsert_users users:users
    3 update_users users:users
    10 query_users filter_conditions:filter sort:sort? limit:number+ offset:number+ presence:flag+
    10 query_channels filter_conditions:filter sort:sort? limit:number+ message_limit:number+ user_id:user_id+ state:flag+
    2 delete_user user_id:user_id hard_delete:flag+
    2 delete_users user_ids:user_ids delete_type:delete_type messages:delete_type+ conversations:delete_type+
    2 deactivate_user user_id:user_id mark_messages_deleted:flag+ created_by_id:user_id+
    1 deactivate_users user_ids:user_ids mark_messages_deleted:flag+
    2 reactivate_user user_id:user_id restore_messages:flag+ name:word+
    2 export_user user_id:user_id
    1 export_users user_ids:user_ids
    1 restore_users user_ids:user_ids
    5 update_user_partial update:partial
    3 update_users_partial updates:partials
    1 set_guest_user guest_user:user
    3 ban_user target_id:user_id banned_by_id:user_id+ reason:word+ timeout:number+
    2 shadow_ban target_id:user_id banned_by_id:user_id+ reason:word+
    2 unban_user target_id:user_id unbanned_by_id:user_id+
    3 mute_user target_id:user_id user_id:user_id timeout:number+
    2 mute_users target_ids:user_ids user_id:user_id
    2 unmute_user target_id:user_id user_id:user_id
    2 unmute_users target_ids:user_ids user_id:user_id
    2 flag_message target_id:message_id user_id:user_id+ reason:word+
    2 flag_user target_id:user_id user_id:user_id+
    2 block_user blocked_user_id:user_id user_id:user_id
    1 unblock_user blocked_user_id:user_id user_id:user_id
    1 get_blocked_users user_id:user_id
    2 mark_all_read user_id:user_id
    2 translate_message message_id:message_id language:language
    1 commit_message message_id:message_id
    3 pin_message message_id:message_id user_id:user_id expiration:number?
    2 unpin_message message_id:message_id user_id:user_id
    6 update_message message:known_message
    6 update_message_partial message_id:message_id updates:changes user_id:user_id skip_enrich_url:flag+
    6 delete_message message_id:message_id hard:flag+
    2 undelete_message message_id:message_id user_id:user_id
    5 get_message message_id:message_id show_deleted_message:flag+
    1 query_message_history filter:filter sort:sort? limit:number+
    2 query_threads filter:filter sort:sort? limit:number+ user_id:user_id+
    4 search filter_conditions:filter query:query sort:sort? limit:number+
    4 delete_channels cids:cids hard_delete:flag+
    4 get_app_settings
    3 update_app_settings multi_tenant_enabled:flag+ webhook_url:word+ reminders_interval:number+
    2 list_channel_types
    2 get_channel_type channel_type:word
    1 delete_channel_type channel_type:word
    1 list_commands
    1 get_command name:word
    1 create_role name:word
    1 list_roles
    1 list_permissions
    1 list_blocklists
    1 create_blocklist name:word words:words
    1 delete_blocklist name:word
    3 add_device device_id:word push_provider:provider user_id:user_id
    2 get_devices user_id:user_id
    2 delete_device device_id:word user_id:user_id
    2 get_rate_limits server_side:flag? android:flag?
    2 unread_counts user_id:user_id
    1 unread_counts_batch user_ids:user_ids
    2 revoke_tokens since:moment
    2 revoke_user_token user_id:user_id before:moment
    1 revoke_users_token user_ids:user_ids before:moment
    2 send_user_custom_event user_id:user_id event:custom_event
    1 get_task task_id:word
    1 export_channel channel_type:word channel_id:word
    2 create_reminder message_id:message_id user_id:user_id remind_at:datetime?
    1 delete_reminder message_id:message_id user_id:user_id
    2 query_reminders user_id:user_id filter_conditions:filter? limit:number+
    2 query_drafts user_id:user_id
    1 query_team_usage_stats month:month+
    1 list_push_providers
    1 get_user_locations user_id:user_id
    """
)

CHANNEL = _operations(
    """
    40 send_message message:message user_id:user_id skip_push:flag+ skip_enrich_url:flag+
    24 create user_id:user_id hide_for_creator:flag+
    18 query messages:page+ members:page+ state:flag+ watch:no+ presence:no+
    18 add_members members:members message:message? hide_history:flag+
    6 invite_members user_ids:members message:message?
    8 remove_members user_ids:user_ids message:message?
    5 add_moderators user_ids:user_ids message:message?
    3 demote_moderators user_ids:user_ids
    3 assign_roles members:roles message:message?
    8 update channel_data:channel update_message:message?
    6 update_partial to_set:set to_unset:keys?
    8 delete hard:flag? skip_truncate:flag?
    5 truncate hard_delete:flag+ skip_push:flag+ user_id:user_id+
    5 send_event event:event user_id:user_id
    8 send_reaction message_id:message_id reaction:reaction user_id:user_id
    4 delete_reaction message_id:message_id reaction_type:reaction_type user_id:user_id
    4 get_reactions message_id:message_id limit:number+
    4 get_replies parent_id:message_id limit:number+
    4 get_messages message_ids:message_ids
    5 query_members filter_conditions:filter sort:sort? limit:number+
    3 update_member_partial user_id:user_id to_set:set to_unset:keys?
    3 mark_read user_id:user_id message_id:message_id+
    3 mark_unread user_id:user_id message_id:message_id+
    3 ban_user target_id:user_id banned_by_id:user_id+ reason:word+
    2 unban_user target_id:user_id
    2 accept_invite user_id:user_id
    1 reject_invite user_id:user_id
    2 hide user_id:user_id
    2 show user_id:user_id
    2 mute user_id:user_id expiration:number?
    2 unmute user_id:user_id
    2 pin user_id:user_id
    1 unpin user_id:user_id
    2 archive user_id:user_id
    1 unarchive user_id:user_id
    2 get_draft user_id:user_id
    1 create_draft message:message user_id:user_id
    1 delete_draft user_id:user_id
    2 add_filter_tags tags:words
    1 remove_filter_tags tags:words
    1 delete_file url:word
    """
)

ONLY_SYNC = frozenset({"commit_message"})
"""Methods that the asynchronous client lacks."""

KEYS: dict[str, dict[str, str]] = {
    "user": {
        "name": "word",
        "image": "word",
        "role": "role",
        "language": "language",
        "teams": "words",
        "invisible": "flag",
        "privacy_settings": "privacy",
        "email": "word",
        "tier": "number",
        "show_age": "flag",
        "profile": "nested",
        "custom": "mapping",
        "username": "null",
    },
    "message": {
        "text": "word",
        "id": "word",
        "mentioned_users": "user_ids",
        "parent_id": "word",
        "show_in_channel": "flag",
        "silent": "flag",
        "type": "message_type",
        "quoted_message_id": "word",
        "attachments": "attachments",
        "pinned": "flag",
        "pin_expires": "time",
        "poll_id": "word",
        "html": "word",
        "priority": "number",
        "order": "nested",
        "shared_location": "location",
        "restricted_visibility": "user_ids",
        "seen": "null",
    },
    "channel": {
        "name": "word",
        "image": "word",
        "team": "word",
        "members": "members",
        "frozen": "flag",
        "disabled": "flag",
        "auto_translation_enabled": "flag",
        "invites": "members",
        "filter_tags": "words",
        "color": "word",
        "level": "number",
        "settings": "nested",
        "note": "null",
    },
    "attachment": {
        "type": "word",
        "title": "word",
        "image_url": "word",
        "asset_url": "word",
        "fields": "fields",
        "actions": "actions",
        "price": "number",
        "product": "nested",
    },
    "reaction": {"score": "number", "emoji_code": "word", "color": "word", "count": "number"},
    "event": {"parent_id": "word", "reason": "word", "level": "number"},
    "custom_event": {"level": "number", "place": "word"},
    "member": {"channel_role": "channel_role", "notifications_muted": "flag", "nickname": "word"},
}
"""The keys that payloads take beside those that they need, and the kinds of their values."""

NEEDED: dict[str, dict[str, str]] = {
    "user": {"id": "user_id"},
    "message": {"text": "word"},
    "channel": {},
    "attachment": {"type": "word"},
    "reaction": {"type": "reaction_type"},
    "event": {"type": "event_type"},
    "custom_event": {"type": "word"},
    "member": {"user_id": "user_id"},
}

WORDS: dict[str, tuple[str, ...]] = {
    "user_id": ("jane", "john", "user-1", "mary.ann", "u_2"),
    "message_id": ("message-1", "m2", "msg_3"),
    "word": ("general", "a b", "Zoë", "it's", "blue", "x-1"),
    "role": ("user", "admin"),
    "language": ("en", "de"),
    "channel_role": ("channel_member", "channel_moderator"),
    "delete_type": ("soft", "hard"),
    "message_type": ("regular", "system"),
    "reaction_type": ("love", "like"),
    "event_type": ("typing.start", "my-event"),
    "provider": ("apn", "firebase"),
    "month": ("2026-01",),
    "cid": ("messaging:general", "team:blue"),
}
