"""The kinds of record in exported and imported data, and what the APIs know of each.

The fields come from the models of getstream. What imports have beside them, and which names they refuse, was taken from
the import format's documentation and from the Stream CLI's validation of import files.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from streammigrate.rules import sdk


class Entity(NamedTuple):
    """A kind of record: the models that hold it, the fields that only imports have, and the names imports refuse."""

    name: str
    plural: str
    models: tuple[str, ...]
    imported: frozenset[str] = frozenset()
    reserved: frozenset[str] = frozenset()


def _entity(name: str, models: str, imported: str = "", reserved: str = "") -> Entity:
    sets = frozenset(imported.split()), frozenset(reserved.split())
    return Entity(name, f"{name}s", tuple(models.split()), *sets)


ENTITIES = {
    entity.name: entity
    for entity in (
        _entity(
            "user",
            "UserRequest FullUserResponse UserResponse",
            "user_mutes created_at updated_at deleted_at deactivated_at",
            "app_pk pk user_pk",
        ),
        _entity(
            "channel",
            "ChannelInput ChannelInputRequest ChannelResponse",
            "id type member_ids truncated_at",
            "app_pk pk created_by_pk",
        ),
        _entity(
            "message",
            "MessageRequest MessageResponse",
            "channel_type channel_id channel_member_ids mentioned_users_ids pinned_by_id",
            "app_pk pk tmp_id reactions_count",
        ),
        _entity(
            "member",
            "ChannelMemberRequest ChannelMemberResponse",
            "channel_type channel_id channel_cid cid channel_member_ids last_read hide_channel hide_messages_before",
        ),
        _entity("reaction", "ReactionRequest ReactionResponse"),
        _entity("attachment", "Attachment"),
    )
}

OTHER_KINDS = frozenset(
    {"device", "channel_mute", "user_mute", "channel_ban", "future_channel_ban", "poll", "poll_vote"}
)
"""What an import may hold beside, and nothing here asks about."""

LIMITS = {
    ("message", "id"): 255,
    ("message", "text"): 20_000,
    ("message", "attachments"): 30,
    ("message", "mentioned_users"): 100,
    ("message", "mentioned_group_ids"): 10,
    ("message", "mentioned_roles"): 10,
    ("message", "restricted_visibility"): 10,
    ("reaction", "type"): 30,
    ("channel", "members"): 100,
    ("channel", "invites"): 100,
    ("channel", "filter_tags"): 10,
}
"""The longest text, in characters, and the most items that both specs allow in a request. That of a message's text is
the largest `max_message_length` that a channel type can have."""


@cache
def fields(name: str) -> dict[str, sdk.Type]:
    """Return the fields of an entity by their key, those of the request first."""
    found: dict[str, sdk.Type] = {}
    for model_name in ENTITIES[name].models:
        model = sdk.model(model_name)
        for field in model.fields.values() if model is not None else ():
            found.setdefault(field.wire, field.type)
    return found


@cache
def known(name: str) -> frozenset[str]:
    """Return every key that is no custom field of an entity."""
    entity = ENTITIES[name]
    return frozenset(fields(name)) | entity.imported | entity.reserved
