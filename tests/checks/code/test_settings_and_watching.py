"""SM642 finds code that takes permissions back to v1, SM648 what asks to watch without a connection."""

from __future__ import annotations

from pathlib import Path

import pytest
from checking import answers, places

from streammigrate.checks.code import permission_version_set, watching

_V1 = (
    "import json\nfrom stream_chat import StreamChat\nclient = StreamChat('k', 's')\nch = client.channel('team', 'x')\n"
)
_V2 = "import json\nfrom getstream import Stream\nclient = Stream('k', 's')\nch = client.chat.channel('team', 'x')\n"
_OTHER = "class Chat:\n    def __getattr__(self, name): ...\nclient = Chat()\nch = client.channel()\n\n"


@pytest.mark.parametrize(
    "code",
    [
        _V1 + "client.update_app_settings(permission_version='v2', migrate_permissions_to_v2=True)\n",
        _V1 + "client.update_app_settings(permission_version=version)\n",
        _V1 + "client.update_app_settings(**settings)\n",
        _V1 + "assert client.get_app_settings()['app']['permission_version'] == 'v1'\n",
        _V1 + "settings = {'permission_version': 'v1'}\nprint(settings)\n",
        _V1 + "settings = {'permission_version': 'v1'}\nsettings['permission_version'] = 'v2'\n"
        "client.update_app_settings(**settings)\n",
        _V1 + "client.patch('channeltypes/team', data={'permission_version': 'v1'})\n",
        _V2 + "client.update_app(permission_version='v2')\n",
        _V2 + "client.update_app(async_url_enrich_enabled=True)\n",
        _OTHER + "client.update_app_settings(permission_version='v1')\nclient.update_app(permission_version='v1')\n",
    ],
)
def test_what_does_not_take_permissions_back_is_silent(tmp_path: Path, code: str) -> None:
    assert places(permission_version_set.CHECK, tmp_path, {"app.py": code}) == []


@pytest.mark.parametrize(
    ("code", "line"),
    [
        (_V1 + "client.update_app_settings(permission_version='v1')\n", 5),
        (_V1 + "OLD = 'v1'\nclient.update_app_settings(permission_version=OLD)\n", 6),
        (_V1 + "client.update_app_settings(**{'permission_version': 'v1'})\n", 5),
        (_V1 + "settings = {\n    'permission_version': 'v1',\n}\nclient.update_app_settings(**settings)\n", 6),
        (_V1 + "settings = dict(permission_version='v1')\nclient.update_app_settings(**settings)\n", 5),
        (_V1 + "settings = {}\nsettings['permission_version'] = 'v1'\nclient.update_app_settings(**settings)\n", 6),
        (_V1 + "settings = {}\nsettings.update(permission_version='v1')\nclient.update_app_settings(**settings)\n", 6),
        (_V1 + 'client.update_app_settings(**json.loads(\'{"permission_version": "v1"}\'))\n', 5),
        (_V1 + "client.patch('app', data={'permission_version': 'v1'})\n", 5),
        (_V2 + "client.update_app(permission_version='v1')\n", 5),
        (_V2 + "client.update_app(**{**base, 'permission_version': 'v1'})\n", 5),
        (_V2 + "client.patch('/api/v2/app', json={'permission_version': 'v1'})\n", 5),
    ],
)
def test_what_takes_permissions_back_is_told(tmp_path: Path, code: str, line: int) -> None:
    assert places(permission_version_set.CHECK, tmp_path, {"app.py": code}) == [("app.py", line)]


_JSON = '{\n  "grants": {},\n  "permission_version": "v1"\n}\n'


@pytest.mark.parametrize(
    "load",
    [
        "settings = json.load(open('settings.json'))\n",
        "with open('conf/settings.json') as file:\n    settings = json.load(file)\n",
        "PATH = BASE / 'settings.json'\nsettings = json.loads(PATH.read_text())\n",
    ],
)
def test_settings_may_come_from_a_file_of_the_project(tmp_path: Path, load: str) -> None:
    files = {"app.py": f"{_V1}{load}client.update_app_settings(**settings)\n", "conf/settings.json": _JSON}
    assert places(permission_version_set.CHECK, tmp_path, files) == [("conf/settings.json", 3)]


@pytest.mark.parametrize("text", [_JSON.replace("v1", "v2"), "[]", "{", '{"app": {"permission_version": "v1"}}'])
def test_a_file_that_does_not_set_it_is_silent(tmp_path: Path, text: str) -> None:
    code = f"{_V1}client.update_app_settings(**json.load(open('settings.json')))\n"
    assert places(permission_version_set.CHECK, tmp_path, {"app.py": code, "settings.json": text}) == []
    unused = f"{_V1}settings = json.load(open('settings.json'))\n"
    assert places(permission_version_set.CHECK, tmp_path, {"app.py": unused, "settings.json": _JSON}) == []


@pytest.mark.parametrize(
    "code",
    [
        _V1 + "ch.query()\n",
        _V1 + "ch.query(watch=False, presence=False, state=True)\n",
        _V1 + "ch.query(watch=wanted)\n",
        _V1 + "ch.query(**options)\n",
        _V1 + "ch.create('jane', watch=False)\n",
        _V1 + "client.query_channels({}, watch=False, state=True)\n",
        _V1 + "client.query_users({})\n",
        _V1 + "client.query_users({'watch': True})\n",
        _V2 + "client.chat.query_channels(state=True)\nch.get_or_create(state=True)\n",
        _V2 + "from getstream.models import QueryUsersPayload\n"
        "client.query_users(QueryUsersPayload(filter_conditions={}, presence=False))\n",
        _OTHER + "ch.query(watch=True)\nclient.query_channels({}, watch=True, presence=True)\n",
    ],
)
def test_what_does_not_watch_is_silent(tmp_path: Path, code: str) -> None:
    assert places(watching.CHECK, tmp_path, {"app.py": code}) == []


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (_V1 + "ch.query(watch=True)\n", ["watch"]),
        (_V1 + "ch.query(watch=True, presence=True, state=True)\n", ["watch", "presence"]),
        (_V1 + "client.query_channels({}, [], watch=True)\n", ["watch"]),
        (_V1 + "options = {'watch': True, 'limit': 3}\nclient.query_channels({}, **options)\n", ["watch"]),
        (_V1 + "client.query_users({}, presence=True)\n", ["presence"]),
        (_V1 + "ch.create('jane', watch=True)\n", ["watch"]),
        (_V1 + "ch.create('jane', state=True)\n", ["state"]),
        (_V2 + "ch.get_or_create(watch=True)\n", ["watch"]),
        (_V2 + "client.chat.query_channels(watch=False)\n", ["watch"]),
        (_V2 + "from getstream.models import QueryUsersPayload\n"
         "client.query_users(QueryUsersPayload(filter_conditions={}, presence=True))\n", ["presence"]),
    ],
)  # fmt: skip
def test_what_asks_to_watch_is_told(tmp_path: Path, code: str, told: list[str]) -> None:
    found = answers(watching.CHECK, tmp_path, {"app.py": code})
    assert [one.about[-1] for one in found] == told
