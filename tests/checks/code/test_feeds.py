"""SM651 tells the SDK of feeds from that of chat."""

from __future__ import annotations

from pathlib import Path

import pytest
from checking import answers, places

from streammigrate.checks.code.feeds import CHECK

_CHAT = "from stream_chat import StreamChat\nchat = StreamChat('k', 's')\n"
_FEEDS = "import stream\nfeeds = stream.connect('k', 's')\n"
_V2 = "from getstream import Stream\nclient = Stream('k', 's')\n"


@pytest.mark.parametrize(
    "files",
    [
        {
            "a.py": _CHAT + "chat.upsert_user({'id': 'a'})\n",
            "b.py": _FEEDS + "feeds.feed('user', 'a').add_activity({})\n",
        },
        {"a.py": _FEEDS + "feeds.get('x')\nfeeds.users.add('a')\nfeeds.create_user_token('a')\n"},
        {"a.py": _FEEDS + "def f(feeds):\n    feeds.upsert_user({})\n"},
        {"a.py": "from . import stream\nstream.connect('k', 's').upsert_user({})\n"},
        {"a.py": _FEEDS + "feeds.upsert_user({})\n", "stream.py": "def connect(*a): ...\n"},
        {"a.py": _CHAT + "class Mine(StreamChat):\n    def feed(self): ...\nMine('k', 's').feed()\n"},
        {"a.py": "from news import Client\nClient().feed('x')\n"},
        {"a.py": _V2 + "client.feeds.feed('user', 'a')\nclient.chat.query_channels()\n"},
        {"a.py": _CHAT, "requirements.txt": "stream-chat==4.33.0\nstream-python==5.4.0\n"},
        {"a.py": _CHAT, "requirements.txt": "stream-python==5.4.0\n", "b/requirements.txt": "stream-chat\n"},
        {"a.py": _CHAT, "b.py": _FEEDS, "requirements.txt": "stream-python==5.4.0\n"},
        {"a.py": _V2, "requirements.txt": "stream-python==5.4.0\n"},
        {"a.py": "# no stream_chat here\n", "requirements.txt": "stream-python==5.4.0\n"},
        {"a.py": _CHAT, "requirements.txt": "requests\n"},
        {"a.py": _CHAT},
    ],
)
def test_each_product_through_its_own_sdk_is_silent(tmp_path: Path, files: dict[str, str]) -> None:
    assert places(CHECK, tmp_path, files) == []


@pytest.mark.parametrize(
    ("files", "place", "said"),
    [
        ({"a.py": _FEEDS + "feeds.upsert_user({'id': 'a'})\n"}, ("a.py", 3), "belongs to StreamChat"),
        ({"a.py": _FEEDS + "def f():\n    return feeds.channel('team', 'x')\n"}, ("a.py", 4), "belongs to StreamChat"),
        ({"a.py": "from stream import connect\nconnect('k', 's').query_users({})\n"}, ("a.py", 2), "feeds (stream-python)"),
        ({"a.py": _CHAT + "chat.feed('user', 'a').add_activity({})\n"}, ("a.py", 3), "asked of StreamChat"),
        ({"a.py": _CHAT, "b.py": "from a import chat\nchat.create_user_token('x')\nimport stream_chat\n"}, ("b.py", 2),
         "asked of StreamChat"),
        ({"a.py": _V2 + "client.feed('user', 'a')\n"}, ("a.py", 3), "Stream of getstream"),
        ({"a.py": _CHAT, "requirements.txt": "flask\nstream-python==5.4.0\n"}, ("requirements.txt", 2), "SDK of feeds"),
        ({"a.py": _CHAT, "requirements.txt": "stream==0.8\n"}, ("requirements.txt", 1), "another maker"),
        ({"a.py": _CHAT, "pyproject.toml": '[project]\nname = "x"\ndependencies = ["stream_python>=5"]\n'},
         ("pyproject.toml", 3), "SDK of feeds"),
    ],
)  # fmt: skip
def test_the_wrong_sdk_is_told(tmp_path: Path, files: dict[str, str], place: tuple[str, int], said: str) -> None:
    (answer,) = answers(CHECK, tmp_path, files)
    assert said in answer.message
    assert places(CHECK, tmp_path, files) == [place]
