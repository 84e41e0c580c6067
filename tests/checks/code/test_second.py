"""Calls of getstream are found by what their receivers are, not by their names."""

from __future__ import annotations

from pathlib import Path

import pytest
from checking import project

from streammigrate.checks.code.second import second

_HEAD = "import getstream\nfrom getstream import AsyncStream, Stream\nclient = Stream('k', 's')\n"


def _members(folder: Path, files: dict[str, str]) -> list[str]:
    found = second(project(folder, files)).calls
    return [("await " if one.thing.coroutine else "") + one.member for one in found if one.sends]


@pytest.mark.parametrize(
    "code",
    [
        "client = Client()\nclient.get_app()\n",
        "from other import Stream\nclient = Stream()\nclient.get_app()\n",
        _HEAD + "def f(client):\n    client.get_app()\n",
        _HEAD + "client = other()\nclient.get_app()\n",
        _HEAD + "client.feeds.get_app()\nclient.video.get_app()\n",
        _HEAD + "client.no_such_method()\nclient.create_token('jane')\n",
        _HEAD + "maybe = client if x else AsyncStream('k', 's')\nmaybe.get_app()\n",
        "from __future__ import annotations\nclass Stream: ...\ndef f(client: Stream):\n    client.get_app()\n",
    ],
)
def test_what_is_none_of_getstreams_or_sends_nothing(tmp_path: Path, code: str) -> None:
    assert _members(tmp_path, {"app.py": code}) == []


@pytest.mark.parametrize(
    ("code", "members"),
    [
        (_HEAD + "client.get_app()\n", ["get_app"]),
        (_HEAD + "client.chat.query_channels()\nclient.moderation.ban()\n", ["chat.query_channels", "moderation.ban"]),
        (_HEAD + "client.chat.channel('a', 'b').get_or_create()\n", ["channel.get_or_create"]),
        (_HEAD + "chat = client.chat\nchat.query_channels()\n", ["chat.query_channels"]),
        (_HEAD + "ch = client.chat.channel('a', 'b') if x else client.chat.channel('a', 'c')\nch.delete()\n", ["channel.delete"]),
        (_HEAD + "client.as_async().get_app()\n", ["await get_app"]),
        (_HEAD + "Stream.from_env().get_app()\n", ["get_app"]),
        (_HEAD + "getstream.AsyncStream('k', 's').chat.query_channels()\n", ["await chat.query_channels"]),
        (_HEAD + "async def f():\n    async with AsyncStream('k', 's') as c:\n        await c.get_app()\n", ["await get_app"]),
        (_HEAD + "def f(c: Stream | None, d: 'int'):\n    c.get_app()\n", ["get_app"]),
        (_HEAD + "from typing import Annotated\nC = Annotated[Stream, 1]\ndef f(c: C):\n    c.get_app()\n", ["get_app"]),
        (_HEAD + "c = None\ndef f():\n    global c\n    c = Stream('k', 's')\n    return c.get_app()\n", ["get_app"]),
        (_HEAD + "class A:\n    c: Stream = Stream('k', 's')\n    def f(self):\n        self.c.get_app()\n", ["get_app"]),
    ],
)  # fmt: skip
def test_what_is_getstreams_is_found(tmp_path: Path, code: str, members: list[str]) -> None:
    assert _members(tmp_path, {"app.py": code}) == members


def test_it_is_followed_from_file_to_file(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": "from .chat import client\n",
        "pkg/chat.py": _HEAD + "def get():\n    return client\n",
        "a.py": "from pkg import client\nclient.get_app()\n",
        "b.py": "from pkg import chat\nchat.get().get_app()\n",
        "c.py": "import pkg.chat as chat\nclient = chat.get()\nclient.get_app()\n",
        "pkg/d.py": "from . import client\nclient.get_app()\n",
        "pkg/e.py": "from .chat import get\nget().get_app()\n",
        "f.py": "from pkg.nothing import client\nclient.get_app()\n",
    }
    found = second(project(tmp_path, files)).calls
    assert [Path(one.at.source).name for one in found] == ["a.py", "b.py", "c.py", "d.py", "e.py"]


_SERVICES = """import functools
from dataclasses import dataclass
from getstream import Stream
@dataclass
class Services:
    chat: Stream
    other: object
@functools.lru_cache
def get():
    return Stream('k', 's')
class Box:
    def __init__(self):
        self._kept = None
    @property
    def client(self) -> Stream:
        if not self._kept:
            raise RuntimeError
        return self._kept
services = Services(chat=get(), other=object())
clients = {}
"""


@pytest.mark.parametrize(
    ("code", "members"),
    [
        ("def f(services: Services):\n    services.other.get_app()\n", []),
        ("def f(chat=Depends(make)):\n    chat.get_app()\n", []),
        ("def f(services: Services):\n    services.chat.no_such_method()\n", []),
        ("def f(services: Services):\n    services.chat.get_app()\n", ["get_app"]),
        ("services.chat.chat.query_channels()\n", ["chat.query_channels"]),
        ("services.chat.chat.channel('a', 'b').send_message()\n", ["channel.send_message"]),
        ("from fastapi import Depends\ndef f(chat=Depends(get)):\n    chat.chat.query_channels()\n", ["chat.query_channels"]),
        ("Box().client.get_app()\n", ["get_app"]),
        ("clients['a'] = get()\nclients['a'].get_app()\n", ["get_app"]),
    ],
)  # fmt: skip
def test_it_is_followed_as_stream_chat_is(tmp_path: Path, code: str, members: list[str]) -> None:
    files = {"pyproject.toml": "", "services.py": _SERVICES, "app.py": f"from services import *\n{code}"}
    files["app.py"] = files["app.py"].replace("*", "Box, Services, clients, get, services")
    assert _members(tmp_path, files) == members


def test_a_channel_of_it_leads_to_the_call_that_made_it(tmp_path: Path) -> None:
    code = "from services import services\nc = services.chat.chat.channel('a', 'b')\nc.delete()\n"
    files = {"pyproject.toml": "", "services.py": _SERVICES, "app.py": code}
    (call,) = (one for one in second(project(tmp_path, files)).calls if one.name == "delete")
    assert call.thing.made is not None
    assert call.thing.home is not None
    assert (call.thing.made.lineno, Path(call.thing.home.path).name) == (2, "app.py")


def test_arguments_are_given_by_parameter(tmp_path: Path) -> None:
    code = _HEAD + "ch = client.chat.channel('a', 'b')\nch.get_or_create(True, data={}, **more)\nch.delete(*given)\n"
    _, create, delete = second(project(tmp_path, {"app.py": code})).calls
    assert (sorted(create.given), create.opaque) == (["data", "hide_for_creator"], True)
    assert (sorted(delete.given), delete.opaque) == ([], True)
