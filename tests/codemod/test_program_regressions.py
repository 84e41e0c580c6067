"""What generated programs of several modules found: each is the smallest that showed it (see tests/differential/modules.py)."""

from __future__ import annotations

from typing import NamedTuple

import pytest
from programs import rewritten, rewritten_with_helpers, texts

from streammigrate.codemod.settings import Only
from streammigrate.proof.answers import answerer
from streammigrate.proof.equality import compare_traces
from streammigrate.proof.run import Trace, run


class Row(NamedTuple):
    """A program, the methods that are asked for one after the other, and what has to stand in its files afterwards."""

    files: dict[str, str]
    steps: tuple[tuple[str, ...], ...] = ((),)
    holds: tuple[tuple[str, str], ...] = ()


CLIENT = """
from stream_chat import StreamChat

chat = StreamChat("key", "secret")
"""
FACTORY = """
from stream_chat import StreamChat


def get_chat():
    return StreamChat("key", "secret")
"""
ROWS = {
    "what another file makes a channel with is not spelled from this one": Row(
        {
            "clients.py": CLIENT,
            "rooms.py": """
                from clients import chat


                def lobby():
                    return chat.channel("messaging", "lobby")


                def room(name):
                    return chat.channel("messaging", name)
                """,
            "main.py": """
                from rooms import lobby, room

                # This line is as long as it is so that something stands where rooms.py has its texts.
                lobby().query_members({})
                room("one").query_members({})
                other = room("two")
                other.query_members({})
                """,
        },
        holds=(("main.py", 'type="messaging", id="lobby"'), ("main.py", "id=other.channel_id")),
    ),
    "what another function makes a channel with is not in reach": Row(
        {
            "main.py": """
                from stream_chat import StreamChat

                chat = StreamChat("key", "secret")


                def room(name):
                    return chat.channel("messaging", name)


                room("one").query_members({})
                chat.get_app_settings()
                """
        },
        holds=(("main.py", 'room_v1("one").query_members({})'),),
    ),
    "the copy of a function reads the second of what a module has": Row(
        {
            "clients.py": CLIENT,
            "main.py": """
                import clients


                def room(name):
                    return clients.chat.channel("messaging", name)


                def work():
                    channel = room("lobby")
                    channel.send_message(*({"text": "Hello"}, "jane"))
                    channel.get_messages(["message-1"])


                work()
                """,
        },
        holds=(("clients.py", "chat_v1 = StreamChat"), ("main.py", "clients.chat_v1.channel")),
    ),
    "the second of a function that has another name in a module is found again": Row(
        {
            "clients.py": FACTORY,
            "main.py": """
                from clients import get_chat as _get_chat

                make = _get_chat
                client = make()
                client.get_app_settings()
                client.list_roles()
                client.unban_user("jane")
                """,
        },
        steps=(
            ("get_app_settings",),
            ("get_app_settings", "list_roles"),
            ("get_app_settings", "list_roles", "unban_user"),
        ),
        holds=(("main.py", "from clients import get_chat as _get_chat\n\nmake = _get_chat\n"),),
    ),
    "an import that may fail leads to the function all the same": Row(
        {
            "clients.py": FACTORY,
            "rooms.py": """
                from stream_chat import StreamChat


                def step(client: StreamChat):
                    client.get_app_settings()
                """,
            "main.py": """
                from clients import get_chat

                try:
                    from rooms import step
                except ImportError:
                    step = None

                step(client=get_chat())
                get_chat().get_app_settings()
                """,
        },
        holds=(("rooms.py", "def step(client: Stream):"), ("clients.py", "return Stream(")),
    ),
    "a function that another may stand for keeps what it is given": Row(
        {
            "clients.py": FACTORY,
            "rooms.py": """
                from stream_chat import StreamChat


                def step(client: StreamChat):
                    client.get_app_settings()
                """,
            "main.py": """
                from clients import get_chat

                try:
                    from elsewhere import step
                except ImportError:
                    from rooms import step

                step(client=get_chat())
                get_chat().get_app_settings()
                """,
        },
        holds=(("rooms.py", "client.get_app_settings()"), ("clients.py", "return StreamChat(")),
    ),
    "a parameter that is only given channels that stay needs no second": Row(
        {
            "main.py": """
                from stream_chat import StreamChat

                chat = StreamChat("key", "secret")


                def show(channel):
                    channel.hide("jane")


                chat.get_app_settings()
                show(chat.channel("messaging", "one"))
                show(channel=chat.channel("messaging", "two"))
                """
        },
        steps=(("get_app_settings",), ("get_app_settings", "hide")),
        holds=(("main.py", "def show(channel):"),),
    ),
    "what asks for the class of an object goes with the object": Row(
        {
            "services.py": """
                from stream_chat import StreamChat


                class Service:
                    def __init__(self):
                        self.client = StreamChat("key", "secret")
                """,
            "main.py": """
                from services import Service
                from stream_chat import StreamChat

                service = Service()
                if isinstance(service.client, StreamChat):
                    service.client.get_app_settings()
                service.client.list_roles()
                """,
        },
        steps=(("get_app_settings",),),
        holds=(("services.py", "self.client_v1 = StreamChat"),),
    ),
    "a channel that a function returns goes where a parameter says that it is one": Row(
        {
            "main.py": """
                from stream_chat import StreamChat
                from stream_chat.channel import Channel


                def ensure(client: StreamChat, name: str, rows: dict) -> Channel:
                    channel = client.channel("team", name, rows)
                    channel.create("jane")
                    channel.query(**rows)
                    return channel


                def greet(channel: Channel, text: str) -> None:
                    channel.send_message({"text": text}, "jane")


                client = StreamChat("key", "secret")
                client.list_roles()
                greet(ensure(client, "general", {}), "Hello")
                """,
        },
        steps=((), ("list_roles",), ("send_message",)),
        holds=(("main.py", "def greet(channel: Channel, text: str)"),),
    ),
    "a channel that a function makes is known where it is used": Row(
        {
            "rooms.py": """
                from functools import lru_cache

                from stream_chat import StreamChat

                client = StreamChat("key", "secret")


                def room(name):
                    return client.channel("messaging", name)


                def made(name):
                    channel = client.channel("messaging", name)
                    channel.create("admin")
                    return channel


                @lru_cache
                def shared(name):
                    return client.channel("messaging", name, {"color": "red"})


                __all__ = ["room", "made", "shared"]
                """,
            "main.py": """
                from rooms import made, room, shared

                def work():
                    channel = room("one")
                    other = room("two")
                    other.create("jim")
                    channel.create("jane")
                    channel.query(messages={"limit": 2})
                    other.query(messages={"limit": 3})


                work()
                """,
        },
        steps=((),),
        holds=(("main.py", "channel.get_or_create(\n        data=ChannelInput("),),
    ),
    "a channel that was created where it was made remembers who did it": Row(
        {
            "rooms.py": """
                from functools import lru_cache

                from stream_chat import StreamChat

                client = StreamChat("key", "secret")


                def room(name):
                    return client.channel("messaging", name, {"color": "red"})


                def made(name):
                    channel = client.channel("messaging", name)
                    channel.create("admin")
                    return channel


                @lru_cache
                def shared(name):
                    return client.channel("messaging", name, {"color": "red"})


                __all__ = ["room", "made", "shared"]
                """,
            "main.py": """
                from rooms import made, room, shared

                def work():
                    channel = made("one")
                    channel.query(messages={"limit": 2})


                work()
                """,
        },
        steps=((),),
        holds=(("main.py", 'channel.query(messages={"limit": 2})'),),
    ),
    "a channel of a function that makes it once is the same everywhere": Row(
        {
            "rooms.py": """
                from functools import lru_cache

                from stream_chat import StreamChat

                client = StreamChat("key", "secret")


                def room(name):
                    return client.channel("messaging", name, {"color": "red"})


                def made(name):
                    channel = client.channel("messaging", name)
                    channel.create("admin")
                    return channel


                @lru_cache
                def shared(name):
                    return client.channel("messaging", name, {"color": "red"})


                __all__ = ["room", "made", "shared"]
                """,
            "main.py": """
                from rooms import made, room, shared

                def work(name):
                    channel = shared("one")
                    channel.create(name)


                def again():
                    channel = shared("one")
                    channel.query(messages={"limit": 2})


                work("jane")
                again()
                """,
        },
        steps=((),),
        holds=(("main.py", 'channel.query(messages={"limit": 2})'),),
    ),
    "what is done to a channel in a loop counts in its next round": Row(
        {
            "rooms.py": """
                from functools import lru_cache

                from stream_chat import StreamChat

                client = StreamChat("key", "secret")


                def room(name):
                    return client.channel("messaging", name, {"color": "red"})


                def made(name):
                    channel = client.channel("messaging", name)
                    channel.create("admin")
                    return channel


                @lru_cache
                def shared(name):
                    return client.channel("messaging", name, {"color": "red"})


                __all__ = ["room", "made", "shared"]
                """,
            "main.py": """
                from rooms import made, room, shared

                def touch(channel):
                    channel.create("jim")


                def work():
                    channel = room("one")
                    for _ in range(2):
                        channel.query(messages={"limit": 2})
                        touch(channel)


                work()
                """,
        },
        steps=((),),
        holds=(("main.py", 'channel.query(messages={"limit": 2})'),),
    ),
    "data of a channel that two calls send stays a mapping": Row(
        {
            "main.py": """
                from stream_chat import StreamChat


                def work(client: StreamChat):
                    data = {}
                    channel = client.channel("messaging", "blue", data)
                    response = channel.query()
                    channel.create(user_id="jane")
                    return response


                observe("id", work(StreamChat("key", "secret"))["channel"]["id"])
                """,
        },
        steps=((),),
        holds=(("main.py", "    data = {}"),),
    ),
    "data of a channel that has effects and is not sent is evaluated": Row(
        {
            "main.py": """
                from stream_chat import StreamChat


                def data(name):
                    observe("data", name)
                    return {"color": name}


                client = StreamChat("key", "secret")
                channel = client.channel("messaging", "blue", data=data("red"))
                channel.reject_invite("jane")
                """,
        },
        steps=((),),
        holds=(("main.py", 'data("red")'),),
    ),
    "an empty mapping that is filled when the channel has it is not the channel's": Row(
        {
            "main.py": """
                from stream_chat import StreamChat

                client = StreamChat("key", "secret")
                data = {}
                channel = client.channel("messaging", "one", data=data)
                data["color"] = "late"
                channel.create("jane")
                """,
        },
        steps=((),),
        holds=(("main.py", 'channel.create("jane")'),),
    ),
    "a channel without id is made again by the client that stays": Row(
        {
            "main.py": """
                from stream_chat import StreamChat

                client = StreamChat("key", "secret")
                client.list_roles()
                channel = client.channel("messaging", data={"members": ["john", "jane"]})
                response = channel.create("jane")
                channel.truncate()
                observe("id", response["channel"]["id"])
                """,
        },
        steps=(("list_roles",), ()),
        holds=(("main.py", 'channel = client.chat.channel("messaging", response.data.channel.id)'),),
    ),
    "a channel that is handed out by __getitem__": Row(
        {
            "main.py": """
                from stream_chat import StreamChat


                class Chat:
                    def __init__(self):
                        self._client = StreamChat("key", "secret")

                    def save(self, row):
                        self._client.upsert_user({"id": row["id"]})

                    def __getitem__(self, room):
                        return self._client.channel("messaging", room)


                chat = Chat()
                chat.save({"id": "jane"})
                chat["lobby"].truncate()
                chat["lobby"].add_members(["jane"])
                """,
        },
        steps=((),),
        holds=(("main.py", 'chat["lobby"].update(add_members=['),),
    ),
    "a channel that a special method gives to who knows whom": Row(
        {
            "main.py": """
                from stream_chat import StreamChat


                class Rooms:
                    def __init__(self, client):
                        self.client = client

                    def __iter__(self):
                        yield self.client.channel("messaging", "one")
                        yield self.client.channel("messaging", "two")


                client = StreamChat("key", "secret")
                client.list_roles()
                for room in Rooms(client):
                    room.truncate()
                """,
        },
        steps=((),),
        holds=(("main.py", "room.truncate()"),),
    ),
    "a module may take the place of what its package has under the same name": Row(
        {
            "app/__init__.py": "from .services import client\n",
            "app/services.py": """
                from stream_chat import StreamChat

                client = StreamChat("key", "secret")
                """,
            "app/client.py": """
                from stream_chat import StreamChat

                other = StreamChat("key-2", "secret-2")
                """,
            "main.py": """
                import app.client

                app.client.other.get_app_settings()
                """,
        },
        holds=(("main.py", "app.client.other.get_app_settings()"), ("app/client.py", "other = StreamChat(")),
    ),
}


def test_a_helper_that_is_imported_relatively_is_known_to_the_next_run() -> None:
    files = texts(
        {
            "app/__init__.py": "",
            "app/work.py": """
                from stream_chat import StreamChat

                from . import rows

                client = StreamChat("key", "secret")
                client.upsert_user(rows.first)
                client.upsert_users(rows.others)
                """,
            "app/rows.py": "first = input()\nothers = input()\n",
        }
    )
    for method in ("upsert_user", "upsert_users"):
        files = rewritten_with_helpers(files, only=Only((), (method,)), unproven=True)
    assert "from .stream_compat import from_v1, from_v1_each\n" in files["app/work.py"]
    assert "def from_v1_each(" in files["app/stream_compat.py"]
    assert "_v2" not in files["app/work.py"]


def _trace(files: dict[str, str]) -> Trace:
    names = {path: path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in files}
    modules = {names[path]: text for path, text in files.items() if path != "main.py"}
    return run(files["main.py"], modules=modules, answer=answerer(1, complete=True))


@pytest.mark.parametrize("what", ROWS)
def test_the_program_does_the_same(what: str) -> None:
    row = ROWS[what]
    before = texts(row.files)
    files = before
    assert not _trace(before).error
    for step in row.steps:
        files = rewritten(files, only=Only((), step), unproven=True)
        shown = "\n".join(f"# {path}\n{text}" for path, text in files.items())
        assert not compare_traces(_trace(before), _trace(files)), shown
        assert rewritten(files, only=Only((), step), unproven=True) == files, shown
    for path, text in row.holds:
        assert text in files[path], shown
