"""SM640 asks for calls of the synchronous client that stop an event loop."""

from __future__ import annotations

from pathlib import Path

import pytest
from checking import answers, places

from streammigrate.checks.code.blocking_calls import CHECK

_SYNC = "from stream_chat import StreamChat\nclient = StreamChat('k', 's')\n"
_V2 = "from getstream import AsyncStream, Stream\nclient = Stream('k', 's')\nother = AsyncStream('k', 's')\n"
_ASYNC = "from stream_chat import StreamChatAsync\nclient = StreamChatAsync('k', 's')\n"


@pytest.mark.parametrize(
    "code",
    [
        _SYNC + "def load():\n    client.query_users({})\n",
        _SYNC + "async def load():\n    def inner():\n        client.query_users({})\n    return inner\n",
        _SYNC + "async def load():\n    return client.channel('team', 'x')\n",
        _SYNC + "async def load():\n    return client.create_token('jane')\n",
        _SYNC + "import asyncio\nasync def load():\n    await asyncio.to_thread(client.query_users, {})\n",
        _ASYNC + "async def load():\n    await client.query_users({})\n",
        _SYNC + "def load():\n    client.query_users({})\ndef view():\n    load()\n",
        _SYNC + "def load():\n    client.query_users({})\nasync def view():\n    await asyncio.to_thread(load)\n",
        _SYNC + "@sync_to_async\ndef load():\n    client.query_users({})\nasync def view():\n    await load()\n",
        _SYNC + "@threaded\ndef load():\n    client.query_users({})\nasync def view():\n    load()\n",
        _SYNC + "async def view(load):\n    load()\ndef load():\n    client.query_users({})\n",
        _V2 + "def load():\n    client.list_blocked_users()\n    client.get_app()\n",
        _V2 + "async def load():\n    await other.get_app()\n    await other.chat.query_channels()\n",
        _V2 + "async def load():\n    return client.create_token('jane'), client.chat.channel('team', 'x')\n",
        _V2 + "async def load():\n    async with AsyncStream('k', 's') as client:\n        await client.get_app()\n",
        _V2 + "async def load(client):\n    client.get_app()\n",
        _V2 + "async def load():\n    client.get_weather()\n",
        "from elsewhere import Stream\nclient = Stream('k', 's')\nasync def load():\n    client.get_app()\n",
        _ASYNC + "async def load():\n    channel = client.channel('team', 'x')\n    await channel.query()\n",
        "class Db:\n    def query_users(self, f): ...\nclient = Db()\nasync def load():\n    client.query_users({})\n",
    ],
)
def test_what_does_not_stop_the_loop_is_silent(tmp_path: Path, code: str) -> None:
    assert places(CHECK, tmp_path, {"app.py": code}) == []


def test_a_call_in_a_coroutine_is_told(tmp_path: Path) -> None:
    code = _SYNC + "async def load():\n    return client.query_users({})['users']\n"
    assert places(CHECK, tmp_path, {"app.py": code}) == [("app.py", 4)]


def test_the_client_may_come_from_another_file(tmp_path: Path) -> None:
    files = {"chat.py": _SYNC, "app.py": "from chat import client\nasync def load():\n    client.query_users({})\n"}
    assert places(CHECK, tmp_path, files) == [("app.py", 3)]


@pytest.mark.parametrize(
    ("code", "line"),
    [
        (_V2 + "async def load():\n    return client.get_app()\n", 5),
        (_V2 + "async def load():\n    client.chat.channel('team', 'x').get_or_create()\n", 5),
        (_V2 + "async def load():\n    channel = client.chat.channel('team', 'x')\n    channel.get_or_create()\n", 6),
        (_V2 + "async def load():\n    client.moderation.ban(target_user_id='jane')\n", 5),
        (_V2 + "async def load(chat: Stream):\n    chat.get_app()\n", 5),
        (_V2 + "class Chat:\n    def __init__(self):\n        self.c = Stream('k', 's')\n"
         "    async def load(self):\n        self.c.get_app()\n", 8),
        ("import getstream\nasync def load():\n    getstream.Stream('k', 's').get_app()\n", 3),
        (_SYNC + "def load():\n    client.query_users({})\nasync def view():\n    load()\n", 6),
        (_V2 + "def load():\n    client.get_app()\nasync def view():\n    return load()\n", 7),
    ],
)  # fmt: skip
def test_it_goes_for_both_sdks_and_through_functions_of_the_file(tmp_path: Path, code: str, line: int) -> None:
    assert places(CHECK, tmp_path, {"app.py": code}) == [("app.py", line)]


def test_a_client_of_getstream_may_come_from_another_file(tmp_path: Path) -> None:
    made = (
        "from functools import cache\nfrom getstream import Stream\n@cache\ndef get():\n    return Stream('k', 's')\n"
    )
    files = {"pkg/chat.py": made, "pkg/app.py": "from .chat import get\nasync def load():\n    get().get_app()\n"}
    assert places(CHECK, tmp_path, files) == [("pkg/app.py", 3)]


def test_a_finding_through_a_function_shows_both_places(tmp_path: Path) -> None:
    code = _SYNC + "def load():\n    client.query_users({})\nasync def view():\n    load()\n"
    (answer,) = answers(CHECK, tmp_path, {"app.py": code})
    assert "`view` calls `load`, which waits for StreamChat.query_users" in answer.message
    assert [one.value for one in answer.evidence] == ["load()", "client.query_users({})"]
