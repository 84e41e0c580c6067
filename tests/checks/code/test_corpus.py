"""Small projects, as people write them, with everything that the checks of code say about each."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from textwrap import dedent
from typing import NamedTuple

import pytest
from checking import project

from streammigrate.checks import code
from streammigrate.checks.model import ProjectCheck


class Corpus(NamedTuple):
    """A project and what is expected: id, file and line."""

    name: str
    files: dict[str, str]
    told: list[tuple[str, str, int]]


_CORPUS = (
    Corpus(
        "a service that is ready",
        {
            "requirements.txt": "stream-chat==4.33.0\nflask\n",
            "chat.py": """
                import os
                import time
                from stream_chat import StreamChat
                from stream_chat.base.exceptions import StreamAPIException

                client = StreamChat(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"])

                def token(user_id):
                    return client.create_token(user_id, exp=int(time.time()) + 3600)

                def room(room_id, owner):
                    channel = client.channel("messaging", room_id)
                    channel.create(owner)
                    return channel

                def post(room_id, text, user_id):
                    try:
                        client.channel("messaging", room_id).send_message({"text": text}, user_id)
                    except StreamAPIException as error:
                        if error.status_code == 404:
                            room(room_id, user_id)
                        else:
                            print(str(error))
            """,
        },
        [],
    ),
    Corpus(
        "the same after the migration",
        {
            "requirements.txt": "getstream==7.0.0\nflask\n",
            "chat.py": """
                import os
                from getstream import Stream
                from getstream.exceptions import StreamApiException
                from getstream.models import ChannelInput, MessageRequest

                client = Stream(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"], timeout=6.0)

                def token(user_id):
                    return client.create_token(user_id, expiration=3600)

                def room(room_id, owner):
                    channel = client.chat.channel("messaging", room_id)
                    channel.get_or_create(data=ChannelInput(created_by_id=owner), state=False)
                    return channel

                def post(room_id, text, user_id):
                    channel = client.chat.channel("messaging", room_id)
                    try:
                        channel.send_message(message=MessageRequest(text=text, user_id=user_id))
                    except StreamApiException as error:
                        if error.status_code == 404:
                            room(room_id, user_id)
                        else:
                            print(str(error))
            """,
        },
        [],
    ),
    Corpus(
        "a web service with everything wrong",
        {
            "requirements.txt": "stream-chat==4.20.0\nfastapi\n",
            "app/__init__.py": "",
            "app/chat.py": """
                from datetime import datetime, timedelta
                from functools import lru_cache
                from stream_chat import StreamChat

                client = StreamChat("key", "secret")
                ADMIN_TOKEN = client.create_token("admin", exp=datetime.now() + timedelta(days=1))

                def token(user_id):
                    return client.create_token(user_id, exp=3600)

                @lru_cache
                def guest():
                    return client.create_token("guest", exp=datetime.utcnow() + timedelta(hours=1))

                def user(user_id):
                    return client.query_users({"id": user_id}, presence=True)["users"][0]

                def rollback():
                    client.update_app_settings(permission_version="v1")
            """,
            "app/routes.py": """
                from app.chat import ADMIN_TOKEN, client, user

                async def delete(message_id, user_id):
                    if user(user_id)["role"] != "admin":
                        return 403
                    try:
                        client.delete_message(message_id)
                    except Exception as error:
                        if "not found" in str(error):
                            return 404
                    return ADMIN_TOKEN

                def team(name, owner):
                    channel = client.channel("team", name, {"name": name})
                    channel.query(watch=True)
                    channel.create(created_by_id=owner)
            """,
        },
        [
            ("SM640", "app/routes.py", 8),
            ("SM641", "app/routes.py", 5),
            ("SM642", "app/chat.py", 20),
            ("SM643", "app/routes.py", 10),
            ("SM645", "app/chat.py", 10),
            ("SM646", "app/chat.py", 7),
            ("SM647", "app/chat.py", 7),
            ("SM647", "app/chat.py", 14),
            ("SM648", "app/chat.py", 17),
            ("SM648", "app/routes.py", 16),
            ("SM649", "app/routes.py", 17),
        ],
    ),
    Corpus(
        "a migration by search and replace",
        {
            "requirements.txt": "getstream==7.0.0\n",
            "chat.py": """
                import time
                import uuid
                from getstream import AsyncStream, Stream

                client = Stream("key", "secret")
                bot = AsyncStream("key", "secret")

                def token(user_id):
                    return client.create_token(user_id, int(time.time()) + 3600)

                def endless(user_id):
                    return client.create_token(user_id)

                def room(owner):
                    channel = client.chat.channel("messaging", str(uuid.uuid4()))
                    channel.create(owner)
                    return channel

                def other():
                    client.chat.channel("messaging", str(uuid.uuid4())).get_or_create()

                async def mine():
                    await bot.chat.query_channels(filter_conditions={})
                    return client.chat.query_channels(filter_conditions={}, watch=False)

                def moderators():
                    members = client.chat.query_members().data.members
                    return any(one.channel_role == "channel_moderator" for one in members)

                def gone(error):
                    try:
                        client.chat.get_message("m")
                    except Exception as error:
                        return error.args[0].startswith("StreamChat error code 4")
            """,
        },
        [
            ("SM640", "chat.py", 25),
            ("SM641", "chat.py", 29),
            ("SM643", "chat.py", 35),
            ("SM644", "chat.py", 13),
            ("SM645", "chat.py", 10),
            ("SM648", "chat.py", 25),
            ("SM649", "chat.py", 17),
            ("SM652", "chat.py", 21),
        ],
    ),
    Corpus(
        "a script that posts to a channel of the dashboard",
        {
            "post.py": """
                import time
                from stream_chat import StreamChat

                client = StreamChat("key", "secret")
                token = client.create_token("bot", exp=int(time.time()) + 60)
                client.channel("messaging", "news").send_message({"text": "hi"}, "bot")
                print(token)
            """,
        },
        [("SM650", "post.py", 7)],
    ),
    Corpus(
        "feeds and chat, mixed up",
        {
            "requirements.txt": "stream-python==5.4.0\n",
            "chat.py": "from stream_chat import StreamChat\nclient = StreamChat('k', 's')\nclient.feed('user', 'jane')\n",
        },
        [("SM651", "chat.py", 3), ("SM651", "requirements.txt", 1)],
    ),
    Corpus(
        "feeds beside chat, each by its own SDK",
        {
            "requirements.txt": "stream-python==5.4.0\nstream-chat==4.33.0\n",
            "news.py": "import stream\nclient = stream.connect('k', 's')\nclient.feed('user', 'jane').add_activity({})\n",
            "chat.py": "from stream_chat import StreamChat\nclient = StreamChat('k', 's')\nclient.upsert_user({'id': 'jane'})\n",
        },
        [],
    ),
    Corpus(
        "other libraries with the same names",
        {
            "bank.py": """
                import time

                class Client:
                    def create_token(self, user, exp=None): ...
                    def query_users(self, filter): ...
                    def update_app_settings(self, **settings): ...
                    def channel(self, *names): ...

                client = Client()
                TOKEN = client.create_token("jane", exp=3600)

                async def admin():
                    client.update_app_settings(permission_version="v1")
                    channel = client.channel("messaging", "x")
                    channel.create(created_by_id="jane")
                    channel.query(watch=True)
                    try:
                        user = client.query_users({})["users"][0]
                    except Exception as error:
                        return "not found" in str(error)
                    return user["role"] == "admin", TOKEN
            """,
        },
        [],
    ),
    Corpus(
        "code that is no Python, and a file of half a sentence",
        {
            "broken.py": "from stream_chat import StreamChat\ndef (:\n",
            "empty.py": "",
            "old.py": "print 'stream_chat'\n",
        },
        [],
    ),
)


def _checks() -> list[ProjectCheck]:
    modules = (import_module(f"{code.__name__}.{one.name}") for one in iter_modules(code.__path__))
    found = (getattr(module, "CHECK", None) for module in modules)
    return sorted((one for one in found if isinstance(one, ProjectCheck)), key=lambda check: check.id)


@pytest.mark.parametrize("corpus", _CORPUS, ids=lambda corpus: corpus.name)
def test_the_checks_of_code_say_this_of_a_project(tmp_path: Path, corpus: Corpus) -> None:
    made = project(tmp_path, {name: dedent(text) for name, text in corpus.files.items()})
    told = [
        (check.id, Path(answer.at.source).relative_to(tmp_path).as_posix(), answer.at.line)
        for check in _checks()
        for answer in check.judge(made)
    ]
    assert sorted(told) == sorted(corpus.told)


def test_every_check_of_code_is_seen_in_the_corpus() -> None:
    assert {id for corpus in _CORPUS for id, _, _ in corpus.told} == {check.id for check in _checks()}


def test_what_a_check_says_is_the_same_each_time_and_told_apart(tmp_path: Path) -> None:
    corpus = next(one for one in _CORPUS if one.name == "a web service with everything wrong")
    files = {name: dedent(text) for name, text in corpus.files.items()}
    runs = [[list(check.judge(project(tmp_path, files))) for check in _checks()] for _ in range(2)]
    assert runs[0] == runs[1]
    for answers in runs[0]:
        assert len({answer.about for answer in answers}) == len(answers)
        assert all(answer.evidence for answer in answers)
