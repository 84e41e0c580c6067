"""What the tool knows of both SDKs, and since when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from streammigrate.rules import load, sdk
from streammigrate.rules.sdk import Type, parse_type

STR = Type("scalar", "str")
ANY = Type("any", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("str", STR),
        ("int", Type("scalar", "int")),
        ("float", Type("scalar", "float")),
        ("bool", Type("scalar", "bool")),
        ("datetime", Type("time", "")),
        ("object", ANY),
        ("UserRequest", Type("model", "UserRequest")),
        ("List[str]", Type("list", "", (STR,))),
        ("Dict[str, object]", Type("map", "", (ANY,))),
        ("Dict[str, List[Attachment]]", Type("map", "", (Type("list", "", (Type("model", "Attachment"),)),))),
        ("Union[str, datetime]", Type("union", "", (STR, Type("time", "")))),
    ],
)
def test_parse_type(text: str, expected: Type) -> None:
    assert parse_type(text) == expected


@pytest.mark.parametrize(
    "text", ["", "List", "List[]", "Dict[int, str]", "Set[str]", "a.b", "str | None", "List[str, int]", "1"]
)
def test_what_is_no_type_is_refused(text: str) -> None:
    if text == "List":
        assert parse_type(text) == Type("model", "List")
        return
    with pytest.raises(ValueError, match="no type"):
        parse_type(text)


def test_every_type_in_the_data_is_understood() -> None:
    models = load("models")["models"]
    for owner in ("client", "chat", "moderation", "channel"):
        for method in sdk.v2_methods(owner).values():
            for parameter in method.parameters.values():
                known(parse_type(parameter.type), models)
            if method.response:
                known(parse_type(method.response), models)
    targets = load("v2")["targets"]
    for name in models:
        for target in targets:
            model = sdk.model(name, target)
            for field in model.fields.values() if model else ():
                known(field.type, models)


def known(kind: Type, models: Mapping[str, Any]) -> None:
    assert kind.kind != "model" or kind.name in models, kind.name
    for item in kind.items:
        known(item, models)


@pytest.mark.parametrize("qualname", ["myapp.StreamChat", "stream_chat.Client", "StreamChat", "stream_chat", ""])
def test_other_names_are_no_class_of_the_sdk(qualname: str) -> None:
    assert sdk.v1_class_of(qualname) is None


@pytest.mark.parametrize(
    ("qualname", "name"),
    [
        ("stream_chat.StreamChat", "StreamChat"),
        ("stream_chat.client.StreamChat", "StreamChat"),
        ("stream_chat.async_chat.StreamChatAsync", "StreamChatAsync"),
        ("stream_chat.channel.Channel", "Channel"),
        ("stream_chat.async_chat.channel.Channel", "AsyncChannel"),
        ("stream_chat.base.exceptions.StreamAPIException", "StreamAPIException"),
        ("stream_chat.types.segment.SegmentType", "SegmentType"),
    ],
)
def test_classes_are_found_by_every_spelling(qualname: str, name: str) -> None:
    found = sdk.v1_class_of(qualname)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    ("owner", "member", "returns"),
    [
        ("StreamChat", "channel", "Channel"),
        ("StreamChatAsync", "channel", "AsyncChannel"),
        ("StreamChat", "segment", "Segment"),
        ("StreamChatAsync", "campaign", "AsyncCampaign"),
        ("StreamChat", "channel_batch_updater", "ChannelBatchUpdater"),
        ("StreamChatAsync", "__aenter__", "StreamChatAsync"),
        ("AsyncChannel", "client", "StreamChatAsync"),
        ("Channel", "query_members", ""),
        ("Channel", "send_message", "StreamResponse"),
    ],
)
def test_what_a_member_returns(owner: str, member: str, returns: str) -> None:
    assert sdk.v1_classes()[owner].members[member].returns == returns


def names(signature: sdk.Signature | None) -> list[tuple[str, str | None]] | None:
    return None if signature is None else [(item.name, item.default) for item in signature.parameters]


NEW_DELETE = [("message_id", None), ("delete_for_me", "False"), ("deleted_by", "None"), ("options", None)]


@pytest.mark.parametrize(
    ("owner", "member", "version", "expected"),
    [
        ("StreamChat", "delete_message", "4.26.0", [("message_id", None), ("options", None)]),
        ("StreamChat", "delete_message", "4.27.0", NEW_DELETE),
        ("Channel", "delete", "4.24.0", []),
        ("Channel", "delete", "4.25", [("hard", "False")]),
        ("Channel", "delete", "4.32.0", [("hard", "False")]),
        ("Channel", "delete", "", [("hard", "False"), ("skip_truncate", "False")]),
        ("StreamChat", "revoke_tokens", "3.7.0", None),
        ("StreamChat", "revoke_tokens", "3.15.0", [("before", None)]),
        ("StreamChat", "revoke_tokens", "3.16.0", [("before", None)]),
        ("StreamChat", "revoke_tokens", "3.17.0", [("since", None)]),
        ("StreamChat", "get_segment", "4.3.0", [("segment_id", None)]),
        ("StreamChat", "get_segment", "4.4.0", None),
        ("StreamChat", "get_segment", "4.12.1", [("segment_id", None)]),
        ("StreamChat", "resume_campaign", "4.11.0", [("campaign_id", None)]),
        ("StreamChat", "resume_campaign", "4.12.0", None),
        ("StreamChat", "api_key", "", None),
        ("StreamChat", "nothing", "", None),
        ("Nobody", "delete", "", None),
        ("StreamChat", "delete_message", "2.0.0", None),
        ("StreamChat", "delete_message", "5.0.0", NEW_DELETE),
        ("stream_chat.webhook", "verify_signature", "", [("body", None), ("signature", None), ("secret", None)]),
    ],
)
def test_signatures_by_release(owner: str, member: str, version: str, expected: Any) -> None:
    assert names(sdk.v1_signature(owner, member, version)) == expected


def test_members_that_are_gone_are_no_members() -> None:
    assert "resume_campaign" not in sdk.v1_classes()["StreamChat"].members


def test_a_method_by_target() -> None:
    newest, oldest = sdk.v2_method("chat", "delete_channel"), sdk.v2_method("chat", "delete_channel", "4.2.0")
    assert newest is not None
    assert oldest is not None
    assert newest.parameters["skip_truncate"].since == "6.1"
    assert "skip_truncate" not in oldest.parameters
    assert (newest.http, newest.path) == ("DELETE", "/api/v2/chat/channels/{type}/{id}")
    assert sdk.v2_method("chat", "no_such_method") is None
    assert sdk.v2_method("nobody", "ban") is None


def test_where_a_parameter_lands_by_target() -> None:
    places = {}
    for target in ("4.2", "5.1", "7.0"):
        method = sdk.v2_method("client", "create_poll", target)
        assert method is not None
        places[target] = method.parameters["custom"].place
    assert places == {"4.2": "body:Custom", "5.1": "body:custom", "7.0": "body:custom"}


def test_a_model_by_target() -> None:
    newest, oldest = sdk.model("ChannelMemberRequest"), sdk.model("ChannelMemberRequest", "4.2")
    assert newest is not None
    assert oldest is not None
    assert sdk.has_custom(newest)
    assert not newest.fields["user_id"].required
    assert sdk.model("CreateReminderResponse", "5.1") is None
    assert sdk.model("NoSuchModel") is None


def test_required_and_wire_names() -> None:
    attachment, push = sdk.model("Attachment"), sdk.model("APNConfig")
    assert attachment is not None
    assert attachment.fields["custom"].required
    assert load("v2")["targets"][-1] == sdk.LATEST
    wires = {
        field.wire for name in load("models")["models"] for field in getattr(sdk.model(name), "fields", {}).values()
    }
    assert {"async", "content-available"} <= wires
    assert push is not None
