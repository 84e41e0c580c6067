"""Every rule of equality.md with what it makes equal and what it does not, in both directions."""

from __future__ import annotations

import json
from typing import Any, Literal
from urllib.parse import urlencode

import pytest

from streammigrate.proof.equality import compare_requests, compare_settings, compare_traces, compare_values, same_error
from streammigrate.proof.multipart import Part
from streammigrate.proof.record import Request, make_request
from streammigrate.proof.run import Trace

HOST = "https://chat.stream-io-api.com"


def request(sdk: Literal["v1", "v2"], line: str, body: Any = None, **query: str) -> Request:
    method, path = line.split()
    sent = "" if body is None else json.dumps(body)
    url = f"{HOST}{path}?{urlencode({'api_key': 'k', **query})}"
    return make_request(sdk, method, url, "application/json", sent.encode(), 6.0)


def v1(line: str, body: Any = None, **query: str) -> Request:
    return request("v1", line, body, **query)


def v2(line: str, body: Any = None, **query: str) -> Request:
    return request("v2", line, body, **query)


def differ(before: Request, after: Request) -> list[str]:
    return [difference.path for difference in compare_requests([before], [after])]


USERS = ("POST /users", "POST /api/v2/users")
MESSAGE = ("POST /channels/messaging/g/message", "POST /api/v2/chat/channels/messaging/g/message")
QUERY = ("POST /channels/messaging/g/query", "POST /api/v2/chat/channels/messaging/g/query")
UPDATE = ("POST /channels/messaging/g", "POST /api/v2/chat/channels/messaging/g")
CHANNELS = ("POST /channels", "POST /api/v2/chat/channels")
PARTIAL = ("PUT /messages/m", "PUT /api/v2/chat/messages/m")
DELETE = ("DELETE /messages/m", "DELETE /api/v2/chat/messages/m")
APP = ("PATCH /app", "PATCH /api/v2/app")
BAN = ("POST /moderation/ban", "POST /api/v2/moderation/ban")
UNBAN = ("DELETE /moderation/ban", "POST /api/v2/moderation/unban")
FLAG = ("POST /moderation/flag", "POST /api/v2/moderation/flag")
MUTE = ("POST /moderation/mute", "POST /api/v2/moderation/mute")
REMIND = ("POST /messages/m/reminders", "POST /api/v2/chat/messages/m/reminders")
TARGETS = ("POST /segments/s/targets/query", "POST /api/v2/chat/segments/s/targets/query")
PLACE = ("PUT /users/live_locations", "PUT /api/v2/users/live_locations")
DELIVERED = ("POST /channels/delivered", "POST /api/v2/chat/channels/delivered")


def user(**fields: Any) -> dict[str, Any]:
    return {"users": {"u": {"id": "u", **fields}}}


EQUAL: dict[str, tuple[tuple[str, str], Any, Any]] = {
    "E1 prefix": (MESSAGE, {"message": {"text": "x"}}, {"message": {"text": "x"}}),
    "E1 decoded once": (("GET /messages/a%20b", "GET /api/v2/chat/messages/a%20b"), None, None),
    "E1 an encoded slash": (("GET /messages/a%2Fb", "GET /api/v2/chat/messages/a%2Fb"), None, None),
    "E1 literal segments first": (
        ("POST /users/block", "POST /api/v2/users/block"),
        {"user_id": "u"},
        {"user_id": "u"},
    ),
    "E3 inserted null": (UPDATE, {"add_moderators": ["u"], "message": None}, {"add_moderators": ["u"]}),
    "E3 null of v2's payload": (("GET /users", "GET /api/v2/users"), None, None),
    "E4 sort": (CHANNELS, {"filter_conditions": {"a": 1}, "sort": []}, {"filter_conditions": {"a": 1}}),
    "E4 filter": (("POST /threads", "POST /api/v2/chat/threads"), {"filter": {}, "limit": 1}, {"limit": 1}),
    "E4 custom of v2": (MESSAGE, {"message": {"attachments": [{}]}}, {"message": {"attachments": [{"custom": {}}]}}),
    "E4 data of a query": (QUERY, {"state": True, "data": {}}, {"state": True}),
    "E4 empty body": (("DELETE /roles/r", "DELETE /api/v2/roles/r"), {}, None),
    "E5 watch": (QUERY, {"state": True, "watch": False, "presence": False}, {"state": True}),
    "E5 dead options": (QUERY, {"state": True, "messages_limit": 3, "members_limit": 4}, {"state": True}),
    "E5 pin": (PARTIAL, {"set": {"pinned": True, "pin_expires": None}}, {"set": {"pinned": True}}),
    "E7 user": (MESSAGE, {"message": {"user": {"id": "u"}}}, {"message": {"user_id": "u"}}),
    "E7 the other way": (MESSAGE, {"message": {"user_id": "u"}}, {"message": {"user": {"id": "u"}}}),
    "E7 both the same": (MESSAGE, {"message": {"user_id": "u", "user": {"id": "u"}}}, {"message": {"user_id": "u"}}),
    "E7 created_by": (QUERY, {"data": {"created_by": {"id": "u"}}}, {"data": {"created_by_id": "u"}}),
    "E8 user": (USERS, user(tier=1), user(custom={"tier": 1})),
    "E8 attachment": (
        MESSAGE,
        {"message": {"attachments": [{"type": "a", "n": 1}]}},
        {"message": {"attachments": [{"type": "a", "custom": {"n": 1}}]}},
    ),
    "E8 joins custom": (USERS, user(tier=1, custom={"a": 2}), user(custom={"a": 2, "tier": 1})),
    "E8 channel": (UPDATE, {"data": {"name": "n"}}, {"data": {"custom": {"name": "n"}}}),
    "E9 member": (UPDATE, {"add_members": ["u"]}, {"add_members": [{"user_id": "u"}]}),
    "E9 member of data": (QUERY, {"data": {"members": ["u"]}}, {"data": {"members": [{"user_id": "u"}]}}),
    "E10 zone": (REMIND, {"remind_at": "2030-01-01T10:00:00Z"}, {"remind_at": "2030-01-01T11:00:00+01:00"}),
    "E10 naive": (REMIND, {"remind_at": "2030-01-01T10:00:00"}, {"remind_at": "2030-01-01T10:00:00+00:00"}),
    "E10 number": (REMIND, {"remind_at": "2030-01-01T10:00:00.5Z"}, {"remind_at": 1893492000500000000}),
    "E12 update message": (
        ("POST /messages/m", "POST /api/v2/chat/messages/m"),
        {"message": {"id": "m", "text": "x"}},
        {"message": {"text": "x"}},
    ),
    "E12 segment targets": (
        TARGETS,
        {"filter": {"a": 1}, "sort": [{"f": 1}]},
        {"Filter": {"a": 1}, "Sort": [{"f": 1}]},
    ),
    "E14 ban": (
        BAN,
        {"target_user_id": "b", "user_id": "u", "type": "t", "id": "c"},
        {"target_user_id": "b", "banned_by_id": "u", "channel_cid": "t:c"},
    ),
    "E14 ban by user": (
        BAN,
        {"target_user_id": "b", "user": {"id": "u"}},
        {"target_user_id": "b", "banned_by_id": "u"},
    ),
    "E14 flag message": (FLAG, {"target_message_id": "m"}, {"entity_type": "stream:chat:v1:message", "entity_id": "m"}),
    "E14 flag user": (FLAG, {"target_user_id": "u"}, {"entity_type": "stream:user", "entity_id": "u"}),
    "E14 mute": (MUTE, {"target_id": "b", "user_id": "u"}, {"target_ids": ["b"], "user_id": "u"}),
    "E14 channel mute": (
        ("POST /moderation/mute/channel", "POST /api/v2/chat/moderation/mute/channel"),
        {"channel_cid": "t:c", "user_id": "u"},
        {"channel_cids": ["t:c"], "user_id": "u"},
    ),
    "order of keys": (USERS, user(name="n", role="r"), user(role="r", name="n")),
}

UNEQUAL: dict[str, tuple[tuple[str, str], Any, Any]] = {
    "E1 another id": (("GET /messages/a", "GET /api/v2/chat/messages/b"), None, None),
    "E1 decoded twice": (("GET /messages/a%2520b", "GET /api/v2/chat/messages/a%20b"), None, None),
    "E1 another operation": (("POST /users/block", "POST /api/v2/users/unblock"), {"user_id": "u"}, {"user_id": "u"}),
    "E1 another method": (("PUT /messages/m", "POST /api/v2/chat/messages/m"), {"a": 1}, {"a": 1}),
    "E1 an operation of neither map": (("POST /nothing", "POST /api/v2/nothing"), None, None),
    "E1 v1's path in v2": (("GET /roles", "GET /roles"), None, None),
    "E3 null in set": (PARTIAL, {"set": {"x": None}}, {}),
    "E3 null deep in set": (PARTIAL, {"set": {"x": {"y": None}}}, {"set": {"x": {}}}),
    "E3 clearing": (APP, {"revoke_tokens_issued_before": None}, {}),
    "E3 null in a filter": (CHANNELS, {"filter_conditions": {"a": None}}, {"filter_conditions": {}}),
    "E4 a caller's members": (QUERY, {"data": {"members": []}}, {"data": {}}),
    "E4 data elsewhere": (UPDATE, {"data": {}}, {}),
    "E4 sort in custom": (USERS, user(custom={"sort": []}), user(custom={})),
    "E5 watch": (QUERY, {"watch": True}, {}),
    "E5 dead options elsewhere": (UPDATE, {"messages_limit": 3}, {}),
    "E5 dead options in v2": (QUERY, {}, {"messages_limit": 3}),
    "E5 state false": (QUERY, {"state": False}, {}),
    "E5 state true": (QUERY, {"state": True}, {}),
    "E5 watch elsewhere": (UPDATE, {"watch": False}, {}),
    "E5 in v2": (QUERY, {}, {"watch": False}),
    "E5 unpin": (PARTIAL, {"set": {"pinned": False, "pin_expires": None}}, {"set": {"pinned": False}}),
    "E7 more than the id": (MESSAGE, {"message": {"user": {"id": "u", "name": "n"}}}, {"message": {"user_id": "u"}}),
    "E7 two ids": (MESSAGE, {"message": {"user_id": "u", "user": {"id": "w"}}}, {"message": {"user_id": "u"}}),
    "E7 two ids on both sides": (
        MESSAGE,
        {"message": {"user_id": "u", "user": {"id": "w"}}},
        {"message": {"user_id": "u", "user": {"id": "w"}}},
    ),
    "E7 not for others": (MESSAGE, {"message": {"poll": {"id": "p"}}}, {"message": {"poll_id": "p"}}),
    "E8 dropped": (USERS, user(tier=1), user()),
    "E8 at the top in v2": (USERS, user(tier=1), user(tier=1)),
    "E8 a known key under custom": (USERS, user(name="n"), user(custom={"name": "n"})),
    "E8 not inside set": (PARTIAL, {"set": {"tier": 1}}, {"set": {"custom": {"tier": 1}}}),
    "E9 in v2": (UPDATE, {"add_members": ["u"]}, {"add_members": ["u"]}),
    "E9 not for moderators": (UPDATE, {"add_moderators": ["u"]}, {"add_moderators": [{"user_id": "u"}]}),
    "E10 an hour": (REMIND, {"remind_at": "2030-01-01T10:00:00Z"}, {"remind_at": "2030-01-01T11:00:00Z"}),
    "E10 a mislabelled zone": (
        REMIND,
        {"remind_at": "2030-01-01T10:00:00Z"},
        {"remind_at": "2030-01-01T10:00:00+02:00"},
    ),
    "E10 two numbers": (USERS, user(custom={"n": 1893492000500000000}), user(custom={"n": 1893492000500000001})),
    "E12 another message": (
        ("POST /messages/m", "POST /api/v2/chat/messages/m"),
        {"message": {"id": "other"}},
        {"message": {}},
    ),
    "E12 elsewhere": (("PUT /permissions/p", "PUT /api/v2/permissions/p"), {"id": "p", "name": "n"}, {"name": "n"}),
    "E14 ban by another": (BAN, {"target_user_id": "b", "user_id": "u"}, {"target_user_id": "b", "banned_by_id": "w"}),
    "E14 ban, v1's spelling in v2": (
        BAN,
        {"target_user_id": "b", "user_id": "u"},
        {"target_user_id": "b", "user_id": "u"},
    ),
    "E14 half a channel": (BAN, {"target_user_id": "b", "type": "t"}, {"target_user_id": "b"}),
    "E14 flag of the other kind": (FLAG, {"target_message_id": "m"}, {"entity_type": "stream:user", "entity_id": "m"}),
    "E14 mute of two": (MUTE, {"target_id": "b"}, {"target_ids": ["b", "c"]}),
    "true is not 1": (USERS, user(custom={"a": True}), user(custom={"a": 1})),
    "1 is not its text": (USERS, user(custom={"a": 1}), user(custom={"a": "1"})),
    "order of items": (UPDATE, {"add_moderators": ["a", "b"]}, {"add_moderators": ["b", "a"]}),
    "a body more": (("POST /messages/m/commit", "POST /api/v2/chat/messages/m/commit"), None, {"a": 1}),
}


@pytest.mark.parametrize("name", EQUAL)
def test_the_rule_makes_them_equal(name: str) -> None:
    lines, before, after = EQUAL[name]
    assert differ(v1(lines[0], before), v2(lines[1], after)) == []


@pytest.mark.parametrize("name", UNEQUAL)
def test_the_rule_goes_no_further(name: str) -> None:
    lines, before, after = UNEQUAL[name]
    assert differ(v1(lines[0], before), v2(lines[1], after))


@pytest.mark.parametrize("name", UNEQUAL)
def test_swapping_what_was_expected_and_got_changes_nothing(name: str) -> None:
    lines, before, after = UNEQUAL[name]
    assert differ(v2(lines[1], after), v1(lines[0], before))


def test_key_headers_and_host_are_not_compared_but_on_request() -> None:
    before = v1("GET /roles")
    after = v2("GET /api/v2/roles")._replace(api_key="other", host="https://elsewhere", timeout=30.0)
    assert differ(before, after) == []
    assert [found.path for found in compare_settings([before], [after])] == ["[0].api_key", "[0].host", "[0].timeout"]


@pytest.mark.parametrize(
    ("lines", "before", "after", "equal"),
    [
        (("DELETE /channels/t/c", "DELETE /api/v2/chat/channels/t/c"), {"hard_delete": "false"}, {}, True),
        (("DELETE /channels/t/c", "DELETE /api/v2/chat/channels/t/c"), {"hard_delete": "true"}, {}, False),
        (("GET /rate_limits", "GET /api/v2/rate_limits"), {"android": "false"}, {}, False),
        (("GET /users", "GET /api/v2/users"), {"payload": "{}"}, {}, True),
        (
            ("GET /users", "GET /api/v2/users"),
            {"payload": '{"limit": 1, "sort": []}'},
            {"payload": '{"limit":1}'},
            True,
        ),
        (
            ("GET /users", "GET /api/v2/users"),
            {"payload": '{"limit": 1}'},
            {"payload": '{"limit":1,"user":null}'},
            True,
        ),
        (("GET /users", "GET /api/v2/users"), {"payload": '{"limit": 1}'}, {"payload": '{"limit":"1"}'}, False),
        (("GET /users", "GET /api/v2/users"), {"payload": '{"limit": 1}'}, {}, False),
        (("GET /messages/p/replies", "GET /api/v2/chat/messages/p/replies"), {"limit": "10"}, {"limit": "10"}, True),
        (("GET /messages/p/replies", "GET /api/v2/chat/messages/p/replies"), {"limit": "10"}, {"limit": "11"}, False),
    ],
)
def test_queries(lines: tuple[str, str], before: dict[str, str], after: dict[str, str], equal: bool) -> None:
    assert (differ(v1(lines[0], **before), v2(lines[1], **after)) == []) is equal


@pytest.mark.parametrize(
    ("before", "after", "equal"),
    [
        (v1(UNBAN[0], target_user_id="b"), v2(UNBAN[1], target_user_id="b"), True),
        (v1(UNBAN[0], target_user_id="b", type="t", id="c"), v2(UNBAN[1], target_user_id="b", channel_cid="t:c"), True),
        (
            v1(UNBAN[0], target_user_id="b", user_id="u"),
            v2(UNBAN[1], {"unbanned_by_id": "u"}, target_user_id="b"),
            True,
        ),
        (v1(UNBAN[0], target_user_id="b", user_id="u"), v2(UNBAN[1], target_user_id="b"), False),
        (v1(UNBAN[0], target_user_id="b", shadow="true"), v2(UNBAN[1], target_user_id="b"), False),
        (
            v1("PATCH /channels/t/c/member/u", {"set": {"a": 1}}),
            v2("PATCH /api/v2/chat/channels/t/c/member", {"set": {"a": 1}}, user_id="u"),
            True,
        ),
        (
            v1("PATCH /channels/t/c/member/u", {"set": {"a": 1}}),
            v2("PATCH /api/v2/chat/channels/t/c/member", {"set": {"a": 1}}),
            False,
        ),
        (
            v1(DELETE[0], {"delete_for_me": True, "user": {"id": "u"}}),
            v2(DELETE[1], delete_for_me="true", deleted_by="u"),
            True,
        ),
        (v1(DELETE[0], {"delete_for_me": True, "user": {"id": "u"}}), v2(DELETE[1], delete_for_me="true"), False),
        (
            v1(DELETE[0], {"delete_for_me": True, "user": {"id": "u"}}),
            v2(DELETE[1], hard="true", deleted_by="u"),
            False,
        ),
        (
            v1(DELIVERED[0], {"latest_delivered_messages": [{"id": "m"}], "user_id": "u"}, user_id="u"),
            v2(DELIVERED[1], {"latest_delivered_messages": [{"id": "m"}]}, user_id="u"),
            True,
        ),
        (
            v1(DELIVERED[0], {"latest_delivered_messages": [{"id": "m"}], "user_id": "u"}),
            v2(DELIVERED[1], {"latest_delivered_messages": [{"id": "m"}]}),
            False,
        ),
        (
            v1(PLACE[0], {"message_id": "m", "latitude": 1.5}, user_id="u", latitude="1.5"),
            v2(PLACE[1], {"message_id": "m", "latitude": 1.5}, user_id="u"),
            True,
        ),
        (
            v1(PLACE[0], {"message_id": "m", "latitude": 1.5}, user_id="u", latitude="2.5"),
            v2(PLACE[1], {"message_id": "m", "latitude": 1.5}, user_id="u"),
            False,
        ),
    ],
)
def test_what_moves_between_path_query_and_body(before: Request, after: Request, equal: bool) -> None:
    assert (differ(before, after) == []) is equal


def upload(sdk: Literal["v1", "v2"], line: str, *parts: Part) -> Request:
    return request(sdk, line)._replace(parts=parts)


FILE = ("POST /channels/t/c/file", "POST /api/v2/chat/channels/t/c/file")
USER = Part("user", "", "", b'{"id": "u"}')
TEXT = Part("file", "a.txt", "text/plain", b"x")


@pytest.mark.parametrize(
    ("before", "after", "equal"),
    [
        ((USER, TEXT), (TEXT, USER._replace(data=b'{ "id":"u" }')), True),
        ((USER, TEXT._replace(content_type="")), (USER, TEXT), True),
        # aiohttp gives every part a content type.
        (
            (USER._replace(content_type="text/plain"), TEXT._replace(content_type="application/octet-stream")),
            (USER, TEXT),
            True,
        ),
        ((USER, TEXT._replace(content_type="image/png")), (USER, TEXT), False),
        ((USER, TEXT._replace(content_type="application/octet-stream")), (USER, TEXT), False),
        ((USER, TEXT), (USER, TEXT._replace(filename="b.txt")), False),
        ((USER, TEXT), (USER, TEXT._replace(data=b"y")), False),
        ((USER, TEXT), (TEXT,), False),
        ((USER._replace(data=b'{"id": "u", "name": "n"}'), TEXT), (USER, TEXT), False),
    ],
)
def test_multipart(before: tuple[Part, ...], after: tuple[Part, ...], equal: bool) -> None:
    assert (differ(upload("v1", FILE[0], *before), upload("v2", FILE[1], *after)) == []) is equal


def test_the_order_of_requests_counts() -> None:
    first, second = v1("GET /roles"), v1("GET /app")
    after = [v2("GET /api/v2/roles"), v2("GET /api/v2/app")]
    assert compare_requests([first, second], after) == []
    assert [found.path for found in compare_requests([second, first], after)] == ["[0].operation", "[1].operation"]
    assert [found.text for found in compare_requests([first], after)] == ["[1]: unexpected 'GET /api/v2/app'"]
    assert [found.path for found in compare_requests([first, second], after[:1])] == ["[1]"]


def test_a_mixed_program_may_keep_requests_of_v1() -> None:
    # Neither API describes unflag: only the same request to v1 is the same request.
    unflag = v1("POST /moderation/unflag", {"target_user_id": "u"})
    assert differ(unflag, unflag) == []
    assert differ(unflag, v2("POST /moderation/unflag", {"target_user_id": "u"}))


TOKEN = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ1c2VyX2lkIjoidSJ9.c2ln"
TOKEN_WITH_IAT = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ1c2VyX2lkIjoidSIsImlhdCI6MX0.c2ln"
TOKEN_OF_OTHER = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ1c2VyX2lkIjoidyIsImlhdCI6MX0.c2ln"


@pytest.mark.parametrize(
    ("before", "after", "equal"),
    [
        ({"a": [1, "x"]}, {"a": [1, "x"]}, True),
        ({"a": 1}, {"a": True}, False),
        ({"a": None}, {}, False),
        ("2030-01-01T10:00:00Z", "2030-01-01T10:00:00+00:00", True),
        ("2030-01-01T10:00:00Z", "2030-01-01T10:00:01Z", False),
        ("soon", "later", False),
        (TOKEN, TOKEN_WITH_IAT, True),
        (TOKEN, TOKEN_OF_OTHER, False),
        (TOKEN_WITH_IAT, TOKEN, False),
        (
            {"exception": "stream_chat.base.exceptions.StreamAPIException"},
            {"exception": "getstream.exceptions.StreamRateLimitException"},
            True,
        ),
        ({"exception": "KeyError"}, {"exception": "AttributeError"}, False),
    ],
)
def test_values(before: Any, after: Any, equal: bool) -> None:
    assert (compare_values(before, after) == []) is equal


@pytest.mark.parametrize(
    ("before", "after", "equal"),
    [
        ("", "", True),
        ("ValueError: x", "ValueError: x", True),
        ("ValueError: x", "ValueError: y", False),
        ("", "ValueError: x", False),
        ("stream_chat.base.exceptions.StreamAPIException: a", "getstream.exceptions.StreamApiException: b", True),
        (
            "stream_chat.base.exceptions.StreamAPIException: a",
            "getstream.exceptions.StreamTransportException: b",
            False,
        ),
        ("requests.exceptions.ReadTimeout: a", "getstream.exceptions.StreamTransportException: b", True),
        ("stream_chat.base.exceptions.StreamChannelException: a", "getstream.exceptions.StreamApiException: b", False),
    ],
)
def test_errors(before: str, after: str, equal: bool) -> None:
    assert same_error(before, after) is equal


def test_traces_compare_what_was_observed_and_how_the_program_ended() -> None:
    before = Trace((), (("id", "u"), ("name", "n")), "", "")
    assert compare_traces(before, before._replace(output="something else")) == []
    other = Trace((), (("id", "w"),), "KeyError: 'x'", "")
    assert [found.path for found in compare_traces(before, other)] == ["observed[0].id", "observed.length", "error"]
