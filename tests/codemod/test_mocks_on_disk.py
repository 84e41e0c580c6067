"""Mocks in projects as they lie on the disk: what is looked into, where helpers go, and what a test counts and compares."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from streammigrate.codemod.model import Site
from streammigrate.codemod.session import rewrite_paths
from streammigrate.codemod.settings import RewriteSettings

APP = """
    from stream_chat import StreamChat

    client = StreamChat("key", "secret")


    def hello(user_id):
        client.upsert_user({"id": user_id})


    def both(user_id):
        client.upsert_users([{"id": user_id}])
        client.upsert_user({"id": user_id})


    def greet(user_id):
        hello(user_id)
        client.upsert_users([{"id": "bot"}])


    def ids(names):
        return [user["id"] for user in client.query_users({"name": names})["users"]]


    def raw(names):
        return client.query_users({"name": names})
"""
SETUP = '[project]\nname = "shop"\nversion = "1"\n'


def after(folder: Path, files: Mapping[str, str], **settings: object) -> tuple[dict[str, str], dict[str, list[Site]]]:
    """Return the texts of a project after a run, by path, and what is left of each file."""
    for path, text in {"pyproject.toml": SETUP, "shop/__init__.py": "", "tests/__init__.py": "", **files}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    chosen = RewriteSettings(todo=False)._replace(**settings)  # type: ignore[arg-type]
    found = rewrite_paths([str(folder)], chosen).files
    texts = {Path(one.path).relative_to(folder).as_posix(): one.after.decode() for one in found}
    left = {Path(one.path).relative_to(folder).as_posix(): [s for s in one.sites if s.instruction] for one in found}
    return texts, left


def test_tests_that_only_use_a_fixture_move(tmp_path: Path) -> None:
    files = {
        "shop/chat.py": APP,
        "tests/conftest.py": """
            import pytest
            from unittest.mock import MagicMock


            @pytest.fixture
            def stream(monkeypatch):
                fake = MagicMock()
                monkeypatch.setattr("shop.chat.client", fake)
                return fake
        """,
        "tests/base.py": """
            import unittest
            from unittest.mock import patch


            class ChatCase(unittest.TestCase):
                def setUp(self):
                    self.stream = patch("shop.chat.client").start()
        """,
        "tests/test_fixture.py": """
            from shop import chat


            def test_hello(stream):
                chat.hello("jane")
                stream.upsert_user.assert_called_once_with({"id": "jane"})
        """,
        "tests/test_case.py": """
            from shop import chat
            from tests.base import ChatCase


            class HelloTest(ChatCase):
                def test_hello(self):
                    chat.hello("jane")
                    self.stream.upsert_user.assert_called_once()
        """,
    }
    texts, left = after(tmp_path, files)
    assert 'stream.upsert_users.assert_called_once_with(UserRequest(id="jane"))' in texts["tests/test_fixture.py"]
    assert "self.stream.upsert_users.assert_called_once()" in texts["tests/test_case.py"]
    assert not any(left.values())


def test_helpers_of_a_test_that_nothing_gets_to_are_imported_from_its_package(tmp_path: Path) -> None:
    files = {
        "shop/sync.py": """
            from stream_chat import StreamChat


            def drop(client: StreamChat, user_ids):
                return client.delete_users(user_ids, "hard")["task_id"]
        """,
        "tests/test_sync.py": """
            from unittest.mock import MagicMock
            from shop.sync import drop


            def test_drop():
                fake = MagicMock()
                fake.delete_users.return_value = {"task_id": "t"}
                assert drop(fake, ["jane"]) == "t"
        """,
    }
    texts, _ = after(tmp_path, files)
    assert "from tests.stream_compat import from_v1\n" in texts["tests/test_sync.py"]
    assert "tests/stream_compat.py" in texts


def test_what_the_client_reads_of_the_environment_is_imported_for_the_assertion(tmp_path: Path) -> None:
    files = {
        ".env": "STREAM_CHAT_TIMEOUT=3\n",
        "shop/chat.py": """
            from stream_chat import StreamChat


            def make(key):
                return StreamChat(key, "secret")
        """,
        "tests/test_make.py": """
            from unittest.mock import patch
            from shop import chat


            @patch("shop.chat.StreamChat")
            def test_make(made):
                chat.make("key")
                made.assert_called_once_with("key", "secret")
        """,
    }
    text = after(tmp_path, files)[0]["tests/test_make.py"]
    assert 'timeout=float(os.getenv("STREAM_CHAT_TIMEOUT") or 6.0)' in text
    assert "import os\n" in text


def test_a_variable_that_other_code_sets_is_read(tmp_path: Path) -> None:
    files = {
        "shop/settings.py": """
            import os

            os.environ.setdefault("STREAM_CHAT_TIMEOUT", "4")
        """,
        "shop/chat.py": APP,
    }
    text = after(tmp_path, files)[0]["shop/chat.py"]
    assert 'timeout=float(os.getenv("STREAM_CHAT_TIMEOUT") or 6.0)' in text
    assert "base_url" not in text


def test_a_variable_that_is_set_is_read_also_where_the_manifests_stay(tmp_path: Path) -> None:
    files = {".env": "STREAM_CHAT_URL=https://proxy.example.com\n", "shop/chat.py": APP}
    assert 'base_url=os.getenv("STREAM_CHAT_URL") or' in after(tmp_path, files, manifests=False)[0]["shop/chat.py"]


MOVES = {
    "a mock of one that is called alone": """
        def test_hello():
            with patch.object(chat.client, "upsert_user") as up:
                chat.hello("jane")
                up.assert_called_once_with({"id": "jane"})
    """,
    "a mock of the client": """
        @patch("shop.chat.client")
        def test_hello(client):
            chat.hello("jane")
            client.upsert_user.assert_called_once_with({"id": "jane"})
    """,
}
TOLD = {
    "what stream-chat sends with": (
        """
        def test_hello():
            with patch("requests.sessions.Session.request") as request:
                chat.hello("jane")
                assert request.called and chat.client
    """,
        {"SM521"},
    ),
    "two mocks of what is one method": (
        """
        def test_both():
            with patch.object(chat.client, "upsert_user") as one, patch.object(chat.client, "upsert_users") as many:
                chat.both("jane")
                many.assert_called_once_with([{"id": "jane"}])
                one.assert_called_once_with({"id": "jane"})
    """,
        {"SM522"},
    ),
    "a mock of one where both are called": (
        """
        @patch("shop.chat.client.upsert_user")
        def test_both(up):
            with patch("shop.chat.names", create=True):
                chat.both("jane")
            up.assert_called_once_with({"id": "jane"})
    """,
        {"SM522"},
    ),
    "a count where the code gets to the other one by a function": (
        """
        @patch("shop.chat.client")
        def test_greet(client):
            chat.greet("jane")
            client.upsert_user.assert_called_once_with({"id": "jane"})
    """,
        {"SM522"},
    ),
    "a count where the test calls both": (
        """
        @patch("shop.chat.client")
        def test_all(client):
            chat.hello("jane")
            chat.greet("jane")
            assert client.upsert_user.call_count == 2
    """,
        {"SM522"},
    ),
    "an answer that the code reads here and hands on there": (
        """
        @patch("shop.chat.client")
        def test_raw(client):
            client.query_users.return_value = {"users": []}
            assert chat.raw("jane") == {"users": []}
    """,
        {"SM524"},
    ),
}
HEAD = "from unittest.mock import patch\nfrom shop import chat\n\n\n"


@pytest.mark.parametrize("name", MOVES)
def test_a_count_of_one_method_moves(name: str, tmp_path: Path) -> None:
    texts, left = after(tmp_path, {"shop/chat.py": APP, "tests/test_x.py": HEAD + dedent(MOVES[name]).lstrip("\n")})
    assert 'UserRequest(id="jane")' in texts["tests/test_x.py"]
    assert left["tests/test_x.py"] == []


@pytest.mark.parametrize("name", TOLD)
def test_what_would_fail_is_told(name: str, tmp_path: Path) -> None:
    text, expected = TOLD[name]
    _, left = after(tmp_path, {"shop/chat.py": APP, "tests/test_x.py": HEAD + dedent(text).lstrip("\n")})
    assert {site.rule for site in left["tests/test_x.py"]} == expected


def test_a_library_that_the_code_sends_with_itself_is_its_own(tmp_path: Path) -> None:
    test = """
        @patch("requests.get")
        def test_own(get):
            chat.fetch()
            chat.hello("jane")
            assert chat.client
    """
    app = "import requests\n" + dedent(APP) + '\n\ndef fetch():\n    return requests.get("https://example.com")\n'
    other = """
        @patch("requests.get")
        def test_other(get):
            assert chat.client and not get.called
    """
    _, left = after(tmp_path / "own", {"shop/chat.py": app, "tests/test_x.py": HEAD + dedent(test).lstrip("\n")})
    assert left["tests/test_x.py"] == []
    _, left = after(tmp_path / "other", {"shop/chat.py": APP, "tests/test_x.py": HEAD + dedent(other).lstrip("\n")})
    assert left["tests/test_x.py"] == []


def test_what_an_object_of_the_project_gives_is_followed_through_its_mock(tmp_path: Path) -> None:
    files = {
        "shop/desk.py": """
            from stream_chat import StreamChat


            class Desk:
                def __init__(self):
                    self.sdk = StreamChat("key", "secret")

                def channel(self, name):
                    return self.sdk.channel("messaging", name)

                def upsert_user(self, user):
                    self.sdk.upsert_user({"id": user})


            desk = Desk()


            def say(text):
                desk.channel("lobby").send_message({"text": text}, "bot")
                desk.sdk.unban_user("bot")
                desk.upsert_user("bot")
        """,
        "tests/test_desk.py": """
            from unittest.mock import patch
            from shop import desk as module


            @patch("shop.desk.desk")
            def test_say(desk):
                module.say("hi")
                desk.channel.assert_called_once_with("lobby")
                desk.channel.return_value.send_message.assert_called_once_with({"text": "hi"}, "bot")
                desk.upsert_user.assert_called_once_with("bot")


            def test_unban():
                with patch.object(module, "desk") as one:
                    module.say("hi")
                one.sdk.unban_user.assert_called_once_with("bot")
        """,
    }
    texts, left = after(tmp_path, files)
    found = " ".join(texts["tests/test_desk.py"].split())
    assert 'desk.channel.assert_called_once_with("lobby")' in found
    assert 'desk.upsert_user.assert_called_once_with("bot")' in found
    assert 'send_message.assert_called_once_with( message=MessageRequest(text="hi", user_id="bot"), )' in found
    assert 'one.sdk.moderation.unban.assert_called_once_with(target_user_id="bot")' in found
    assert not any(left.values())
