"""Whole files through the codemod: what stays untouched first, then what moves and how it is written."""

from __future__ import annotations

import pytest

from streammigrate.codemod.model import Applicability, FileResult
from streammigrate.codemod.rewrite import rewrite_source
from streammigrate.codemod.settings import RewriteSettings
from streammigrate.rules.proofs import proven, read_others

HEAD = 'from stream_chat import StreamChat\n\nclient = StreamChat("key", "secret")\n'
CHANNEL = HEAD + 'channel = client.channel("messaging", "general")\n'


def rewrite(source: str, **settings: object) -> FileResult:
    chosen = RewriteSettings(todo=False)._replace(**settings)  # type: ignore[arg-type]
    return rewrite_source(source.encode(), "app.py", chosen)


def body(source: str) -> str:
    """Return what becomes of a file, without its imports and what `HEAD` makes."""
    lines = rewrite(source).after.decode().splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(("from ", "import ", "client = "))).strip("\n")


UNTOUCHED = {
    "an object of another class": 'class Db:\n    def upsert_user(self, u): ...\n\ndb = Db()\ndb.upsert_user({"id": "a"})\n',
    "a class of that name": 'class StreamChat:\n    def create_token(self, u): ...\n\nStreamChat().create_token("a")\n',
    "the other SDK": 'from getstream import Stream\n\nclient = Stream("k", "s")\nclient.create_token("a")\n',
    "another package's client": 'from chatlib import StreamChat\n\nStreamChat("k", "s").create_token("a")\n',
    "a name that is rebound": HEAD.replace("client", "first") + 'client = object()\nclient.create_token("a")\n',
    "a parameter of that name": HEAD.replace("client =", "other =") + "def f(client):\n    client.ban_user('x')\n",
    "only an annotation": "from stream_chat import StreamChat\n\ndef f(client: StreamChat) -> None: ...\n",
}


@pytest.mark.parametrize("source", UNTOUCHED.values(), ids=UNTOUCHED)
def test_what_is_no_use_of_stream_chat_stays(source: str) -> None:
    result = rewrite(source)
    calls = [site for site in result.sites if site.applied and site.member != "StreamChat"]
    assert not calls
    assert "create_token(user_id" not in result.after.decode()
    assert "upsert_users" not in result.after.decode()


LEFT = {
    "options that are not in view": (HEAD + "client.query_users({}, **load())\n", "SM503"),
    "a client that is handed on": (HEAD + "client.create_token('a')\nregister(client)\n", "SM512"),
    "a method that is handed on": (HEAD + "pool.submit(client.create_token, 'a')\n", "SM518"),
    "arguments that bind nowhere": (HEAD + "client.create_token('a', 1, 2, 3)\n", "SM502"),
    "arguments of a number that is not known": (HEAD + "client.create_token(*names)\n", "SM502"),
    "claims of one's own": (HEAD + "client.create_token('a', role='x')\n", "SM515"),
    "effects in another order": (
        CHANNEL + 'channel.send_message({"mood": f(), "text": g(), "tag": h()}, "jane")\n',
        "SM508",
    ),
    "a channel's data that is not in view": (
        HEAD + 'c = client.channel("a", "b", load())\nif c:\n    c.create("jane")\n',
        "SM513",
    ),
    "a channel of another function": (
        HEAD + "def f(channel):\n    channel.create('a')\n\nf(client.channel('a', 'b', {'c': 1}))\n",
        "SM513",
    ),
    "both ways to name a person": (HEAD + 'client.deactivate_user("a", user={"id": "x"}, user_id="y")\n', ""),
}


@pytest.mark.parametrize(("source", "reason"), LEFT.values(), ids=LEFT)
def test_what_is_not_proven_stays_with_the_reason(source: str, reason: str) -> None:
    result = rewrite(source)
    held = [facet.reason for site in result.sites if not site.applied for facet in site.facets]
    assert not result.changed or "client_v1" in result.after.decode()
    assert not reason or reason in held, held


MOVED = {
    "custom keys": (
        HEAD + 'client.upsert_user({"id": "a", "tier": 1})\n',
        'client.upsert_users(UserRequest(id="a", custom={"tier": 1}))',
    ),
    "a mapping that grows": (
        HEAD + 'def f(x):\n    u = {"id": "a"}\n    if x:\n        u["name"] = x\n    client.upsert_user(u)\n',
        'def f(x):\n    u = UserRequest(id="a")\n    if x:\n        u.name = x\n    client.upsert_users(u)',
    ),
    "one of two payloads": (
        CHANNEL + 'channel.send_message({"text": "a"} if late else {"text": "b"}, "jane")\n',
        'channel = client.chat.channel("messaging", "general")\nchannel.send_message(\n'
        '    message=MessageRequest(text="a", user_id="jane") if late else MessageRequest(text="b", user_id="jane"),\n)',
    ),
    "a chain on the call": (
        HEAD + 'x = client.query_users({"id": "a"})["users"][0]["id"]\n',
        'x = client.query_users(payload=QueryUsersPayload(filter_conditions={"id": "a"})).data.users[0].id',
    ),
    "loops, get and in": (
        HEAD
        + 'r = client.query_users({})\nfor u in r["users"]:\n    if "tier" in u:\n        use(u["id"], u.get("tier", 0))\n',
        "r = client.query_users(payload=QueryUsersPayload(filter_conditions={}))\nfor u in r.data.users:\n"
        '    if "tier" in u.custom:\n        use(u.id, u.custom.get("tier", 0))',
    ),
    "a name that holds one response after the other": (
        HEAD + 'r = client.list_roles()\na = len(r["roles"])\nr = client.query_users({})\nb = len(r["users"])\n',
        "r = client.list_roles()\na = len(r.data.roles)\n"
        "r = client.query_users(payload=QueryUsersPayload(filter_conditions={}))\nb = len(r.data.users)",
    ),
    "the data of a channel": (
        HEAD + 'c = client.channel("a", "b", {"name": "B", "members": ["x"]})\nc.create("jane")\n',
        'c = client.chat.channel("a", "b")\nc.get_or_create(\n    data=ChannelInput(\n        custom={"name": "B"},\n'
        '        members=[ChannelMemberRequest(user_id="x")],\n        created_by_id="jane",\n    ),\n    state=False,\n)',
    ),
    "a channel without an id": (
        HEAD + 'c = client.channel("a", data={"members": ["x", "y"]})\nr = c.create("x")\nc.hide("x")\n',
        'r = client.chat.get_or_create_distinct_channel(\n    type="a",\n    data=ChannelInput(\n'
        '        members=[ChannelMemberRequest(user_id="x"), ChannelMemberRequest(user_id="y")],\n'
        '        created_by_id="x",\n    ),\n    state=False,\n)\n'
        'c = client.chat.channel("a", r.data.channel.id)\nc.hide(user_id="x")',
    ),
    "an object that v2 does not have": (
        HEAD + 's = client.campaign("c1")\ns.stop()\n',
        'client.chat.stop_campaign(id="c1")',
    ),
    "a raw request": (
        HEAD + 'client.post(f"channels/messaging/{id}/truncate", data={"hard_delete": True})\n',
        'client.post(\n    f"/api/v2/chat/channels/messaging/{id}/truncate",\n    json={"hard_delete": True},\n)',
    ),
    "an expiry": (
        HEAD.replace("from", "import time\nfrom", 1) + 'client.create_token("a", exp=int(time.time()) + 60 * 60)\n',
        'client.create_token(user_id="a", expiration=60 * 60)',
    ),
    "comments and the layout of the old call": (
        CHANNEL + "channel.send_message(\n    {\n        # what is said\n"
        '        "text": "hi",  # greeting\n    },\n    "jane",\n)\n',
        'channel = client.chat.channel("messaging", "general")\nchannel.send_message(\n    # what is said\n'
        '    message=MessageRequest(\n        text="hi",  # greeting\n        user_id="jane",\n    ),\n)',
    ),
    "a long text over several lines": (
        CHANNEL + 'channel.send_message({"text": """a\n  b"""}, "jane")\n',
        'channel = client.chat.channel("messaging", "general")\n'
        'channel.send_message(\n    message=MessageRequest(text="""a\n  b""", user_id="jane"),\n)',
    ),
}


@pytest.mark.parametrize(("before", "after"), MOVED.values(), ids=MOVED)
def test_what_moves(before: str, after: str) -> None:
    assert body(before) == after
    result = rewrite(before)
    assert all(site.applied for site in result.sites), [site.instruction for site in result.sites]
    again = rewrite_source(result.after, "app.py", RewriteSettings())
    assert again.after == result.after


def test_a_twin_stands_beside_the_client_for_what_stays() -> None:
    after = rewrite(HEAD + 'client.create_token("a")\nclient.unflag_user("b")\n').after.decode()
    assert 'client_v1 = StreamChat("key", "secret")\n' in after
    assert 'client.create_token(user_id="a")\n' in after
    assert 'client_v1.unflag_user("b")\n' in after
    assert "from stream_chat import StreamChat\n" in after


def test_no_twin_where_nothing_else_moves() -> None:
    source = HEAD + 'client.unflag_user("b")\n'
    assert rewrite(source).after.decode() == source


TRY = HEAD.replace(
    "import StreamChat\n", "import StreamChat\nfrom stream_chat.base.exceptions import StreamAPIException\n"
)
HANDLER = "try:\n    client.create_token('a')\n    {more}\nexcept StreamAPIException as e:\n    print(e.{read})\n"


def test_handlers_move_with_what_they_guard() -> None:
    after = rewrite(TRY + HANDLER.format(more="client.list_roles()", read="error_code")).after.decode()
    assert "except StreamApiException as e:\n    print(e.code)\n" in after
    assert "stream_chat" not in after


def test_handlers_catch_both_while_a_call_stays() -> None:
    after = rewrite(TRY + HANDLER.format(more="client.unflag_user('b')", read="status_code")).after.decode()
    assert "except (StreamAPIException, StreamApiException) as e:\n" in after


def test_a_helper_reads_what_only_one_sdk_has() -> None:
    source = TRY + HANDLER.format(more="client.unflag_user('b')", read="error_code")
    assert 'print(error_field(e, "error_code"))' in rewrite(source).after.decode()
    result = rewrite(source, helpers=False)
    assert not result.changed
    assert "SM517" in {facet.reason for site in result.sites for facet in site.facets}


def test_handlers_catch_both_while_something_unknown_may_raise_v1s() -> None:
    source = TRY + "def f(other):\n    try:\n        client.list_roles()\n        other.upsert_user({})\n"
    source += "    except StreamAPIException:\n        pass\n"
    assert "except (StreamAPIException, StreamApiException):" in rewrite(source).after.decode()


def test_a_mapping_that_v1_may_change_is_not_followed() -> None:
    source = HEAD + 'd = {"name": "x"}\nc = client.channel("a", "b", d)\nclient.channel("e", "f").update(d)\n'
    assert "update(data=from_v1(ChannelInputRequest, d))" in rewrite(source).after.decode()
    source += 'c.create("jane")\nclient.channel("e", "f").update(d)\n'
    held = [site for site in rewrite(source).sites if site.member == "Channel.create"]
    assert not held[0].applied


def test_handlers_of_the_http_library_are_told() -> None:
    source = (
        "import requests\n" + HEAD + "try:\n    client.list_roles()\nexcept requests.exceptions.SSLError:\n    pass\n"
    )
    (site,) = [site for site in rewrite(source).sites if site.member == "StreamChat.list_roles"]
    assert site.applicability is Applicability.UNSAFE
    assert "StreamTransportException" in site.instruction


def test_ids_are_not_told_by_their_names() -> None:
    source = (
        CHANNEL
        + "def f(user_id, member_ids):\n    channel.add_members([user_id])\n    channel.add_members(member_ids)\n"
    )
    result = rewrite(source)
    levels = [site.applicability for site in result.sites if site.member == "Channel.add_members"]
    assert levels == [Applicability.SAFE, Applicability.SAFE]
    assert "add_members=[from_v1(ChannelMemberRequest, user_id)]" in result.after.decode()
    assert "add_members=from_v1_each(ChannelMemberRequest, member_ids)" in result.after.decode()


def test_environment_variables_that_the_file_names_are_read() -> None:
    after = rewrite("# STREAM_CHAT_URL, STREAM_CHAT_TIMEOUT\n" + HEAD + "client.list_roles()\n").after.decode()
    assert 'timeout=float(os.getenv("STREAM_CHAT_TIMEOUT") or 6.0)' in after
    assert 'base_url=os.getenv("STREAM_CHAT_URL") or "https://chat.stream-io-api.com"' in after


def test_names_that_are_taken_are_not_shadowed() -> None:
    source = "class Stream: ...\n" + HEAD + "UserRequest = 3\nclient.upsert_user({'id': 'a'})\n"
    after = rewrite(source).after.decode()
    assert "from getstream import Stream as StreamV2\n" in after
    assert "from getstream.models import UserRequest as UserRequestV2\n" in after
    assert "client.upsert_users(UserRequestV2(id='a'))" in after


def test_a_call_that_is_ignored_by_its_author_stays() -> None:
    source = HEAD + 'client.create_token("a")\nclient.list_roles()  # streammigrate: ignore[SM3] checked by hand\n'
    result = rewrite(source)
    assert [site.suppressed for site in result.sites if site.member == "StreamChat.list_roles"] == ["checked by hand"]
    assert "client_v1.list_roles()" in result.after.decode()


@pytest.mark.parametrize("target", ["4.2.0", "5.1.0", "6.1.0", "7.0.0"])
def test_every_target_takes_the_quickstart(target: str) -> None:
    source = CHANNEL + 'client.upsert_user({"id": "a"})\nchannel.send_message({"text": "hi"}, "a")\n'
    assert all(site.applied for site in rewrite(source, target=target).sites)


def test_a_form_that_an_older_release_lacks_is_unsafe_for_it() -> None:
    lacking = read_others()["4.2"]["lacking"]
    own = {rule: {form for form in entry["unproven"] if form[:1].islower()} for rule, entry in lacking.items()}
    assert all(not forms & proven(rule, "4.2") for rule, forms in own.items())
    assert any(forms & proven(rule, "7.0") for rule, forms in own.items())


def test_a_client_that_is_tested_moves_though_another_stays() -> None:
    source = HEAD + "if isinstance(client, StreamChat):\n    client.create_token('a')\n"
    source += "other = StreamChat('k', 's')\nother.unflag_user('b')\n"
    result = rewrite(source)
    assert "isinstance(client, (StreamChat, Stream))" in result.after.decode()
    assert "client.create_token(user_id='a')" in result.after.decode()
    assert all(site.applied or site.instruction for site in result.sites)


def test_a_file_that_has_nothing_to_do_with_the_sdk_is_not_asked_about_unknown_receivers() -> None:
    source = "def f(bot):\n    bot.delete_message('m')\n"
    assert (rewrite(source).sites, rewrite(source, todo=True).changed) == ((), False)
    (site,) = rewrite("import stream_chat\n\n\n" + source).sites
    assert site.rule == "SM510"


@pytest.mark.parametrize("time", ["datetime.utcnow() + timedelta(days=1)", "now + delta", "datetime.now()"])
def test_a_time_of_expiry_that_may_be_a_datetime_is_left(time: str) -> None:
    source = f"from datetime import datetime, timedelta\n{HEAD}\n\ndef f(now, delta):\n    client.create_token('a', exp={time})\n"
    (site,) = [site for site in rewrite(source).sites if site.member == "StreamChat.create_token"]
    assert not site.applied
    assert "may be a datetime" in site.instruction
