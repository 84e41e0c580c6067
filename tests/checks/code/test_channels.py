"""SM649 to SM652 look at channels: who creates them, and for whom."""

from __future__ import annotations

from pathlib import Path

import pytest
from checking import answers, places

from streammigrate.checks.code import missing_creators, new_channels, unmade_channels

_V1 = "from stream_chat import StreamChat\nclient = StreamChat('k', 's')\nch = client.channel('team', 'x')\n"
_V2 = "from getstream import Stream\nclient = Stream('k', 's')\nch = client.chat.channel('team', 'x')\n"
_OTHER = "class Chat:\n    def create(self, *a, **k): ...\nch = Chat()\n"


@pytest.mark.parametrize(
    "code",
    [
        _V1 + "ch.create('jane')\n",
        _V1 + "ch.create(user_id=user.id)\n",
        _V1 + "ch.create(user_id=owner)\n",
        _V1 + "ch.create(**options)\n",
        _V1 + "ch.create(*given)\n",
        _V1 + "ch.create('jane', data={'created_by_id': 'jane', 'name': 'x'})\n",
        _V1 + "ch.create('jane', data=data)\n",
        _V1 + "ch.create('jane', data={**rest})\n",
        _V1 + "ch.create('jane', hide_for_creator=True)\n",
        _V2 + "ch.create()\n",
        _V2 + "ch.create(True)\n",
        _V2 + "ch.create(hidden)\n",
        _V2 + "ch.create(data={'created_by_id': 'jane'})\n",
        _V2 + "ch.create(**options)\n",
        _V2 + "ch.get_or_create(data={'created_by_id': 'jane'})\n",
        _OTHER + "ch.create()\nch.create(None)\nch.create(created_by_id='jane')\n",
    ],
)
def test_a_creator_that_is_given_is_silent(tmp_path: Path, code: str) -> None:
    assert places(missing_creators.CHECK, tmp_path, {"app.py": code}) == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (_V1 + "ch.create(None)\n", "the creator is None"),
        (_V1 + "ch.create(user_id='')\n", "the creator is ''"),
        (_V1 + "ch.create()\n", "raises TypeError"),
        (_V1 + "ch.create(created_by_id='jane')\n", "`created_by_id` is no parameter"),
        (_V1 + "ch.create(**{'created_by_id': 'jane'})\n", "`created_by_id` is no parameter"),
        (_V1 + "ch.create('jane', data={'name': 'Team'})\n", "`data` replaces"),
        (_V1 + "data = {'name': 'Team'}\ndata['color'] = 'red'\nch.create('jane', data=data)\n", "`data` replaces"),
        (_V1 + "ch.create(user_id=None, data={})\n", "`data` replaces"),
        (_V2 + "ch.create('jane')\n", "`'jane'` becomes its `hide_for_creator`"),
        (_V2 + "ch.create(f'user-{name}')\n", "hide_for_creator"),
        (_V2 + "ch.create(user_id)\n", "hide_for_creator"),
        (_V2 + "ch.create(request.user.id)\n", "hide_for_creator"),
        (_V2 + "ch.create(user_id='jane')\n", "has no `user_id`"),
        (_V2 + "ch.create(created_by_id='jane')\n", "has no `created_by_id`"),
    ],
)
def test_a_missing_creator_is_told(tmp_path: Path, code: str, said: str) -> None:
    (answer,) = answers(missing_creators.CHECK, tmp_path, {"app.py": code})
    assert said in answer.message
    assert answer.at.line == code.count("\n")


@pytest.mark.parametrize(
    "code",
    [
        _V1 + "ch.query()\n",
        _V1 + "ch.query(state=True, **options)\n",
        _V1 + "ch.query(data={'created_by_id': 'jane'})\n",
        _V1 + "ch.query(data=data)\n",
        _V1 + "client.channel('team', 'x', {'created_by_id': 'jane'}).query()\n",
        _V1 + "client.channel('team', 'x', {'created_by': {'id': 'jane'}}).query()\n",
        _V1 + "client.channel('team', 'x', data).query()\n",
        _V1 + "client.channel('team', 'x', {}).query()\n",
        _V1 + "ours = client.channel('team', 'x', {'name': 'Team'})\nours.create('jane')\nours.query()\n",
        _V1 + "ours = client.channel('team', 'x', {'name': 'Team'})\n"
        "ours.custom_data['created_by_id'] = 'jane'\nours.query()\n",
        _V1 + "import uuid\nclient.channel('team', str(uuid.uuid4())).create('jane')\n",
        _V2 + "ch.get_or_create()\nch.get_or_create(state=True)\n",
        _V2 + "from getstream.models import ChannelInput\nch.get_or_create(data=ChannelInput(created_by_id='jane'))\n",
        _V2 + "from getstream.models import ChannelInput\nch.get_or_create(data=ChannelInput(**given))\n",
        _V2 + "from getstream.models import ChannelInput\ndata = ChannelInput(team='red')\n"
        "data.created_by_id = 'jane'\nch.get_or_create(data=data)\n",
        _V2 + "ch.get_or_create(data=data)\n",
        _V2 + "client.chat.get_or_create_channel('team', 'x', data={'created_by_id': 'jane'})\n",
        _OTHER + "ch.query(data={'name': 'x'})\nch.get_or_create(data={'name': 'x'})\n",
    ],
)
def test_a_query_that_names_its_creator_or_may_find_the_channel_is_silent(tmp_path: Path, code: str) -> None:
    assert places(new_channels.CHECK, tmp_path, {"app.py": code}) == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (_V1 + "ch.query(data={'name': 'Team'})\n", "the data that it sends"),
        (_V1 + "client.channel('team', 'x', {'name': 'Team'}).query()\n", "the data of the channel"),
        (_V1 + "client.channel('team', data={'members': ['a', 'b']}).query()\n", "the data of the channel"),
        (_V1 + "import uuid\nclient.channel('team', str(uuid.uuid4())).query()\n", "fresh"),
        (_V1 + "from uuid import uuid4\nid = f'team-{uuid4().hex}'\nclient.channel('team', id).query()\n", "fresh"),
        (_V2 + "from getstream.models import ChannelInput\nch.get_or_create(data=ChannelInput(team='red'))\n", "data"),
        (_V2 + "ch.get_or_create(data={'custom': {'name': 'Team'}}, state=True)\n", "the data that it sends"),
        (_V2 + "import uuid\nclient.chat.channel('team', str(uuid.uuid4())).get_or_create()\n", "fresh"),
        (_V2 + "client.chat.get_or_create_channel('team', 'x', data={'team': 'red'})\n", "the data that it sends"),
        (_V2 + "client.chat.get_or_create_distinct_channel('team')\n", "without data"),
    ],
)
def test_a_new_channel_without_a_creator_is_told(tmp_path: Path, code: str, said: str) -> None:
    (answer,) = answers(new_channels.CHECK, tmp_path, {"app.py": code})
    assert said in answer.message
    assert answer.at.line == code.count("\n")


_SENT = "ch.send_message({'text': 'hi'}, 'jane')\n"
_SENT_V2 = "ch.send_message(message={'text': 'hi', 'user_id': 'jane'})\n"


@pytest.mark.parametrize(
    "files",
    [
        {"app.py": _V1 + "ch.create('jane')\n" + _SENT},
        {"app.py": _V1 + _SENT, "setup.py": _V1 + "ch.create('jane')\n"},
        {"app.py": _V1 + _SENT + "def make(id):\n    client.channel('team', id).create('jane')\n"},
        {"app.py": _V1 + _SENT + "client.query_channels({})\n"},
        {"app.py": _V1 + _SENT, "other.py": "def make(channel):\n    channel.create('jane')\n"},
        {"app.py": _V1 + _SENT, "web/package.json": '{"dependencies": {"stream-chat-react": "^12"}}'},
        {"app.py": _V1 + "def send(id):\n    client.channel('team', id).send_message({'text': 'hi'}, 'jane')\n"},
        {"app.py": _V1 + "client.channel('team', 'x')\n"},
        {"app.py": _V2 + "ch.get_or_create(data={'created_by_id': 'jane'})\n" + _SENT_V2},
        {"app.py": _V2 + _SENT_V2 + "client.chat.query_channels()\n"},
        {"app.py": _OTHER + _SENT},
    ],
)
def test_a_channel_that_somebody_may_create_is_silent(tmp_path: Path, files: dict[str, str]) -> None:
    assert places(unmade_channels.CHECK, tmp_path, files) == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (_V1 + _SENT + _SENT, "nowhere creates or queries"),
        (_V1 + "other = client.channel('team', 'y')\nother.create('jane')\n".replace("\n", "; ") + _SENT, "team:x"),
        (_V1 + "ch.query()\n" + _SENT, "names no creator"),
        (_V2 + _SENT_V2, "nowhere creates or queries"),
        (_V2 + "ch.get_or_create(state=True)\n" + _SENT_V2, "names no creator"),
    ],
)
def test_a_channel_that_nobody_creates_is_told_once(tmp_path: Path, code: str, said: str) -> None:
    (answer,) = answers(unmade_channels.CHECK, tmp_path, {"app.py": code})
    assert said in answer.message
    assert answer.at.line == 4
