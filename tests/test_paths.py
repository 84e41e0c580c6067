"""Which v1 request a URL is: exact on every operation, and silent on everything else."""

from __future__ import annotations

import re

import pytest

from streammigrate import paths
from streammigrate.codemod.rewrite import rewrite_source
from streammigrate.codemod.settings import RewriteSettings
from streammigrate.paths import HOLE
from streammigrate.proof.run import run

BASE = "https://chat.stream-io-api.com"


@pytest.mark.parametrize(
    "url",
    [
        "https://api.stream-io-api.com/api/v1.0/feed/user/1/",
        "https://api.stream-io-api.com/users",
        "https://us-east-api.stream-io-api.com/users",
        "https://us-east-api.getstream.io/users",
        "https://getstream.io/users",
        "https://example.com/users",
        "https://stream-io-api.com.evil.example/users",
        "https://notstream-io-api.com/users",
        f"{BASE}/api/v2/users",
        f"{BASE}/api/v2/chat/channels/messaging/general/message",
        f"{BASE}/api/v2",
        BASE,
        f"{BASE}/",
        f"{BASE}/unheard_of",
        f"{BASE}/{HOLE}",
        f"{BASE}/{HOLE}/{HOLE}/{HOLE}",
        f"{BASE}/channels/{HOLE}/{HOLE}/{HOLE}",
        "/users",
        "users",
        f"{HOLE}/users",
        "",
    ],
)
def test_everything_else_is_no_request_of_v1(url: str) -> None:
    assert paths.of_url(url) == ()


@pytest.mark.parametrize("operation", paths.operations(), ids=lambda one: f"{one.method} {one.path}")
def test_each_operation_is_itself_in_every_form(operation: paths.Operation) -> None:
    concrete = re.sub(r"\{(\w+)\}", r"my-\1", operation.path)
    holes = re.sub(r"\{(\w+)\}", HOLE, operation.path)
    pattern = re.escape(BASE) + re.sub(r"\\\{(\w+)\\\}", "[^/]+", re.escape(operation.path))
    for url in (BASE + concrete, f"{BASE}{concrete}?api_key=k", BASE + holes, *paths.texts_of_pattern(pattern)):
        assert [match.operation for match in paths.of_url(url, operation.method)] == [operation]
    [filled] = paths.of_url(BASE + concrete, operation.method)
    assert filled.path == re.sub(r"\{(\w+)\}", r"my-\1", operation.new_path)
    [left] = paths.of_url(BASE + holes, operation.method)
    assert left.url == BASE + operation.new_path
    assert paths.of_url(left.url) == ()


def test_the_map_is_whole() -> None:
    assert len(paths.operations()) == 195 + 2
    assert [one.id for one in paths.operations() if one.changes_method] == ["Unban"]


@pytest.mark.parametrize(
    ("url", "method", "request_"),
    [
        (f"{BASE}/moderation/ban?target_user_id=a", "delete", "POST /api/v2/moderation/unban"),
        (f"{BASE}/moderation/mute/channel", "POST", "POST /api/v2/chat/moderation/mute/channel"),
        (f"{BASE}//users", "GET", "GET /api/v2/users"),
        (f"{BASE}:443/users", "GET", "GET /api/v2/users"),
        ("http://chat-us-east-1.stream-io-api.com/users/", "GET", "GET /api/v2/users"),
        ("wss://chat.stream-io-video.com/app", "GET", "GET /api/v2/app"),
        (f"{BASE}/users/{HOLE}/event", "POST", "POST /api/v2/chat/users/{user_id}/event"),
        (f"{BASE}/channels/messaging/x{HOLE}", "DELETE", "DELETE /api/v2/chat/channels/messaging/{id}"),
        (
            f"{BASE}/channels/messaging/general/member/anna",
            "PATCH",
            "PATCH /api/v2/chat/channels/messaging/general/member?user_id=anna",
        ),
    ],
)
def test_the_v2_request(url: str, method: str, request_: str) -> None:
    assert [match.request for match in paths.of_url(url, method)] == [request_]


def test_fixed_parts_win_over_parameters() -> None:
    assert [match.operation.path for match in paths.of_url(f"{BASE}/channels/messaging/query", "POST")] == [
        "/channels/{type}/query"
    ]
    assert {one.path for one in paths.of_path("/imports/v2")} == {"/imports/v2"}
    assert {one.path for one in paths.of_path("/imports/x")} == {"/imports/{id}"}


def test_without_a_method_every_operation_of_the_path_is_meant() -> None:
    assert {match.operation.method for match in paths.of_url(f"{BASE}/users")} == {"GET", "POST", "PATCH"}


def test_a_configured_host_and_a_bare_path() -> None:
    assert paths.of_url("http://stream.internal.test/users", "GET") == ()
    [match] = paths.of_url("http://stream.internal.test/users", "GET", hosts=["stream.internal.test"])
    assert match.url == "http://stream.internal.test/api/v2/users"
    assert [match.request for match in paths.of_bare_path("users?limit=1", "GET")] == ["GET /api/v2/users"]


def test_an_unknown_part_behind_the_host_is_a_path() -> None:
    assert paths.split_url(f"{BASE}{HOLE}") == (BASE, "chat.stream-io-api.com", f"/{HOLE}")
    assert paths.split_url(f"{BASE}:{HOLE}/users") == ("", "chat.stream-io-api.com", "/users")
    assert paths.split_url(f"https://{HOLE}/users") is None


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        (r"https://chat\.stream-io-api\.com/channels/[^/]+/\w+/message", "/channels/{type}/{id}/message"),
        (
            r"^https?://chat.stream-io-api.com/channels/(.+)/(?P<id>\w+)/message(\?.*)?$",
            "/channels/{type}/{id}/message",
        ),
        (r"https://[\w-]+\.stream-io-api\.com/messages/.*", "/messages/{id}"),
        (r"https://[\w-]+\.example\.com/messages/.*", None),
        (r"https://chat-[a-z]+\.stream-io-api\.com/messages/[a-f0-9-]{36}", "/messages/{id}"),
        (r"https://chat\.stream-io-api\.com/messages/[a-f0-9-]{36}/reaction.*", "/messages/{id}/reaction"),
        (r"https://chat\.stream-io-api\.com/.*", None),
        (r".*/users", None),
        (r"https://chat\.stream-io-api\.com/api/v2/users", None),
    ],
)
def test_patterns(pattern: str, path: str | None) -> None:
    found = {match.operation.path for text in paths.texts_of_pattern(pattern) for match in paths.of_url(text)}
    assert found == ({path} if path else set())


def test_alternatives_of_a_pattern() -> None:
    found = [paths.of_url(text, "GET") for text in paths.texts_of_pattern(rf"{BASE}/users|{BASE}/app(?:\?.*)?")]
    assert [match.path for each in found for match in each] == ["/api/v2/users", "/api/v2/app"]


@pytest.mark.parametrize(
    ("path", "prefixes"),
    [
        ("/channels/", ("/api/v2/chat/channels",)),
        (f"/messages/{HOLE}", ("/api/v2/chat/messages",)),
        ("/users", ("/api/v2/chat/users", "/api/v2/users")),
        ("/nothing", ()),
        ("/api/v2/users", ()),
    ],
)
def test_what_is_below_a_path(path: str, prefixes: tuple[str, ...]) -> None:
    assert paths.v2_prefixes(path) == prefixes


CALLS = """\
from stream_chat import StreamChat

client = StreamChat("key", "secret")
channel = client.channel("messaging", "general")
client.get_app_settings()
client.deactivate_user("anna")
client.restore_users(["anna"])
client.ban_user("anna", banned_by_id="bob")
client.unban_user("anna")
client.mute_user("anna", "bob")
client.list_channel_types()
client.get_channel_type("messaging")
client.get_message("m")
client.delete_message("m")
client.get_devices("anna")
client.list_roles()
client.get_rate_limits()
client.get_task("t")
client.get_export_channel_status("t")
client.list_imports({"limit": 1})
client.get_campaign("c")
channel.delete()
channel.show("anna")
channel.mark_read("anna")
channel.update_member_partial("anna", to_set={"a": 1})
channel.delete_reaction("m", "like", "anna")
channel.mute("anna")
"""


def test_what_stream_chat_sends_is_what_the_rewritten_calls_send() -> None:
    """The wire decides: both programs run, and each request of the one is that of the other by the map."""
    after = rewrite_source(CALLS.encode(), "app.py", RewriteSettings(unsafe=True)).after.decode()
    old, new = run(CALLS), run(after)
    assert (old.error, new.error) == ("", "")
    assert {one.sdk for one in new.requests} == {"v2"}
    assert len(old.requests) == len(new.requests) >= 20
    for before, sent in zip(old.requests, new.requests, strict=True):
        (match,) = paths.of_url(f"{before.host}{before.path}", before.method)
        query = match.path.partition("?")[2]
        assert (match.operation.new_method, match.path.partition("?")[0]) == (sent.method, sent.path)
        assert not query or query == f"user_id={sent.query['user_id']}"
