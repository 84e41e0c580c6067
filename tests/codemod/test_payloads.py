"""Payloads that are followed, and those that are not: what moves is run before and after, and sends the same."""

# ruff: noqa: E501 - a program on few lines is easier to compare with what becomes of it

from __future__ import annotations

import pytest

from streammigrate.codemod.model import Applicability, FileResult
from streammigrate.codemod.rewrite import rewrite_source
from streammigrate.codemod.settings import RewriteSettings

SECRET = "secret-of-at-least-32-characters-length"
HEAD = f'from stream_chat import StreamChat\n\nclient = StreamChat("key", "{SECRET}")\nc = client.channel("a", "b")\n'


def rewrite(source: str, **settings: object) -> FileResult:
    chosen = RewriteSettings(todo=False, unproven=True)._replace(**settings)  # type: ignore[arg-type]
    return rewrite_source((HEAD + source).encode(), "app.py", chosen)


def body(result: FileResult) -> str:
    """Return what becomes of a program, without what `HEAD` makes and without imports."""
    text = result.after.decode().partition("c = client.chat.channel(")[2]
    return text.partition("\n")[2].strip("\n")


def flat(text: str) -> str:
    """Return code without its line breaks, which depend on how wide the lines of the file are."""
    return " ".join(text.split()).replace("( ", "(").replace(", )", ")").replace("[ ", "[").replace(" ]", "]")


def run_both(source: str, result: FileResult) -> None:
    """Run a program before and after."""
    pytest.importorskip("stream_chat")
    pytest.importorskip("getstream")
    from streammigrate.proof.equality import compare_traces
    from streammigrate.proof.run import run

    before, after = run(HEAD + source), run(result.after.decode())
    assert not before.error
    assert before.requests
    assert compare_traces(before, after) == [], result.after.decode()


@pytest.fixture
def without_helpers(monkeypatch: pytest.MonkeyPatch) -> None:
    from streammigrate.codemod.names import Names

    monkeypatch.setattr(Names, "helps", property(lambda names: False))
    monkeypatch.setattr(Names, "helper", lambda names, name: "")


# What must not be taken for what it looks like: only the helper may look into these, when the program runs.
UNSEEN = {
    "a dict of the project's own": (
        'def dict(**given):\n    return {"id": "b", **given}\n\n\ndef f():\n    client.upsert_user(dict(name="x"))\n\n\nf()\n',
        'from_v1(UserRequest, dict(name="x"))',
    ),
    "another name for the mapping": (
        'def f():\n    user = {"id": "a"}\n    other = user\n    other["x"] = 1\n    client.upsert_user(user)\n\n\nf()\n',
        "from_v1(UserRequest, user)",
    ),
    "two names at once": (
        'def f():\n    user = other = {"id": "a"}\n    other["x"] = 1\n    client.upsert_user(user)\n\n\nf()\n',
        "from_v1(UserRequest, user)",
    ),
    "a function that changes it": (
        'def change(user):\n    user["x"] = 1\n\n\ndef f():\n    user = {"id": "a"}\n    change(user)\n'
        "    client.upsert_user(user)\n\n\nf()\n",
        "from_v1(UserRequest, user)",
    ),
    "a default that is shared": (
        'def f(user={"id": "a"}):\n    client.upsert_user(user)\n    user["x"] = 1\n\n\nf()\nf()\n',
        "from_v1(UserRequest, user)",
    ),
    "a key that is taken away on one way": (
        'def f(short):\n    user = {"id": "a", "name": "A"}\n    if short:\n        del user["name"]\n'
        "    client.upsert_user(user)\n\n\nf(True)\nf(False)\n",
        "from_v1(UserRequest, user)",
    ),
    "a list that another name holds": (
        'def f():\n    users = [{"id": "a"}]\n    more = users\n    more.append({"id": "b"})\n    client.upsert_users(users)\n\n\nf()\n',
        "from_v1_each(UserRequest, users)",
    ),
    "a name that is bound in a loop": (
        'def f():\n    user = {"id": "a"}\n    for user in ({"id": "b", "x": 1}, {"id": "c"}):\n'
        "        client.upsert_user(user)\n\n\nf()\n",
        "from_v1(UserRequest, user)",
    ),
    "a global that others see": (
        'def f():\n    global user\n    user = {"id": "a"}\n    client.upsert_user(user)\n\n\nf()\nuser["x"]  = 1\n',
        "from_v1(UserRequest, user)",
    ),
    "a constant of the module": (
        'BOT = {"id": "bot", "kind": "bot"}\n\n\ndef f():\n    client.upsert_user(BOT)\n\n\nf()\n',
        "from_v1(UserRequest, BOT)",
    ),
    "an attribute of a class": (
        'class Bots:\n    one = {"id": "bot", "kind": "bot"}\n\n\nclient.upsert_user(Bots.one)\n',
        "from_v1(UserRequest, Bots.one)",
    ),
    "a mapping that is read otherwise": (
        'def f():\n    user = {"id": "a", "x": 1}\n    client.upsert_user(user)\n    observe("user", sorted(user))\n\n\nf()\n',
        "from_v1(UserRequest, user)",
    ),
    "a key that may not be there": (
        'def f(named):\n    user = {"id": "a"}\n    if named:\n        user["name"] = "A"\n'
        '        observe("name", user["name"])\n    client.upsert_user(user)\n\n\nf(True)\nf(False)\n',
        "from_v1(UserRequest, user)",
    ),
    "calls that want different things": (
        'def f():\n    user = {"id": "a"}\n    client.upsert_user(user)\n    client.query_users(user)\n\n\nf()\n',
        "from_v1(UserRequest, user)",
    ),
    "custom data that a type checker would ask about": (
        'def f() -> None:\n    user = {"id": "a"}\n    user["x"] = "y"\n    client.upsert_user(user)\n\n\nf()\n',
        "from_v1(UserRequest, user)",
    ),
    "a message that two users send": (
        'def f():\n    message = {"text": "Hi"}\n    c.send_message(message, "a")\n    c.send_message(message, "b")\n\n\nf()\n',
        'from_v1(MessageRequest, {**message, "user": {"id": "b"}})',
    ),
    "a sender who is another one by then": (
        'def f(who):\n    message = {"text": "Hi"}\n    who = who + "2"\n    c.send_message(message, who)\n\n\nf("a")\n',
        'from_v1(MessageRequest, {**message, "user": {"id": who}})',
    ),
    "an item that changes before the call": (
        'def f():\n    files = [{"type": "image"}]\n    message = {"text": "Hi", "attachments": files}\n'
        '    files.append({"type": "video", "size": 3})\n    c.send_message(message, "a")\n\n\nf()\n',
        'from_v1(MessageRequest, {**message, "user": {"id": "a"}})',
    ),
    "the data of two channels": (
        'def f(data):\n    client.channel("a", "b", data).create("x")\n    client.channel("a", "c", data).create("y")\n\n\nf({"name": "B"})\n',
        '{**(data or {}), "created_by": {"id": "y"}}',
    ),
    "the data of a query": (
        'def f(data=None):\n    client.channel("a", "b", data).query()\n\n\nf({"name": "B"})\nf()\n',
        "data=from_v1(ChannelInput, data)",
    ),
    "data with effects, sent next": (
        'def name():\n    observe("name", 1)\n    return {"name": "B"}\n\n\ndef f():\n    room = client.channel("a", "b", name())\n'
        '    room.create("x")\n\n\nf()\n',
        '{**(name() or {}), "created_by": {"id": "x"}}',
    ),
    "a message that is filled elsewhere": (
        'def fill(message):\n    message["id"] = "m1"\n\n\ndef f():\n    message = {"text": "Hi"}\n    fill(message)\n'
        "    client.update_message(message)\n\n\nf()\n",
        'id=message["id"]',
    ),
    "a mapping that v1 writes the creator into": (
        'def f():\n    data = {"name": "B"}\n    room = client.channel("a", "b", data)\n    room.create("jane")\n\n\nf()\n',
        '{**data, "created_by": {"id": "jane"}}',
    ),
}


@pytest.mark.parametrize("what", UNSEEN)
def test_what_may_change_elsewhere_is_looked_into_when_the_program_runs(what: str) -> None:
    source, expected = UNSEEN[what]
    result = rewrite(source)
    assert expected in result.after.decode()
    assert "StreamChat(" not in result.after.decode()
    run_both(source, result)


HELD = {
    "options": ("def f(options):\n    client.query_users({}, **options)\n", "SM503"),
    "claims that nobody knows": ("def f(claims):\n    client.create_token('a', **claims)\n", "SM503"),
    "a time whose null means something": ("def f(when):\n    client.revoke_tokens(when)\n", "SM504"),
    "a sort that may be empty, with a default": ("def f(sort):\n    client.query_reminders('a', sort=sort)\n", "SM503"),
    "a text for a mapping": ("client.upsert_user('jane')\n", "SM503"),
    "a number for a list": ("client.upsert_users(3)\n", "SM503"),
    "a channel's data that is read again": (
        "def f(data):\n    room = client.channel('a', 'b', data)\n    room.create('jane')\n    return data\n",
        "SM513",
    ),
    "a channel's data that two channels hold": (
        "def f(data):\n    one = client.channel('a', 'b', data)\n    two = client.channel('a', 'c', data)\n"
        "    one.create('jane')\n    two.query()\n",
        "SM513",
    ),
    "a field that is cleared, in a variable": (
        'def f():\n    changes = {"id": "a", "set": {"x": None}}\n    client.update_user_partial(changes)\n',
        "SM505",
    ),
    "a field that is cleared, in a list": (
        'def f():\n    changes = [{"id": "a", "set": {"x": None}}]\n    client.update_users_partial(changes)\n',
        "SM505",
    ),
    "a field that is cleared, in options": (
        'def f():\n    values = {"x": None}\n    options = {"to_set": values}\n    c.update_member_partial("a", **options)\n',
        "SM505",
    ),
    "both ids of the sender": ("c.send_message({'text': 'Hi', 'user_id': 'a'}, 'b')\n", "SM515"),
}


@pytest.mark.parametrize("what", HELD)
def test_what_is_a_decision_stays(what: str) -> None:
    source, reason = HELD[what]
    held = [facet for site in rewrite(source).sites for facet in site.facets]
    assert reason in [facet.reason for facet in held if facet.applicability is Applicability.MANUAL], held


NOT_HELPED = {
    "a mapping": ("def f(user):\n    client.upsert_user(user)\n", "SM503"),
    "a list": ("def f(users):\n    client.upsert_users(users)\n", "SM503"),
    "a sort": ("def f(sort):\n    client.query_users({}, sort)\n", "SM503"),
    "a merge": ("def f(message):\n    c.send_message(message, 'jane')\n", "SM503"),
    "a time": ("def f(when):\n    c.truncate(truncated_at=when)\n", "SM504"),
}


@pytest.mark.parametrize("what", NOT_HELPED)
@pytest.mark.usefixtures("without_helpers")
def test_without_helpers_what_is_not_seen_stays(what: str) -> None:
    source, reason = NOT_HELPED[what]
    result = rewrite(source)
    assert "stream_compat" not in result.after.decode()
    assert reason in [facet.reason for site in result.sites for facet in site.facets]


# Source that runs by itself, and what becomes of the part that the row is about.
HELPED = {
    "a mapping": ("client.upsert_user(u)", "client.upsert_users(from_v1(UserRequest, u))"),
    "a list": ("client.upsert_users(us)", "client.upsert_users(*from_v1_each(UserRequest, us))"),
    "a sort": (
        "client.query_users({}, sort)",
        "client.query_users(payload=QueryUsersPayload(filter_conditions={}, sort=sort_from_v1(sort)))",
    ),
    "a time": (
        "c.truncate(truncated_at=when)",
        "c.truncate(truncated_at=time_from_v1(when))",
    ),
    "a message": (
        'c.send_message(m, "jane")',
        'c.send_message(message=from_v1(MessageRequest, {**m, "user": {"id": "jane"}}))',
    ),
    "a message with more keys": (
        'c.send_message({**m, "silent": True}, "jane")',
        'c.send_message(\n    message=from_v1(MessageRequest, {**m, "silent": True, "user": {"id": "jane"}}),\n)',
    ),
    "one of two": (
        'c.send_message(m or {"text": "x"}, "jane")',
        'c.send_message(\n    message=from_v1(MessageRequest, {**(m or {"text": "x"}), "user": {"id": "jane"}}),\n)',
    ),
    "members": ("c.add_members(ids)", "c.update(add_members=from_v1_each(ChannelMemberRequest, ids))"),
    "members one by one": (
        "c.add_members([ids[0], us[0]['id']])",
        "c.update(add_members=from_v1_each(ChannelMemberRequest, [ids[0], us[0]['id']]))",
    ),
    "members of a comprehension": (
        'c.add_members([one["id"] for one in us])',
        'c.update(\n    add_members=from_v1_each(ChannelMemberRequest, [one["id"] for one in us]),\n)',
    ),
    "a channel's data": ("c.update(d)", "c.update(data=from_v1(ChannelInputRequest, d))"),
    "the data of a query": ("c.query(data=d)", "c.get_or_create(data=from_v1(ChannelInput, d), state=True)"),
    "data in the place of the creator": (
        'c.create(user_id="jane", data=d)',
        "c.get_or_create(data=from_v1(ChannelInput, d), state=False)",
    ),
    "data that is written out": (
        'c.create(user_id="jane", data={"created_by_id": "jane", "color": "red"})',
        'c.get_or_create(\n    data=ChannelInput(created_by_id="jane", custom={"color": "red"}),\n    state=False,\n)',
    ),
    "an option that neither API has": ("c.query(messages_limit=3)", "c.get_or_create(state=True)"),
    "a message by its name": (
        "client.update_message(mid)",
        'client.chat.update_message(id=mid["id"], message=from_v1(MessageRequest, mid))',
    ),
    "an update of a user": (
        "client.update_user_partial(part)",
        "client.update_users_partial(users=[from_v1(UpdateUserPartialRequest, part)])",
    ),
    "a model within a model": (
        'c.send_message({"text": "x", "attachments": files}, "jane")',
        'c.send_message(\n    message=MessageRequest(\n        text="x",\n        attachments=from_v1_each(Attachment, files),\n'
        '        user_id="jane",\n    ),\n)',
    ),
    "dict with keywords": (
        'client.upsert_user(dict(id="a", tier=1))',
        'client.upsert_users(UserRequest(id="a", custom={"tier": 1}))',
    ),
    "the same id twice": (
        'c.send_message({"text": "x", "user_id": who}, who)',
        'c.send_message(message=MessageRequest(text="x", user_id=who))',
    ),
    "ids as texts": (
        "c.add_members([str(one) for one in (1, 2)])",
        "c.update(\n    add_members=[ChannelMemberRequest(user_id=str(one)) for one in (1, 2)],\n)",
    ),
    "a search for either": ("client.search({}, words)", "query=words if isinstance(words, str) else None"),
}
SETUP = """\
import json


def seen(value):
    return json.loads(json.dumps(value))


u, us = seen({"id": "a", "tier": 1}), seen([{"id": "a", "role": "admin"}, {"id": "b", "x": {"y": 1}}])
sort, when = seen([{"created_at": -1}]), seen("2030-01-01T10:00:00Z")
m, mid = seen({"text": "Hi", "mood": 3, "user": {"id": "other"}}), seen({"id": "m1", "text": "Hi"})
ids, d, files = seen(["a", "b"]), seen({"name": "B", "members": ["a"], "team": "t"}), seen([{"type": "image", "size": 3}])
part, who, words = seen({"id": "a", "set": {"x": 1}}), seen("jane"), seen("words")
"""


@pytest.mark.parametrize("what", HELPED)
def test_a_payload_that_is_not_seen_moves(what: str) -> None:
    call, expected = HELPED[what]
    source = f"{SETUP}{call}\n"
    result = rewrite(source)
    assert all(site.applied for site in result.sites), result.sites
    assert flat(expected) in flat(body(result))
    run_both(source, result)


FOLLOWED = {
    "a spread": (
        'base = {"role": "admin", "tier": 1}\nclient.upsert_user({**base, "id": "a"})',
        'UserRequest(role=base["role"], custom={"tier": base["tier"]}, id="a")',
    ),
    "dict of a mapping": (
        'base = {"role": "admin"}\nclient.upsert_user(dict(base, id="a"))',
        'UserRequest(role=base["role"], id="a")',
    ),
    "the union of two": (
        'base = {"role": "admin", "name": "x"}\nclient.upsert_user(base | {"id": "a", "role": "user"})',
        'UserRequest(name=base["name"], id="a", role="user")',
    ),
    "a copy": ('base = {"id": "a"}\nclient.upsert_user(base.copy())', 'UserRequest(id=base["id"])'),
    "one of two": (
        'base = {"id": "a"}\nclient.upsert_user({**base, "x": 1} if len(base) else dict(id="b"))',
        'UserRequest(id=base["id"], custom={"x": 1}) if len(base) else UserRequest(id="b")',
    ),
    "a comprehension of spreads": (
        'base = {"role": "admin"}\nclient.upsert_users([{**base, "id": one} for one in "ab"])',
        'UserRequest(role=base["role"], id=one) for one in "ab"',
    ),
    "options in a variable": (
        'options = {"limit": 3}\nclient.query_users({}, **options)',
        'limit=options["limit"]',
    ),
}


@pytest.mark.parametrize("what", FOLLOWED)
@pytest.mark.usefixtures("without_helpers")
def test_without_helpers_a_payload_is_followed_to_its_keys(what: str) -> None:
    source, expected = FOLLOWED[what]
    result = rewrite(f"{source}\n")
    assert expected in flat(result.after.decode())
    run_both(f"{source}\n", result)


@pytest.mark.parametrize("what", FOLLOWED)
def test_a_payload_that_is_put_together_moves(what: str) -> None:
    source, _ = FOLLOWED[what]
    result = rewrite(f"{source}\n")
    assert "from_v1" in result.after.decode() or what == "options in a variable"
    run_both(f"{source}\n", result)


BUILT = {
    "a mapping that grows": (
        'def f(name):\n    user = {"id": "a", "name": name}\n    if name:\n        user["role"] = "admin"\n'
        '        user["language"] = "de"\n    client.upsert_user(user)\n\n\nf("A")\nf("")\n',
        'def f(name):\n    user = UserRequest(id="a", name=name)\n    if name:\n        user.role = "admin"\n'
        '        user.language = "de"\n    client.upsert_users(user)\n\n\nf("A")\nf("")',
    ),
    "dict with keywords": (
        'def f():\n    user = dict(id="a", tier=1)\n    client.upsert_user(user)\n\n\nf()\n',
        'def f():\n    user = UserRequest(id="a", custom={"tier": 1})\n    client.upsert_users(user)\n\n\nf()',
    ),
    "keys that are read": (
        'def f():\n    user = {"id": "a", "tier": 1}\n    observe("id", user["id"])\n'
        '    observe("name", user.get("name"))\n    client.upsert_user(user)\n\n\nf()\n',
        'def f():\n    user = UserRequest(id="a", custom={"tier": 1})\n    observe("id", user.id)\n'
        '    observe("name", user.name)\n    client.upsert_users(user)\n\n\nf()',
    ),
    "a list that grows": (
        'def f(names):\n    users = []\n    for name in names:\n        users.append({"id": name, "tier": 1})\n    if users:\n'
        '        client.upsert_users(users)\n    observe("count", len(users))\n\n\nf("ab")\nf("")\n',
        'def f(names):\n    users = []\n    for name in names:\n        users.append(UserRequest(id=name, custom={"tier": 1}))\n'
        '    if users:\n        client.upsert_users(*users)\n    observe("count", len(users))\n\n\nf("ab")\nf("")',
    ),
    "a comprehension": (
        'def f(names):\n    users = [{"id": name, "tier": 1} for name in names]\n    client.upsert_users(users)\n\n\nf("ab")\n',
        'def f(names):\n    users = [UserRequest(id=name, custom={"tier": 1}) for name in names]\n'
        '    client.upsert_users(*users)\n\n\nf("ab")',
    ),
    "a message with its sender": (
        'def f(who):\n    message = {"text": "Hi"}\n    if who:\n        message["silent"] = True\n'
        '    c.send_message(message, who)\n\n\nf("a")\n',
        'def f(who):\n    message = MessageRequest(text="Hi", user_id=who)\n    if who:\n        message.silent = True\n'
        '    c.send_message(message=message)\n\n\nf("a")',
    ),
    "one of two bindings": (
        'def f(admin):\n    if admin:\n        user = {"id": "a", "role": "admin"}\n    else:\n        user = {"id": "b", "x": 1}\n'
        "    client.upsert_user(user)\n\n\nf(True)\nf(False)\n",
        'def f(admin):\n    if admin:\n        user = UserRequest(id="a", role="admin")\n    else:\n'
        '        user = UserRequest(id="b", custom={"x": 1})\n    client.upsert_users(user)\n\n\nf(True)\nf(False)',
    ),
    "none at first": (
        'def f(named):\n    user = None\n    if named:\n        user = {"id": "a"}\n    if user is not None:\n'
        "        client.upsert_user(user)\n\n\nf(True)\nf(False)\n",
        'def f(named):\n    user = None\n    if named:\n        user = UserRequest(id="a")\n    if user is not None:\n'
        "        client.upsert_users(user)\n\n\nf(True)\nf(False)",
    ),
    "an annotation": (
        'def f():\n    user: dict = {"id": "a"}\n    client.upsert_user(user)\n\n\nf()\n',
        'def f():\n    user: UserRequest = UserRequest(id="a")\n    client.upsert_users(user)\n\n\nf()',
    ),
    "a closure that adds to it": (
        'def f():\n    user = {"id": "a"}\n\n    def more():\n        user["name"] = "A"\n\n    more()\n'
        "    client.upsert_user(user)\n\n\nf()\n",
        'def f():\n    user = UserRequest(id="a")\n\n    def more():\n        user.name = "A"\n\n    more()\n'
        "    client.upsert_users(user)\n\n\nf()",
    ),
    "a loop that sends it again and again": (
        'def f():\n    user = {"id": "a"}\n    for name in "xy":\n        user["name"] = name\n        client.upsert_user(user)\n\n\nf()\n',
        'def f():\n    user = UserRequest(id="a")\n    for name in "xy":\n        user.name = name\n'
        "        client.upsert_users(user)\n\n\nf()",
    ),
    "a time that is set": (
        'def f():\n    message = {"text": "Hi"}\n    message["pin_expires"] = "2030-01-01T10:00:00+00:00"\n'
        '    c.send_message(message, "a")\n\n\nf()\n',
        'def f():\n    message = MessageRequest(text="Hi", user_id="a")\n'
        '    message.pin_expires = datetime.fromisoformat("2030-01-01T10:00:00+00:00")\n'
        "    c.send_message(message=message)\n\n\nf()",
    ),
}


@pytest.mark.parametrize("what", BUILT)
def test_a_payload_is_made_where_it_is_built(what: str) -> None:
    source, expected = BUILT[what]
    result = rewrite(source)
    assert body(result).strip("\n") == expected
    run_both(source, result)


def test_a_payload_stays_a_mapping_while_a_call_stays() -> None:
    source = (
        'def f():\n    user = {"id": "a", "tier": 1}\n    client.upsert_user(user)\n    client.delete_user("a", hard_delete=True)\n'
        "    client.set_guest_user(user, 3)\n\n\n"
    )
    after = rewrite(source).after.decode()
    assert "from_v1(UserRequest, user)" in after
    assert "set_guest_user(user, 3)" in after


def test_a_second_run_changes_nothing() -> None:
    source = f"{SETUP}def f():\n    user = {{'id': 'a'}}\n    client.upsert_user(user)\n    client.upsert_users(us)\n"
    once = rewrite(source).after
    assert rewrite_source(once, "app.py", RewriteSettings(todo=False, unproven=True)).after == once


NOTES = {
    "data that replaces the creator": ("c.create(user_id='a', data={'color': 'red'})\n", "`user_id` was never sent"),
    "an option without effect": ("c.query(messages_limit=3)\n", "sent on without effect"),
    "a mapping that v1 writes to": (
        "def f(data):\n    client.channel('a', 'b', data).create('jane')\n",
        "leaves it as it is",
    ),
    "updates that may clear": ("def f(part):\n    client.update_user_partial(part)\n", "which clears it"),
}


@pytest.mark.parametrize("what", NOTES)
def test_what_people_should_know_is_noted(what: str) -> None:
    source, text = NOTES[what]
    assert any(text in note for site in rewrite(source).sites for note in site.notes)
