"""SM620 lists the custom keys that code sends, SM631 the payloads whose keys are not seen."""

from __future__ import annotations

from pathlib import Path

import pytest
from checking import answers, places

from streammigrate.checks.custom import custom_keys, opaque_payloads

_V1 = "from stream_chat import StreamChat\nclient = StreamChat('k', 's')\nchannel = client.channel('team', 'x')\n"


def _keys(folder: Path, code: str) -> dict[str, list[str]]:
    return {
        answer.about[0]: [one.place for one in answer.evidence]
        for answer in answers(custom_keys.CHECK, folder, {"app.py": code})
    }


def _opaque(folder: Path, code: str) -> list[int | None]:
    return [line for _, line in places(opaque_payloads.CHECK, folder, {"app.py": code})]


@pytest.mark.parametrize(
    "code",
    [
        _V1 + "client.upsert_user({'id': 'jane', 'name': 'Jane', 'role': 'admin', 'teams': ['a']})\n",
        _V1 + "client.upsert_users([{'id': 'jane'}, {'id': 'joe', 'image': 'x'}])\n",
        _V1 + "channel.send_message({'text': 'Hi', 'attachments': [{'type': 'image'}]}, 'jane')\n",
        _V1 + "channel.add_members(['jane', 'joe'])\n",
        _V1 + "channel.add_members([{'user_id': 'jane', 'channel_role': 'x'}])\n",
        _V1 + "client.query_users({'tier': 3})\n",
        _V1 + "client.create_channel_type({'name': 'support', 'tier': 3})\n",
        _V1 + "client.update_app_settings(tier=3)\n",
        _V1 + "user = {'id': 'jane', 'tier': 3}\nprint(user)\n",
        "class Db:\n    def upsert_user(self, user): ...\nDb().upsert_user({'id': 'jane', 'tier': 3})\n",
        "from getstream import Stream\nfrom getstream.models import UserRequest\nclient = Stream('k', 's')\n"
        "client.upsert_users(UserRequest(id='jane', custom={'tier': 3}))\n",
    ],
)
def test_payloads_of_fields_are_silent(tmp_path: Path, code: str) -> None:
    assert _keys(tmp_path, code) == {}
    assert _opaque(tmp_path, code) == []


@pytest.mark.parametrize(
    ("code", "keys"),
    [
        ("client.upsert_user({'id': 'jane', 'tier': 3})", {"user": ["tier"]}),
        ("client.upsert_user(user={'id': 'jane', 'tier': 3})", {"user": ["tier"]}),
        ("client.update_users([{'id': 'a', 'x': 1}, {'id': 'b', 'y': 1}])", {"user": ["x", "y"]}),
        ("client.upsert_users([{'id': i, 'rank': i} for i in range(3)])", {"user": ["rank"]}),
        ("user = {'id': 'jane'}\nif 1:\n    user['tier'] = 3\nclient.upsert_user(user)", {"user": ["tier"]}),
        ("user = dict(id='jane', tier=3)\nclient.upsert_user(user)", {"user": ["tier"]}),
        (
            "user = {'id': 'jane'}\nuser.update(tier=3, **{'rank': 1})\nclient.upsert_user(user)",
            {"user": ["rank", "tier"]},
        ),
        ("base = {'tier': 3}\nclient.upsert_user({'id': 'jane', **base})", {"user": ["tier"]}),
        ("base = {'tier': 3}\nclient.upsert_user(base | {'id': 'jane'})", {"user": ["tier"]}),
        ("client.upsert_user({'id': 'a'} if x else {'id': 'b', 'tier': 3})", {"user": ["tier"]}),
        (
            "users = []\nfor i in (1, 2):\n    users.append({'id': 'a', 'tier': i})\nclient.upsert_users(users)",
            {"user": ["tier"]},
        ),
        ("def make(i):\n    return {'id': i, 'tier': 3}\nclient.upsert_user(make('jane'))", {"user": ["tier"]}),
        (
            "user = {'id': 'a'}\nfor k in ('tier', 'name'):\n    user[k] = 1\nclient.upsert_user(user)",
            {"user": ["tier"]},
        ),
        ("client.upsert_user({'id': 'a', **{k: 1 for k in ['tier', 'rank']}})", {"user": ["rank", "tier"]}),
        ("for user in [{'id': 'a', 'tier': 1}, {'id': 'b'}]:\n    client.upsert_user(user)", {"user": ["tier"]}),
        ("USERS = [{'id': 'a', 'tier': 1}]\nclient.upsert_users([u for u in USERS])", {"user": ["tier"]}),
        ("USERS = [{'id': 'a', 'tier': 1}]\nclient.upsert_users(USERS[:100])", {"user": ["tier"]}),
        ("user = {'id': 'a'}\nuser |= {'tier': 1}\nclient.upsert_user(user)", {"user": ["tier"]}),
        ("client.set_guest_user({'id': 'jane', 'tier': 3})", {"user": ["tier"]}),
        (
            "client.channel('team', 'y', {'name': 'Y', 'color': 'red', 'members': ['a']})",
            {"channel": ["color", "name"]},
        ),
        ("client.channel('team', 'y', data={'members': [{'user_id': 'a', 'seat': 1}]})", {"member": ["seat"]}),
        ("channel.create('jane', data={'image': 'x', 'team': 'red'})", {"channel": ["image"]}),
        ("channel.update({'motd': 'x'}, {'text': 'Hi', 'mood': 1})", {"channel": ["motd"], "message": ["mood"]}),
        ("channel.send_message({'text': 'Hi', 'mood': 'x'}, 'jane')", {"message": ["mood"]}),
        ("channel.send_message({'attachments': [{'type': 'x', 'sku': 1}]}, 'jane')", {"attachment": ["sku"]}),
        ("channel.send_reaction('m', {'type': 'love', 'emoji': 'x'}, 'jane')", {"reaction": ["emoji"]}),
        ("channel.send_event({'type': 'x', 'size': 1}, 'jane')", {"event": ["size"]}),
        ("client.send_user_custom_event('jane', {'type': 'x', 'text': 'Hi'})", {"event": ["text"]}),
        ("client.update_user_partial({'id': 'a', 'set': {'tier': 1, 'name': 'x', 'a.b': 1}})", {"user": ["a", "tier"]}),
        ("client.update_users_partial([{'id': 'a', 'set': {'tier': 1}}])", {"user": ["tier"]}),
        ("client.update_message_partial('m', {'set': {'seen': 1, 'text': 'x'}}, 'a')", {"message": ["seen"]}),
        ("channel.update_partial(to_set={'color': 1, 'frozen': True})", {"channel": ["color"]}),
        ("channel.update_member_partial('a', {'seat': 1})", {"member": ["seat"]}),
        ("from stream_chat.channel import Channel\nChannel(client, 'team', 'y', {'color': 1})", {"channel": ["color"]}),
        (
            "from stream_chat.channel import Channel\nChannel(client, 'team', custom_data={'color': 1})",
            {"channel": ["color"]},
        ),
        ("client.update_message({'id': 'm', 'text': 'x', 'seen': True, 'user_id': 'a'})", {"message": ["seen"]}),
    ],
)
def test_custom_keys_are_listed(tmp_path: Path, code: str, keys: dict[str, list[str]]) -> None:
    assert _keys(tmp_path, _V1 + "x = 1\n" + code + "\n") == keys


def test_each_key_has_its_count_and_places(tmp_path: Path) -> None:
    code = _V1 + "client.upsert_user({'id': 'a', 'tier': 1})\nclient.upsert_user({'id': 'b', 'tier': 2, 'rank': 1})\n"
    (answer,) = answers(custom_keys.CHECK, tmp_path, {"app.py": code})
    assert answer.message == "users are sent with 2 keys of your own beside the fields: `tier`, `rank`"
    assert (answer.at.line, answer.about) == (4, ("user",))
    path = (tmp_path / "app.py").as_posix()
    told = [f"2 times, at {path}:4 (StreamChat.upsert_user), {path}:5 (StreamChat.upsert_user)"]
    told.append(f"once, at {path}:5 (StreamChat.upsert_user)")
    assert [one.place for one in answer.evidence] == ["tier", "rank"]
    assert [one.value for one in answer.evidence] == told


@pytest.mark.parametrize(
    "code",
    [
        "def sync(user):\n    client.upsert_user(user)\n",
        "def sync(row):\n    client.upsert_user(row.to_dict())\n",
        "def sync(row):\n    client.upsert_user({'id': row.id, **row.extra})\n",
        "def sync(rows):\n    client.upsert_users(rows)\n",
        "def sync(rows):\n    client.upsert_users([row.as_stream() for row in rows])\n",
        "def sync(key):\n    client.upsert_user({'id': 'a', key: 1})\n",
        "def sync(grow):\n    user = {'id': 'a'}\n    grow(user)\n    client.upsert_user(user)\n",
        "def sync(rows):\n    for row in rows:\n        client.upsert_user(row)\n",
        "def send(message):\n    channel.send_message(message, 'jane')\n",
    ],
)
def test_a_payload_that_is_not_seen_is_told(tmp_path: Path, code: str) -> None:
    assert len(_opaque(tmp_path, _V1 + code)) == 1
    assert _keys(tmp_path, _V1 + code) == {}


@pytest.mark.parametrize(
    "code",
    [
        "def sync(name):\n    user = {'id': name}\n    user['name'] = name\n    print(user)\n    client.upsert_user(user)\n",
        "def sync(names):\n    users = []\n    for n in names:\n        u = {'id': n}\n        users.append(u)\n"
        "    client.upsert_users(users)\n",
        "for user in [{'id': 'a'}, {'id': 'b'}]:\n    client.upsert_user(user)\n",
        "USERS = [{'id': 'a'}, {'id': 'b'}]\nfor i in range(0, 9, 3):\n    client.upsert_users(USERS[i:i + 3])\n",
        "def add(ids):\n    channel.add_members(ids)\n",
        "def add(user):\n    channel.add_members([user.id])\n",
        "def send(text):\n    channel.send_message({'text': text}, 'jane')\n",
    ],
)
def test_a_payload_that_is_seen_is_not_told(tmp_path: Path, code: str) -> None:
    assert _opaque(tmp_path, _V1 + code) == []


def test_the_client_may_come_from_another_file(tmp_path: Path) -> None:
    files = {"chat.py": _V1, "app.py": "from chat import client\nclient.upsert_user({'id': 'a', 'tier': 1})\n"}
    assert places(custom_keys.CHECK, tmp_path, files) == [("app.py", 2)]


def test_a_payload_may_be_made_in_another_file(tmp_path: Path) -> None:
    made = "def user(row):\n    made = {'id': row.id}\n    if row.tier:\n        made['tier'] = row.tier\n    return made\n"
    code = _V1 + "from payloads import user\ndef sync(row):\n    client.upsert_user(user(row))\n"
    files = {"payloads.py": made, "app.py": code}
    assert places(custom_keys.CHECK, tmp_path, files) == [("payloads.py", 4)]
    assert places(opaque_payloads.CHECK, tmp_path, files) == []


@pytest.mark.parametrize(
    "call",
    [
        "await asyncio.to_thread(client.upsert_user, {'id': 'a', 'tier': 1})",
        "await asyncio.to_thread(client.upsert_user, user={'id': 'a', 'tier': 1})",
        "await asyncio.get_running_loop().run_in_executor(None, client.upsert_user, {'id': 'a', 'tier': 1})",
        "await sync_to_async(client.upsert_user)({'id': 'a', 'tier': 1})",
    ],
)
def test_a_call_may_be_handed_on(tmp_path: Path, call: str) -> None:
    code = f"import asyncio\nfrom asgiref.sync import sync_to_async\n{_V1}async def sync():\n    {call}\n"
    assert _keys(tmp_path, code) == {"user": ["tier"]}
    assert _opaque(tmp_path, code) == []


_CLASSES = """
from dataclasses import asdict, dataclass
from typing import ClassVar
from pydantic import BaseModel
@dataclass
class Row:
    id: str
    tier: int
    kinds: ClassVar[list] = []
    def payload(self):
        return asdict(self)
class Base(BaseModel):
    id: str
    city: str
class Person(Base):
    name: str
    tier: int = 0
class Open(BaseModel):
    model_config = {"extra": "allow"}
    id: str
    tier: int
"""


@pytest.mark.parametrize(
    ("code", "keys", "opaque"),
    [
        ("def f(row: Row):\n    client.upsert_user(asdict(row))", ["tier"], 0),
        ("def f():\n    client.upsert_user(asdict(Row('a', 1)))", [], 1),
        ("def f():\n    row = Row('a', 1)\n    client.upsert_user(vars(row))", ["tier"], 0),
        ("def f(one: Person):\n    client.upsert_user(one.model_dump())", ["city", "tier"], 0),
        ("def f(one: Person):\n    client.upsert_user(one.dict(exclude={'city'}))", ["tier"], 0),
        ("def f(one: Person):\n    client.upsert_user(one.model_dump(include={'id', 'city'}))", ["city"], 0),
        (
            "def f(one: Person):\n    client.upsert_user({**one.model_dump(exclude_none=True), 'rank': 1})",
            ["city", "rank", "tier"],
            0,
        ),
        ("def f(one: Person):\n    client.upsert_user(one.model_dump(by_alias=True))", ["city", "tier"], 1),
        ("def f(one: Open):\n    client.upsert_user(one.model_dump())", ["tier"], 1),
        ("def f(one):\n    client.upsert_user(one.model_dump())", [], 1),
        ("class Other:\n    tier: int\ndef f(one: Other):\n    client.upsert_user(one.dict())", [], 1),
    ],
)
def test_the_fields_of_a_class_are_the_keys_of_its_export(
    tmp_path: Path, code: str, keys: list[str], opaque: int
) -> None:
    text = _CLASSES + _V1 + code + "\n"
    assert _keys(tmp_path, text).get("user", []) == keys
    assert len(_opaque(tmp_path, text)) == opaque


def test_what_is_imported_from_another_file_is_looked_at_there(tmp_path: Path) -> None:
    models = "from dataclasses import dataclass\n@dataclass\nclass Row:\n    id: str\n    tier: int\n"
    code = _V1 + "from dataclasses import asdict\nfrom models import Row\nfrom data import DATA as given\n"
    code += "def sync(row: Row):\n    client.upsert_user(asdict(row))\n    client.channel('team', 'y', {**given})\n"
    files = {"models.py": models, "data.py": "DATA = {'color': 'red'}\n", "app.py": code}
    assert places(custom_keys.CHECK, tmp_path, files) == [("data.py", 1), ("models.py", 5)]
    assert places(opaque_payloads.CHECK, tmp_path, files) == []
