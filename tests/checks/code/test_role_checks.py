"""SM641 finds decisions by roles that Stream answered."""

from __future__ import annotations

from pathlib import Path

import pytest
from checking import answers, places

from streammigrate.checks.code.role_checks import CHECK

_V1 = (
    "import json\nfrom stream_chat import StreamChat\nclient = StreamChat('k', 's')\nch = client.channel('team', 'x')\n"
)
_V2 = "import json\nfrom getstream import Stream\nclient = Stream('k', 's')\nch = client.chat.channel('team', 'x')\n"


@pytest.mark.parametrize(
    "code",
    [
        _V1 + "if user['role'] == 'admin':\n    pass\n",
        _V1 + "if request.user.role == 'admin':\n    pass\n",
        _V1 + "rows = db.query_users({})['users']\nif rows[0]['role'] == 'admin':\n    pass\n",
        _V1 + "users = client.query_users({})['users']\nif users[0]['id'] == 'admin':\n    pass\n",
        _V1 + "users = client.query_users({})['users']\nif users[0]['profile']['role'] == 'admin':\n    pass\n",
        _V1 + "users = client.query_users({})['users']\nadmins = [u for u in users if u['role'] == 'admin']\n",
        _V1
        + "users = client.query_users({})['users']\nif users[0]['role'] is None or users[0]['role'] == '':\n    pass\n",
        _V1 + "users = client.query_users({})['users']\nprint(users[0]['role'])\n",
        _V1 + "users = client.query_users({})['users']\nif users[0]['channel_role'] == 'x':\n    pass\n",
        _V1 + "for one in client.list_roles()['roles']:\n    if one['role'] == 'admin':\n        pass\n",
        _V1 + "def f(user):\n    return user['role'] == 'admin'\n",
        _V1 + "event = json.loads(body)\nif event['user']['role'] == 'admin':\n    pass\n",
        _V1 + "client.upsert_user({'id': 'a', 'role': 'admin'})\n",
        _V2 + "users = client.query_users().data.users\nif users[0].id == 'x':\n    pass\n",
        "def f(m):\n    return m['channel_role'] == 'channel_moderator'\n",
    ],
)
def test_what_is_no_role_of_an_answer_is_silent(tmp_path: Path, code: str) -> None:
    assert places(CHECK, tmp_path, {"app.py": code}) == []


def test_an_assertion_of_a_test_decides_nothing(tmp_path: Path) -> None:
    code = _V1 + "def test_it():\n    assert client.query_users({})['users'][0]['role'] == 'admin'\n"
    assert places(CHECK, tmp_path, {"test_it.py": code}) == []


@pytest.mark.parametrize(
    ("code", "line"),
    [
        (_V1 + "users = client.query_users({})['users']\nif users[0]['role'] == 'admin':\n    pass\n", 6),
        (_V1 + "user = client.query_users({'id': 'a'})['users'][0]\nif user.get('role') in ('admin', 'owner'):\n    pass\n", 6),
        (_V1 + "for user in client.query_users({})['users']:\n    if 'admin' == user['role']:\n        pass\n", 6),
        (_V1 + "role = client.query_users({})['users'][0]['role']\nallowed = role == 'admin'\n", 6),
        (_V1 + "for m in ch.query_members({}):\n    if m['channel_role'] == 'channel_moderator':\n        pass\n", 6),
        (_V1 + "members = ch.query()['members']\nok = any(m['channel_role'] == 'x' for m in members)\n", 6),
        (_V1 + "members = ch.query()['members']\nok = any(True for m in members if m['user']['role'] == 'x')\n", 6),
        (_V1 + "def load(id):\n    return client.query_users({'id': id})['users'][0]\n"
         "def may(id):\n    return load(id)['role'] == 'admin'\n", 8),
        (_V1 + "def is_admin(user):\n    return user['role'] == 'admin'\n"
         "is_admin(client.query_users({})['users'][0])\n", 6),
        (_V1 + "def hook(request):\n    if not client.verify_webhook(request.body, request.headers['X-Signature']):\n"
         "        return\n    event = json.loads(request.body)\n    if event['user']['role'] == 'admin':\n        pass\n", 9),
        (_V1 + "def hook(request):\n    client.verify_webhook(request.get_data(), 'x')\n    event = request.get_json()\n"
         "    if event['member']['channel_role'] == 'owner':\n        pass\n", 8),
        (_V1 + "def hook():\n    if client.verify_webhook(request.data, request.headers['X-Signature']):\n"
         "        user = request.json['user']\n        return 'admin' in user['role']\n", 8),
        (_V1 + "async def hook(request):\n    body = await request.body()\n    client.verify_webhook(body, 'x')\n"
         "    event = await request.json()\n    return event['user']['role'] == 'admin'\n", 9),
        (_V1 + "from stream_chat.webhook import verify_and_parse_webhook\n"
         "def hook(b, s):\n    event = verify_and_parse_webhook(b, s, 'k')\n    return event['user']['role'] == 'admin'\n", 8),
        (_V1 + "match client.query_users({})['users'][0]['role']:\n    case 'admin':\n        pass\n", 5),
        (_V2 + "user = client.query_users().data.users[0]\nif user.role == 'admin':\n    pass\n", 6),
        (_V2 + "for m in client.chat.query_members().data.members:\n    if m.channel_role in ('a', 'b'):\n        pass\n", 6),
        (_V2 + "from stream_compat import as_v1\nstate = as_v1(ch.get_or_create())\n"
         "if state['membership']['channel_role'] == 'owner':\n    pass\n", 7),
        (_V2 + "def hook(b, s):\n    event = client.verify_and_parse_webhook(b, s)\n    return event.user.role == 'x'\n", 7),
    ],
)  # fmt: skip
def test_a_decision_by_a_role_is_told(tmp_path: Path, code: str, line: int) -> None:
    assert places(CHECK, tmp_path, {"app.py": code}) == [("app.py", line)]


def test_it_is_said_whose_role_it_is(tmp_path: Path) -> None:
    code = _V1 + "for m in ch.query_members({}):\n    if m['channel_role'] == 'channel_moderator':\n        pass\n"
    (answer,) = answers(CHECK, tmp_path, {"app.py": code})
    assert (
        answer.message == "`m['channel_role']` decides, which is the `channel_role` of a member in what Stream answered"
    )
