"""Second objects: when they come, what they look like, when they go; and names that only look like one."""

from __future__ import annotations

import pytest
from programs import rewrite_all, rewritten, texts

from streammigrate.codemod.settings import Only
from streammigrate.proof.equality import compare_traces
from streammigrate.proof.run import run

UNBAN = Only(methods=("unban_user",))
UPSERT = Only(methods=("upsert_user",))
USES = """
client_v1.unban_user("a")
client_v1.upsert_user({"id": "x"})
"""
PAIR = """
from getstream import Stream
from stream_chat import StreamChat

client = Stream(api_key="k", api_secret="s", timeout=6.0)
client_v1 = StreamChat("k", "s")
"""
FUNCTION = """
from stream_chat import StreamChat

client = StreamChat("k", "s")


def client_v1():
    return "x"


client.unban_user("a")
client.upsert_user({"id": client_v1()})
"""
ATTRIBUTE = """
from stream_chat import StreamChat


class Service:
    def __init__(self):
        self.client = StreamChat("k", "s")
        self.client_v1 = "x"

    def run(self):
        self.client.unban_user("a")
        self.client.upsert_user({"id": self.client_v1})


Service().run()
"""
OTHER_KEY = """
from stream_chat import StreamChat

client = StreamChat("k", "s")
client_v1 = StreamChat("other", "s")
client_v1.unban_user("a")
client.unban_user("a")
client.upsert_user({"id": "x"})
"""
INNER = """
from getstream import Stream
from stream_chat import StreamChat

client = Stream(api_key="k", api_secret="s", timeout=6.0)


def run():
    client_v1 = StreamChat("k", "s")
    client_v1.unban_user("a")
    client_v1.upsert_user({"id": "x"})


run()
"""
SHADOWED = """


def run(client):
    client_v1.unban_user("a")
    client_v1.upsert_user({"id": client})


run("x")
"""
RESET = """

def reset():
    global client
    client = None


reset()
"""
BODY = """
class Service:
    def __init__(self):
        self.client = Stream(api_key="k", api_secret="s", timeout=6.0)
        self.client_v1 = StreamChat("k", "s")

    def run(self):
        self.client_v1.unban_user("a")
        self.client_v1.upsert_user({"id": "x"})


service = Service()
"""
HEAD = "from types import SimpleNamespace\n\nfrom getstream import Stream\nfrom stream_chat import StreamChat\n\n"
DECOYS = {
    "another key": PAIR.replace('StreamChat("k"', 'StreamChat("other"') + USES,
    "another time-out": PAIR.replace(", timeout=6.0", "") + USES,
    "both are v1's": OTHER_KEY,
    "a function has the name": FUNCTION,
    "an attribute has the name": ATTRIBUTE,
    "no partner": PAIR.replace("client = Stream", "other = Stream") + USES,
    "the partner is bound again": PAIR + 'client = Stream(api_key="other", api_secret="s")\n' + USES,
    "the partner is bound again by a function": PAIR + RESET + USES,
    "the partner is gone": PAIR + "del client\n" + USES,
    "the partner is in another scope": INNER,
    "the partner is hidden": PAIR + SHADOWED,
    "the partner comes later": PAIR.replace("client = ", "later = ") + USES + "client = later\n",
    "the partner is set from outside": HEAD + BODY + "service.client = SimpleNamespace()\nservice.run()\n",
}


@pytest.mark.parametrize("only", [UNBAN, UPSERT, Only()], ids=["unban", "upsert", "all"])
@pytest.mark.parametrize("name", DECOYS)
def test_what_only_looks_like_a_second_object_is_not_merged(name: str, only: Only) -> None:
    source = DECOYS[name].lstrip("\n")
    after = rewritten({"main.py": source}, only=only)["main.py"]
    assert not compare_traces(run(source), run(after)), after
    constructions = [text.count("Stream(") + text.count("StreamChat(") for text in (source, after)]
    assert constructions[1] >= constructions[0], after


def test_uses_that_move_name_the_first() -> None:
    after = rewritten({"main.py": PAIR + USES}, only=UNBAN)["main.py"]
    assert 'client.moderation.unban(target_user_id="a")' in after
    assert 'client_v1.upsert_user({"id": "x"})' in after
    assert 'client_v1 = StreamChat("k", "s")' in after


def test_a_second_without_uses_goes() -> None:
    after = rewritten({"main.py": PAIR + USES})["main.py"]
    assert "_v1" not in after and "stream_chat" not in after


@pytest.mark.parametrize(
    "line",
    ['__all__ = ["client", "client_v1"]\n', "print([client_v1] and 1)\n", "import main\ngetattr(main, 'client_v1')\n"],
)
def test_a_second_that_something_else_needs_stays(line: str) -> None:
    after = rewritten({"main.py": PAIR + USES + line})["main.py"]
    assert 'client_v1 = StreamChat("k", "s")' in after
    assert 'client.moderation.unban(target_user_id="a")' in after


def test_a_second_that_nothing_uses_is_left_alone() -> None:
    outcome = rewrite_all({"main.py": PAIR})
    assert not outcome.files[0].changed


def test_only_what_is_imported_changes() -> None:
    files = {
        "clients.py": PAIR,
        "main.py": """
            from clients import client_v1

            client_v1.unban_user("a")
            """,
    }
    after = rewritten(files)
    assert after["main.py"] == 'from clients import client\n\nclient.moderation.unban(target_user_id="a")\n'
    assert "_v1" not in after["clients.py"]


def test_an_import_by_another_name() -> None:
    files = {
        "clients.py": PAIR,
        "main.py": """
            from clients import client as chat, client_v1 as chat_v1

            chat.get_app()
            chat_v1.unban_user("a")
            chat_v1.upsert_user({"id": "x"})
            """,
    }
    first = rewritten(files, only=UNBAN)
    assert 'chat.moderation.unban(target_user_id="a")' in first["main.py"]
    assert "from clients import client as chat, client_v1 as chat_v1" in first["main.py"]
    assert "from clients import client as chat\n" in rewritten(first)["main.py"]


def test_a_channel_of_a_second_client() -> None:
    uses = """
        room = client_v1.channel("messaging", "room")
        room.hide("a")
        room.show("a")
        """
    source = PAIR + texts({"": uses})[""]
    first = rewritten({"main.py": source}, only=Only(methods=("hide",)))["main.py"]
    assert 'room = client.chat.channel("messaging", "room")\n' in first
    assert 'room_v1 = client_v1.channel("messaging", "room")\n' in first
    assert not compare_traces(run(source), run(first))
    assert "_v1" not in rewritten({"main.py": first})["main.py"]


def test_a_channel_that_remembers_moves_as_a_whole() -> None:
    uses = """
        room = client_v1.channel("messaging", "room")
        room.create("a")
        room.show("a")
        client_v1.unban_user("a")
        """
    source = PAIR + texts({"": uses})[""]
    first = rewritten({"main.py": source}, only=Only(methods=("show", "unban_user")))["main.py"]
    assert 'room.create("a")\nroom.show("a")\nclient.moderation.unban' in first
    assert not compare_traces(run(source), run(first))


HANDLER = """
from stream_chat import StreamChat
from stream_chat.base.exceptions import StreamAPIException

chat = StreamChat("k", "s")


def work(error):
    try:
        chat.unban_user("a")
        chat.upsert_user({"id": "a"})
    except (ValueError, StreamAPIException):
        pass
    except StreamAPIException:
        pass
    return isinstance(error, (dict, StreamAPIException)) or isinstance(error, StreamAPIException)
"""


def test_handlers_catch_both_while_both_are_raised() -> None:
    first = rewritten({"main.py": HANDLER}, only=UNBAN)["main.py"]
    assert "except (ValueError, StreamAPIException, StreamApiException):" in first
    assert "except (StreamAPIException, StreamApiException):" in first
    assert "isinstance(error, (dict, StreamAPIException, StreamApiException))" in first
    assert rewritten({"main.py": first}, only=UNBAN)["main.py"] == first
    assert rewritten({"main.py": first})["main.py"] == rewritten({"main.py": HANDLER})["main.py"]


FIXTURES = {
    "conftest.py": """
        import pytest
        from stream_chat import StreamChat


        @pytest.fixture(scope="session")
        def chat():
            return StreamChat("k", "s")


        @pytest.fixture
        def room(chat):
            return chat.channel("messaging", "x")
        """,
    "test_chat.py": """
        def test_one(chat, tmp_path):
            chat.upsert_user({"id": "a"})
            chat.unban_user("a")


        def test_two(chat, room):
            chat.unban_user("a")
            room.hide("a")
        """,
}


def test_fixtures() -> None:
    first = rewritten(FIXTURES, only=UPSERT)
    assert "def chat_v1():\n    return StreamChat" in first["conftest.py"]
    assert "def room(chat, chat_v1):\n    return chat_v1.channel" in first["conftest.py"]
    assert "def test_one(chat, tmp_path, chat_v1):" in first["test_chat.py"]
    assert rewritten(first, only=UPSERT) == first
    assert rewritten(first) == rewritten(FIXTURES)


def test_a_fixture_that_runs_by_itself_is_not_copied() -> None:
    files = {**FIXTURES, "conftest.py": FIXTURES["conftest.py"].replace('scope="session"', "autouse=True")}
    assert rewritten(files, only=UPSERT) == texts(files)


SERVICE = {
    "main.py": """
        from stream_chat import StreamChat


        class Service:
            def __init__(self, client: StreamChat, room="x") -> None:
                self.client = client
                self.room = room

            def add(self):
                self.client.upsert_user({"id": "a"})
                self.client.unban_user("a")


        class Special(Service):
            def __init__(self, client):
                super().__init__(client, "y")


        chat = StreamChat("k", "s")
        Special(
            chat,
        ).add()
        """
}


def test_parameters_of_constructors() -> None:
    first = rewritten(SERVICE, only=UPSERT)["main.py"]
    assert 'def __init__(self, client: Stream, room="x", *, client_v1: StreamChat) -> None:' in first
    assert 'super().__init__(client, "y", client_v1=client_v1)' in first
    assert "Special(\n    chat,\n    client_v1=chat_v1,\n).add()" in first
    assert rewritten({"main.py": first}) == rewritten(SERVICE)


CALLERS = """
    from stream_chat import StreamChat


    def work(client, *names):
        client.upsert_user({"id": "a"})
        client.unban_user("a")


    chat = StreamChat("k", "s")
    """


@pytest.mark.parametrize("call", ["work(*[chat])", "list(map(work, [chat]))", "work(**{'client': chat})"])
def test_calls_that_are_not_all_in_view(call: str) -> None:
    source = texts({"main.py": CALLERS})["main.py"] + f"{call}\n"
    after = rewritten({"main.py": source}, only=UPSERT)["main.py"]
    assert not compare_traces(run(source), run(after))
    assert "client_v1" not in after


def test_a_method_that_is_overridden_gets_no_parameter() -> None:
    source = """
        from stream_chat import StreamChat


        class One:
            def work(self, client):
                client.upsert_user({"id": "a"})
                client.unban_user("a")


        class Two(One):
            def work(self, client):
                client.unban_user("b")


        chat = StreamChat("k", "s")
        for each in (One(), Two()):
            each.work(chat)
        """
    files = texts({"main.py": source})
    after = rewritten(files, only=UPSERT)
    assert not compare_traces(run(files["main.py"]), run(after["main.py"]))
    assert "client_v1" not in after["main.py"]


def test_the_second_has_a_name_in_the_style_of_the_first() -> None:
    source = """
        from stream_chat import StreamChat

        CHAT = StreamChat("k", "s")
        CHAT.unban_user("a")
        CHAT.upsert_user({"id": "a"})
        """
    first = rewritten({"main.py": source}, only=UNBAN)
    assert 'CHAT_V1 = StreamChat("k", "s")' in first["main.py"]
    assert rewritten(first) == rewritten({"main.py": source})


def test_an_annotation_in_a_copy_keeps_its_import() -> None:
    files = {
        "clients.py": 'from stream_chat import StreamChat\n\nchat = StreamChat("k", "s")\n',
        "main.py": """
            from clients import chat
            from stream_chat import StreamChat


            def get_chat() -> StreamChat:
                return chat


            get_chat().unban_user("a")
            get_chat().upsert_user({"id": "a"})
            """,
    }
    first = rewritten(files, only=UNBAN)
    assert "def get_chat_v1() -> StreamChat:\n    return chat_v1" in first["main.py"]
    assert "from stream_chat import StreamChat" in first["main.py"]
    assert rewritten(first) == rewritten(files)


def test_what_stays_is_told() -> None:
    sites = rewrite_all({"main.py": PAIR + USES}, only=UNBAN).files[0].sites
    second = next(site for site in sites if site.member == "StreamChat")
    assert not second.applied and "second object" in second.facets[-1].text
    moved = next(site for site in sites if site.member == "StreamChat.unban_user")
    assert moved.applied


REEXPORTS = {
    "app/__init__.py": "from .clients import chat\n",
    "app/clients.py": 'from stream_chat import StreamChat\n\nchat = StreamChat("k", "s")\n',
    "main.py": 'import app\n\napp.chat.unban_user("a")\napp.chat.upsert_user({"id": "x"})\n',
}


def test_a_file_that_only_passes_the_name_on() -> None:
    first = rewritten(REEXPORTS, only=UNBAN)
    assert first["app/__init__.py"] == "from .clients import chat, chat_v1\n"
    assert rewritten(first) == rewritten(REEXPORTS)


def test_a_file_that_may_not_be_edited_and_passes_the_name_on() -> None:
    assert rewritten(REEXPORTS, "app/clients.py", "main.py", only=UNBAN) == {
        path: text for path, text in REEXPORTS.items() if path != "app/__init__.py"
    }
    first = rewritten(REEXPORTS, only=UNBAN)
    second = rewritten(first, "app/clients.py", "main.py")
    assert 'chat_v1 = StreamChat("k", "s")' in second["app/clients.py"]
    assert "chat_v1" not in second["main.py"]


def test_attributes_of_a_class() -> None:
    source = """
        from stream_chat import StreamChat


        class Service:
            chat = StreamChat("k", "s")

            def run(self):
                self.chat.unban_user("a")
                self.chat.upsert_user({"id": "x"})


        Service().run()
        Service.chat.unban_user("b")
        """
    files = texts({"main.py": source})
    first = rewritten(files, only=UNBAN)
    assert not compare_traces(run(files["main.py"]), run(first["main.py"]))
    assert '    chat_v1 = StreamChat("k", "s")' in first["main.py"]
    assert rewritten(first) == rewritten(files)


CLOSED = """
import asyncio
from contextlib import asynccontextmanager

from stream_chat import StreamChatAsync


@asynccontextmanager
async def opened():
    client = StreamChatAsync("k", "s")
    try:
        yield client
    finally:
        await client.close()


async def main():
    chat = StreamChatAsync("k", "s")
    await chat.unban_user("a")
    await chat.upsert_user({"id": "x"})
    await chat.close()
    async with opened() as other:
        await other.unban_user("a")
        await other.upsert_user({"id": "x"})


asyncio.run(main())
"""


def test_both_clients_are_closed() -> None:
    first = rewritten({"main.py": CLOSED}, only=UNBAN)
    assert "    await chat.aclose()\n    await chat_v1.close()\n" in first["main.py"]
    assert "async with opened() as other, opened_v1() as other_v1:" in first["main.py"]
    assert not compare_traces(run(CLOSED), run(first["main.py"]))
    assert rewritten(first, only=UNBAN) == first
    assert rewritten(first) == rewritten({"main.py": CLOSED})


CLOSED_ELSEWHERE = """
import asyncio

from getstream import AsyncStream
from stream_chat import StreamChatAsync


async def main():
    chat = AsyncStream(api_key="k", api_secret="s", timeout=6.0)
    chat_v1 = StreamChatAsync("k", "s")
    HERE
    await chat_v1.unban_user("a")
    await chat_v1.close()


asyncio.run(main())
"""


def test_a_second_that_alone_is_closed() -> None:
    after = rewritten({"main.py": CLOSED_ELSEWHERE.replace("HERE", "print()")})["main.py"]
    assert "_v1" not in after
    assert after.endswith('user_id="a")\n    await chat.aclose()\n\n\nasyncio.run(main())\n')


def test_a_partner_that_is_closed_before() -> None:
    source = CLOSED_ELSEWHERE.replace("HERE", "await chat.aclose()")
    after = rewritten({"main.py": source})["main.py"]
    # The first is closed by then: the second stays as it is.
    assert 'await chat_v1.unban_user("a")' in after
