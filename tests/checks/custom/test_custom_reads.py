"""SM622 tells the custom fields that are read beside the fields of answers."""

from __future__ import annotations

from pathlib import Path

import pytest
from checking import answers, places

from streammigrate.checks.custom.custom_reads import CHECK

_V1 = "from stream_chat import StreamChat\nclient = StreamChat('k', 's')\nchannel = client.channel('team', 'x')\n"
_ASYNC = "from stream_chat import StreamChatAsync\nclient = StreamChatAsync('k', 's')\n"


def _read(folder: Path, code: str) -> list[str]:
    return [f"{one.about[2]}.{one.about[3]}" for one in answers(CHECK, folder, {"app.py": code})]


@pytest.mark.parametrize(
    "code",
    [
        _V1 + "r = client.query_users({})\nprint(r['users'][0]['name'], r['users'][0].get('role'), r['duration'])\n",
        _V1 + "r = client.query_users({})\nprint(r['tier'], r.get('tier'), 'tier' in r)\n",
        _V1 + "r = client.query_users({})\nprint(r['users'][0]['custom'])\n",
        _V1 + "r = client.query_users({})\nr = other()\nprint(r['users'][0]['tier'])\n",
        _V1 + "r = client.get_app_settings()\nprint(r['app']['tier'])\n",
        _V1 + "r = client.query_users({})\nr['users'][0]['tier'] = 1\n",
        _V1 + "def f(key):\n    print(client.query_users({})['users'][0][key])\n",
        _V1 + "token = client.create_token('jane')\nprint(token['tier'])\n",
        _V1 + "r = client.delete_user('jane')\nprint(r['user']['tier'])\n",
        _ASYNC + "async def f():\n    r = client.query_users({})\n    print(r['users'])\n",
        "def query_users(f): ...\nr = query_users({})\nprint(r['users'][0]['tier'])\n",
        "class Db:\n    def query_users(self, f): ...\nprint(Db().query_users({})['users'][0]['tier'])\n",
        "from getstream import Stream\nclient = Stream('k', 's')\n"
        "r = client.query_users()\nprint(r.data.users[0].custom['tier'])\n",
    ],
)
def test_other_reads_are_silent(tmp_path: Path, code: str) -> None:
    assert _read(tmp_path, code) == []


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("print(client.query_users({})['users'][0]['tier'])", "FullUserResponse.tier"),
        ("r = client.query_users({})\nprint(r['users'][0].get('tier', 0))", "FullUserResponse.tier"),
        ("for u in client.query_users({})['users']:\n    print('tier' in u)", "FullUserResponse.tier"),
        ("print([u['tier'] for u in client.query_users({}).get('users', [])])", "FullUserResponse.tier"),
        ("for i, u in enumerate(client.query_users({})['users']):\n    print(u['tier'])", "FullUserResponse.tier"),
        ("print(sorted(client.query_users({})['users'], key=lambda u: u['tier']))", "FullUserResponse.tier"),
        ("r = client.upsert_user({'id': 'a'})\nprint(r['users']['a']['tier'])", "FullUserResponse.tier"),
        (
            "r = client.upsert_user({'id': 'a'})\nfor k, u in r['users'].items():\n    print(u['tier'])",
            "FullUserResponse.tier",
        ),
        ("print(channel.query()['channel']['color'])", "ChannelResponse.color"),
        ("print(channel.query()['messages'][-1]['user']['tier'])", "UserResponse.tier"),
        ("print(channel.query_members({})[0]['seat'])", "ChannelMemberResponse.seat"),
        ("print(channel.query_members({})[0]['user']['tier'])", "UserResponse.tier"),
        ("r = channel.send_message({'text': 'x'}, 'a')\nprint(r['message']['mood'])", "MessageResponse.mood"),
        ("print(client.query_channels({})['channels'][0]['channel']['color'])", "ChannelResponse.color"),
        (
            "def first():\n    return client.query_users({})['users'][0]\nprint(first()['tier'])",
            "FullUserResponse.tier",
        ),
        ("def show(user):\n    print(user['tier'])\nshow(client.query_users({})['users'][0])", "FullUserResponse.tier"),
        ("KEY = 'tier'\nprint(client.query_users({})['users'][0][KEY])", "FullUserResponse.tier"),
    ],
)
def test_a_custom_field_is_told(tmp_path: Path, code: str, wanted: str) -> None:
    assert _read(tmp_path, _V1 + code + "\n") == [wanted]


def test_answers_of_the_asynchronous_client_are_read_where_they_are_awaited(tmp_path: Path) -> None:
    code = _ASYNC + "async def f():\n    r = await client.query_users({})\n    print(r['users'][0]['tier'])\n"
    assert places(CHECK, tmp_path, {"app.py": code}) == [("app.py", 5)]


def test_answers_are_followed_to_other_files(tmp_path: Path) -> None:
    files = {
        "chat.py": _V1
        + "from shown import show\ndef first():\n    return client.query_users({})['users'][0]\nshow(first())\n",
        "shown.py": "def show(user):\n    print(user['tier'])\n",
        "app.py": "import chat\nchat.client.query_users({})\nprint(chat.first().get('rank'), chat.first()['name'])\n",
    }
    assert places(CHECK, tmp_path, files) == [("app.py", 3), ("shown.py", 2)]


def test_the_answer_of_a_call_that_is_handed_on_is_read_where_it_is_awaited(tmp_path: Path) -> None:
    code = f"import asyncio\n{_V1}async def f():\n    r = await asyncio.to_thread(client.query_users, {{}})\n"
    assert _read(tmp_path, code + "    print(r['users'][0]['tier'])\n") == ["FullUserResponse.tier"]
    assert _read(tmp_path, code + "    print(r['tier'])\n") == []
