"""SM621 (extra_data), SM626 (names of channels), SM627 (models that lose keys) and SM630 (times as text)."""

from __future__ import annotations

from pathlib import Path

import pytest
from checking import answers, places

from streammigrate.checks.custom import channel_names, extra_data, time_texts, unknown_fields
from streammigrate.checks.model import ProjectCheck

_V1 = "from stream_chat import StreamChat\nclient = StreamChat('k', 's')\nchannel = client.channel('team', 'x')\n"
_V2 = "from getstream import Stream\nfrom getstream.models import ChannelInput, UserRequest\n"


def _messages(check: ProjectCheck, folder: Path, code: str) -> list[str]:
    return [one.message for one in answers(check, folder, {"app.py": code})]


@pytest.mark.parametrize(
    "code",
    [
        "def send(extra_data): ...\nsend(extra_data={})\n",
        "import logging\nextra_data = {}\n",
        _V1 + "print('extra_data')\n# extra_data\n",
        _V1 + "extra_database = 1\n",
        "'stream_chat extra_data'\nextra_data = 1\n",
    ],
)
def test_extra_data_elsewhere_is_silent(tmp_path: Path, code: str) -> None:
    assert _messages(extra_data.CHECK, tmp_path, code) == []


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (_V1 + "extra_data = {}\nclient.upsert_user({'id': 'a', **extra_data})\n", "name `extra_data`"),
        (_V1 + "def f(extra_data):\n    print(extra_data)\n", "parameter `extra_data` in `f`"),
        (_V1 + "client.update_app_settings(extra_data=1)\n", "argument `extra_data`"),
        (_V1 + "class A:\n    def f(self):\n        print(self.extra_data)\n", "attribute `extra_data` in `A.f`"),
        (_V1 + "client.upsert_user({'id': 'a', 'extra_data': {}})\n", "key `extra_data`"),
        (_V1 + "print(client.query_users({})['users'][0]['extra_data'])\n", "key `extra_data`"),
        (_V2 + "def f(user):\n    return user.get('extraData')\n", "key `extraData` in `f`"),
    ],
)
def test_extra_data_is_told(tmp_path: Path, code: str, message: str) -> None:
    assert _messages(extra_data.CHECK, tmp_path, code) == [f"the {message} may be custom data, which v2 calls `custom`"]


def test_extra_data_in_a_file_that_only_uses_the_client_of_another(tmp_path: Path) -> None:
    files = {
        "chat.py": _V1,
        "app.py": "from chat import client\ndef f(extra_data):\n    client.upsert_user({'id': 'a'})\n",
    }
    assert places(extra_data.CHECK, tmp_path, files) == [("app.py", 2)]


@pytest.mark.parametrize(
    "code",
    [
        _V1 + "client.upsert_user({'id': 'a', 'name': 'A', 'image': 'x'})\n",
        _V1 + "client.query_channels({'name': 'x'})\n",
        _V1 + "client.create_channel_type({'name': 'x'})\n",
        _V1 + "print(client.query_users({})['users'][0]['name'])\n",
        _V1 + "print(channel.query_members({})[0]['user']['name'])\n",
        _V1 + "print(client.get_channel_type('team')['name'])\n",
        "class Client:\n    def channel(self, *a): ...\nClient().channel('team', 'x', {'name': 'y'})\n",
        _V2 + "ChannelInput(custom={'name': 'x'})\n",
    ],
)
def test_other_names_are_silent(tmp_path: Path, code: str) -> None:
    assert _messages(channel_names.CHECK, tmp_path, code) == []


@pytest.mark.parametrize(
    "code",
    [
        "client.channel('team', 'y', {'name': 'Y'})",
        "channel.update({'image': 'Y'})",
        "channel.update_partial({'name': 'Y'})",
        "print(channel.query()['channel'].get('name'))",
        "print([c['channel']['name'] for c in client.query_channels({})['channels']])",
    ],
)
def test_the_name_of_a_channel_is_told(tmp_path: Path, code: str) -> None:
    assert places(channel_names.CHECK, tmp_path, {"app.py": _V1 + code + "\n"}) == [("app.py", 4)]


@pytest.mark.parametrize(
    "code",
    [
        _V2 + "UserRequest(id='a', name='A', custom={'tier': 3})\n",
        _V2 + "UserRequest(**{'id': 'a', 'custom': {'tier': 3}})\n",
        _V2 + "UserRequest.from_dict({'id': 'a', 'custom': {'tier': 3}})\n",
        _V2 + "data = {'id': 'a'}\ndata['name'] = 'A'\nUserRequest(**data)\n",
        "from app.models import UserRequest\ndef f(data):\n    UserRequest(**data)\n# getstream\n",
        "class UserRequest: ...\n# getstream\nUserRequest(tier=3)\n",
        "from getstream.models import SortParamRequest\ndef f(data):\n    SortParamRequest(**data)\n",
        _V2 + "def f(user):\n    user.from_dict({'tier': 3})\n",
    ],
)
def test_models_that_take_what_they_are_given_are_silent(tmp_path: Path, code: str) -> None:
    assert _messages(unknown_fields.CHECK, tmp_path, code) == []


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("UserRequest(id='a', tier=3)", "UserRequest has no `tier`, and raises TypeError for it"),
        ("ChannelInput(name='a', image='b')", "ChannelInput has no `name`, `image`, and raises TypeError for them"),
        ("UserRequest(**{'id': 'a', 'tier': 3})", "UserRequest has no `tier`, and raises TypeError for it"),
        ("def f(row):\n    UserRequest(**row)", "UserRequest(**row) raises TypeError for every key that is no field"),
        ("UserRequest.from_dict({'id': 'a', 'tier': 3})", "UserRequest.from_dict drops `tier` without a word"),
        (
            "def f(row):\n    UserRequest.from_dict(row)",
            "UserRequest.from_dict(row) drops every key that is no field without a word",
        ),
        (
            "import getstream.models as m\nm.UserRequest(tier=3)",
            "UserRequest has no `tier`, and raises TypeError for it",
        ),
    ],
)
def test_models_that_lose_keys_are_told(tmp_path: Path, code: str, message: str) -> None:
    assert _messages(unknown_fields.CHECK, tmp_path, _V2 + code + "\n") == [message]


def test_what_is_said_of_getstream_s_models_is_so() -> None:
    models = pytest.importorskip("getstream.models")
    with pytest.raises(TypeError):
        models.UserRequest(id="a", tier=3)
    with pytest.raises(TypeError):
        models.ChannelInput(name="a")
    kept = models.UserRequest.from_dict({"id": "a", "tier": 3}).to_dict()
    assert "tier" not in kept
    assert not kept["custom"]


@pytest.mark.parametrize(
    "code",
    [
        "print(user['created_at'])",
        "print(user['created_at'] is None, user.get('deleted_at') == other)",
        "print(user['name'][:10], user['name'].split('T'), len(user['name']))",
        "print(user['tier'][:10])",
        "print(user['created_at'].isoformat(), user['created_at'].replace(tzinfo=None))",
        "parse(user['created_at'])",
        "print({'created_at': 'x'}['created_at'][:10])",
    ],
)
def test_times_that_are_not_treated_as_text_are_silent(tmp_path: Path, code: str) -> None:
    text = _V1 + "from app import other, parse\nuser = client.query_users({})['users'][0]\n" + code + "\n"
    assert _messages(time_texts.CHECK, tmp_path, text) == []


@pytest.mark.parametrize(
    ("code", "how"),
    [
        ("print(user['created_at'][:10])", "cut"),
        ("print(user.get('last_active')[:10])", "cut"),
        ("print(user['created_at'].split('T'))", "read (`.split`)"),
        ("print(user['created_at'].endswith('Z'))", "read (`.endswith`)"),
        ("print(user['created_at'].replace('Z', ''))", "changed"),
        ("print(datetime.fromisoformat(user['created_at']))", "parsed"),
        ("print(datetime.fromisoformat(user['created_at'].replace('Z', '+00:00')))", "parsed"),
        ("print(datetime.strptime(user['created_at'], '%Y'))", "parsed"),
        ("print(parser.parse(user['created_at']))", "parsed"),
        ("print(user['created_at'] + ' UTC')", "joined"),
        ("print(user['created_at'] > '2024')", "compared"),
        ("print(user['created_at'] < datetime.now().isoformat())", "compared"),
        ("print(len(user['created_at']))", "measured"),
        ("at = user['created_at']\nprint(at[:10])", "cut"),
    ],
)
def test_a_time_that_is_treated_as_text_is_told(tmp_path: Path, code: str, how: str) -> None:
    imports = "from datetime import datetime\nfrom dateutil import parser\n"
    text = imports + _V1 + "user = client.query_users({})['users'][0]\n" + code + "\n"
    (message,) = _messages(time_texts.CHECK, tmp_path, text)
    assert f" is {how} as text, and v2 answers with a datetime" in message
