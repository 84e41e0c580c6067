"""A migration in ten steps: after each the program runs as it did, and at the end nothing shows that there were steps."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from programs import rewrite_all, rewritten, texts

from streammigrate.codemod.settings import Only
from streammigrate.proof.equality import compare_traces
from streammigrate.proof.run import Trace, run

MODULE = {
    "app/__init__.py": "",
    "app/chat.py": """
        import os

        from stream_chat import StreamChat

        chat = StreamChat("key", os.getenv("STREAM_SECRET", "secret"))
        """,
    "app/users.py": """
        from app.chat import chat


        def add(name):
            chat.upsert_user({"id": name, "name": name.title()})
            return chat.create_token(name)


        def drop(name):
            chat.deactivate_user(name)
            chat.reactivate_user(name)
            chat.get_message("m1")
        """,
    "app/moderation.py": """
        from stream_chat.base.exceptions import StreamAPIException

        from . import chat as clients
        from .chat import chat as client


        def judge(name):
            try:
                client.ban_user(name, user_id="admin", reason="spam")
                client.mute_user(name, "admin")
            except StreamAPIException as error:
                observe("failed", error.status_code)
            clients.chat.unmute_user(name, "admin")
            clients.chat.unban_user(name)
            client.flag_message("m1", user_id="admin")
        """,
    "main.py": """
        from app import moderation, users
        from app.chat import chat

        observe("token", users.add("ann"))
        moderation.judge("bob")
        users.drop("cid")
        chat.add_device("device", "apn", "ann")
        chat.delete_device("device", "ann")
        chat.get_app_settings()
        """,
}
FACTORY = {
    "clients.py": """
        from functools import lru_cache

        from stream_chat import StreamChat


        @lru_cache(maxsize=1)
        def get_chat() -> StreamChat:
            # One for the whole process.
            client = StreamChat(api_key="key", api_secret="secret", timeout=3)
            return client


        def admin():
            return get_chat()
        """,
    "main.py": """
        import clients
        from clients import admin, get_chat as stream


        def work(name):
            stream().upsert_user({"id": name, "role": "user"})
            stream().channel("messaging", "general").add_members(["ann"])
            stream().channel("messaging", "general").send_message({"text": "hi"}, name)
            admin().ban_user(name, user_id="root")
            admin().unban_user(name)


        work("ann")
        clients.get_chat().deactivate_user("ann")
        clients.get_chat().reactivate_user("ann")
        client = stream()
        client.get_message("m1")
        client.add_device("device", "apn", "ann")
        client.get_devices("ann")
        stream().list_channel_types()
        """,
}
LAZY = {
    "lazy.py": '''
        from typing import Optional

        from stream_chat import StreamChat

        _client: Optional[StreamChat] = None


        def client() -> StreamChat:
            """Return the client, which is made when it is asked for."""
            global _client
            if _client is None:
                _client = StreamChat("key", "secret")
            return _client
        ''',
    "main.py": """
        from lazy import client

        client().upsert_user({"id": "ann"})
        client().ban_user("ann", user_id="root")
        client().unban_user("ann")
        client().mute_user("ann", "root")
        client().unmute_user("ann", "root")
        client().deactivate_user("ann")
        client().reactivate_user("ann")
        client().add_device("device", "apn", "ann")
        client().delete_device("device", "ann")
        client().get_message("m1")
        client().get_app_settings()
        """,
}
SERVICE = {
    "service.py": """
        from stream_chat import StreamChat


        class Service:
            def __init__(self, key: str, secret: str):
                self.client = StreamChat(key, secret)
                self.room = self.client.channel("messaging", "room")

            def add(self, name):
                self.client.upsert_user({"id": name})
                self.room.add_members(["ann"])
                self.room.send_message({"text": "hi"}, name)

            def remove(self, name):
                self.room.remove_members(["ann"])
                self.client.deactivate_user(name)
                self.client.get_message("m1")


        class Admin(Service):
            def judge(self, name):
                self.client.ban_user(name, user_id="root")
                self.client.unban_user(name)
                self.room.hide(name)
                self.room.show(name)
                self.room.truncate()
        """,
    "main.py": """
        from service import Admin

        admin = Admin("key", "secret")
        admin.add("ann")
        admin.judge("ann")
        admin.client.get_app_settings()
        admin.remove("ann")
        """,
}
CHANNELS = {
    "rooms.py": """
        from stream_chat import StreamChat

        chat = StreamChat("key", "secret")


        def room(name):
            return chat.channel("messaging", name)


        class Rooms:
            def __init__(self):
                self.general = chat.channel("team", "general")

            def open(self):
                self.general.add_members(["ann"])
                self.general.send_message({"text": "open"}, "ann")

            def close(self):
                self.general.remove_members(["ann"])
                self.general.truncate()
        """,
    "main.py": """
        from rooms import Rooms, chat, room

        rooms = Rooms()
        rooms.open()
        rooms.close()
        one = room("one")
        one.add_moderators(["ann"])
        one.demote_moderators(["ann"])
        one.mark_read("ann")
        other = chat.channel("messaging", "other")
        other.create("ann")
        other.send_event({"type": "typing.start"}, "ann")
        other.hide("ann")
        other.show("ann")
        other.delete()
        chat.delete_message("m1")
        """,
}
CONTEXT = {
    "main.py": """
        import asyncio

        from stream_chat import StreamChatAsync


        async def main():
            async with StreamChatAsync("key", "secret") as client:
                await client.upsert_user({"id": "ann"})
                await client.ban_user("ann", user_id="root")
                await client.unban_user("ann")
                channel = client.channel("messaging", "one")
                await channel.add_members(["ann"])
                await channel.send_message({"text": "hi"}, "ann")
                await channel.hide("ann")
                await channel.show("ann")
                await client.deactivate_user("ann")
                await client.reactivate_user("ann")
                await client.get_message("m1")
                await client.get_app_settings()


        asyncio.run(main())
        """,
}
PARAMETER = {
    "helpers.py": """
        from stream_chat import StreamChat


        def enter(client: StreamChat, name, *, role="user"):
            client.upsert_user({"id": name, "role": role})
            client.unban_user(name)
            client.unmute_user(name, "root")


        def leave(name, client):
            client.deactivate_user(name)
            forget(
                client,
                name,
            )


        def forget(client, name, hard=False):
            client.add_device("device", "apn", name)
            client.delete_device("device", name)
            client.get_message("m2" if hard else "m1")
        """,
    "main.py": """
        from helpers import enter, forget, leave
        from stream_chat import StreamChat

        chat = StreamChat("key", "secret")
        enter(chat, "ann", role="admin")
        leave("ann", client=chat)
        forget(chat, "bob")
        chat.ban_user("cid", user_id="ann")
        chat.mute_user("cid", "ann")
        chat.get_app_settings()
        """,
}
DEPENDS = {
    "deps.py": """
        from typing import Annotated

        from fastapi import Depends
        from stream_chat import StreamChat


        def get_chat() -> StreamChat:
            return StreamChat("key", "secret")


        Chat = Annotated[StreamChat, Depends(get_chat)]
        """,
    "api.py": """
        from typing import Annotated

        from fastapi import Depends, FastAPI
        from stream_chat import StreamChat

        from deps import Chat, get_chat

        app = FastAPI()


        @app.post("/users/{name}")
        def add(name: str, chat: StreamChat = Depends(get_chat)):
            chat.upsert_user({"id": name})
            chat.unban_user(name)
            chat.add_device("device", "apn", name)
            return {"token": chat.create_token(name)}


        @app.delete("/users/{name}")
        async def remove(name: str, chat: Annotated[StreamChat, Depends(get_chat)], hard: bool = False):
            chat.deactivate_user(name)
            chat.delete_device("device", name)
            chat.get_message("m2" if hard else "m1")


        @app.post("/bans/{name}")
        def ban(
            name: str,
            chat: Chat,
        ):
            chat.ban_user(name, user_id="root")
            chat.mute_user(name, "root")
            chat.unmute_user(name, "root")
        """,
    "main.py": """
        from api import app
        from fastapi.testclient import TestClient

        web = TestClient(app)
        observe("added", web.post("/users/ann").status_code)
        observe("banned", web.post("/bans/ann").status_code)
        observe("removed", web.delete("/users/ann?hard=true").status_code)
        """,
}
PROGRAMS = {
    "module": MODULE,
    "factory": FACTORY,
    "lazy": LAZY,
    "service": SERVICE,
    "channels": CHANNELS,
    "context": CONTEXT,
    "parameter": PARAMETER,
    "depends": DEPENDS,
}
STEPS = 10
_MAKERS = ("channel",)


@cache
def original(name: str) -> dict[str, str]:
    return texts(PROGRAMS[name])


@cache
def at_once(name: str) -> dict[str, str]:
    return rewritten(original(name))


def trace(files: dict[str, str]) -> Trace:
    modules = {
        path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): text
        for path, text in files.items()
        if path != "main.py"
    }
    return run(files["main.py"], modules=modules)


@cache
def before(name: str) -> Trace:
    return trace(original(name))


def sites(name: str) -> list[tuple[str, str]]:
    """Return the methods that a program calls, each with its file, in the order of the source."""
    found = rewrite_all(original(name)).files
    return list(
        dict.fromkeys(
            (file.path, site.member)
            for file in found
            for site in file.sites
            if "." in site.member and site.member.rpartition(".")[2] not in _MAKERS
        )
    )


def by_method(name: str, order: Sequence[str]) -> list[Only]:
    """Return ten parts, each with some methods more than the one before."""
    ends = [round(len(order) * step / STEPS) for step in range(1, STEPS + 1)]
    return [Only(methods=tuple(order[:end])) for end in ends]


def migrate(name: str, parts: Sequence[Only]) -> None:
    """Take the steps and look at the program after each that changed it."""
    files = dict(original(name))
    for number, part in enumerate(parts, 1):
        after = rewritten(files, only=part)
        if after == files:
            continue
        shown = f"step {number}: {part}\n" + "\n".join(f"# {path}\n{text}" for path, text in after.items())
        assert not compare_traces(before(name), trace(after)), shown
        assert rewritten(after, only=part) == after, shown
        files = after
    assert files == at_once(name)


def test_the_programs_send() -> None:
    for name in PROGRAMS:
        assert not before(name).error, name
        assert len(before(name).requests) >= STEPS - 1, name


@pytest.mark.parametrize("name", PROGRAMS)
def test_nothing_is_left_in_the_end(name: str) -> None:
    assert "stream_chat" not in "".join(at_once(name).values())


@pytest.mark.parametrize("name", PROGRAMS)
def test_method_by_method(name: str) -> None:
    methods = list(dict.fromkeys(member for _, member in sites(name)))
    migrate(name, by_method(name, methods))


@pytest.mark.parametrize("name", PROGRAMS)
def test_file_by_file(name: str) -> None:
    paths = list(original(name))
    migrate(
        name, [Only(paths=tuple(str(Path.cwd() / path) for path in paths[: index + 1])) for index in range(len(paths))]
    )


@pytest.mark.parametrize("seed", range(20))
def test_in_any_order(seed: int) -> None:
    chosen = random.Random(seed)
    name = sorted(PROGRAMS)[seed % len(PROGRAMS)]
    methods = list(dict.fromkeys(member for _, member in sites(name)))
    chosen.shuffle(methods)
    steps = chosen.randint(3, 6)
    ends = [round(len(methods) * step / steps) for step in range(steps + 1)]
    # Each step names only what is new.
    parts = [Only(methods=tuple(methods[start:end])) for start, end in pairwise(ends)]
    if seed % 3 == 0:
        paths = [str(Path.cwd() / path) for path in original(name)]
        parts = [part._replace(paths=(chosen.choice(paths),)) for part in parts]
    migrate(name, [*parts, Only()])
