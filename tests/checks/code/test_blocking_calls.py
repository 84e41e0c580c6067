"""SM640 asks for calls of the synchronous client that stop an event loop."""

from __future__ import annotations

from pathlib import Path

import pytest

from streammigrate.checks.code.blocking_calls import CHECK
from tests.support.checking import places

_SYNC = "from stream_chat import StreamChat\nclient = StreamChat('k', 's')\n"
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
