"""Mocks of stream-chat's clients: which are left alone, what they become, and that the tests pass before and after."""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import NamedTuple

import pytest
from programs import modules, texts

from streammigrate.codemod.compat.place import Places
from streammigrate.codemod.model import Site
from streammigrate.codemod.rewrite import Input, rewrite_program
from streammigrate.codemod.settings import RewriteSettings

APP = {
    "shop/__init__.py": "",
    "shop/clients.py": """
        from stream_chat import StreamChat

        KEY, SECRET = "key", "a secret that is long enough for HS256"


        def get_client():
            return StreamChat(KEY, SECRET)
    """,
    "shop/chat.py": """
        import asyncio

        from stream_chat import StreamChat
        from stream_chat.base.exceptions import StreamAPIException

        from shop.clients import get_client

        client = StreamChat("key", "a secret that is long enough for HS256")
        names = {}


        def register(user_id, name):
            try:
                client.upsert_user({"id": user_id, "name": name})
            except StreamAPIException:
                return False
            return True


        def registered(user_ids):
            response = client.query_users({"id": {"$in": user_ids}})
            return [user["id"] for user in response["users"]]


        def settings(name):
            return client.get_channel_type(name)


        def forget(user_id):
            get_client().deactivate_user(user_id)


        def send(text):
            channel = client.channel("messaging", "general")
            channel.create("bot")
            return channel.send_message({"text": text}, "bot")["message"]["id"]


        def ban(user_id):
            channel = client.channel("messaging", "general")
            channel.add_members([user_id])
            channel.remove_members([user_id])


        def token(user_id):
            return client.create_token(user_id)


        async def reactivate(user_id):
            await asyncio.to_thread(client.reactivate_user, user_id, restore_messages=True)
            await asyncio.to_thread(lambda: client.query_users({"id": user_id}))
    """,
    "shop/desk.py": """
        from stream_chat import StreamChat


        class Desk:
            def __init__(self, client: StreamChat):
                self.client = client

            def leave(self, user_id):
                self.client.deactivate_user(user_id)


        class Lazy:
            @property
            def client(self):
                return StreamChat("key", "a secret that is long enough for HS256")

            def leave(self, user_id):
                self.client.deactivate_user(user_id)


        def open_desk():
            return Desk(StreamChat("key", "a secret that is long enough for HS256"))
    """,
    "shop/mail.py": """
        class Client:
            def upsert_user(self, user):
                return user

            def channel(self, *names):
                return names


        client = Client()


        def StreamChat():
            return client


        def send(user_id):
            client.upsert_user({"id": user_id})
            return client.channel("mail", user_id)
    """,
}


class Done(NamedTuple):
    """A program after a run, and what is left of each of its tests for a person."""

    files: dict[str, str]
    left: dict[str, list[Site]]


def done(files: Mapping[str, str], **settings: object) -> Done:
    given = texts(files)
    known = modules(given)
    home = Places(known, {path: ast.parse(text) for path, text in given.items()}).home
    data = {path: text.encode() for path, text in given.items()}
    chosen = RewriteSettings(todo=False)._replace(**settings)  # type: ignore[arg-type]
    found = rewrite_program(Input(data, tuple(data), known, homes=home), chosen).files
    left = {one.path: [site for site in one.sites if site.instruction] for one in found}
    return Done(given | {one.path: one.after.decode() for one in found}, left)


def file_of(name: str) -> str:
    """Return the file of a test: one program holds them all, so that it is rewritten once."""
    return f"tests/test_{re.sub('[^a-z0-9]+', '_', name)}.py"


def program(tests: Mapping[str, str]) -> dict[str, str]:
    return {**APP, "tests/__init__.py": "", **{file_of(name): text for name, text in tests.items()}}


DECOYS = {
    "another module of the same names": """
        from unittest.mock import patch

        from shop import mail


        def test_send():
            with patch("shop.mail.client") as client:
                mail.send("jane")
            client.upsert_user.assert_called_once_with({"id": "jane"})
            client.channel.assert_called_once_with("mail", "jane")
        """,
    "a class of that name that is another": """
        from unittest.mock import patch

        from shop import mail


        @patch("shop.mail.StreamChat")
        def test_make(StreamChat):
            mail.StreamChat().channel("a", "b")
            StreamChat.return_value.channel.assert_called_once_with("a", "b")
        """,
    "an attribute that is none of stream-chat's": """
        from unittest.mock import patch

        from shop import chat


        def test_names():
            with patch.dict(chat.names, {"jane": "Jane"}), patch("shop.chat.names") as names:
                names.channel.return_value = 1
                assert chat.names.channel() == 1
        """,
    "a module that is not there": """
        from unittest.mock import MagicMock


        def test_nothing():
            client = MagicMock()
            client.upsert_user({"id": "jane"})
            client.upsert_user.assert_called_once_with({"id": "jane"})
            client.channel.return_value.create.assert_not_called()
        """,
    "a function called patch that is another": """
        class Http:
            def patch(self, url, data=None):
                return self

            def __enter__(self):
                return self

            def __exit__(self, *_):
                return None

            def channel(self):
                return 1


        def patch(name):
            return Http()


        def test_patch():
            with patch("shop.mail.client") as client:
                assert client.channel() == 1
            assert Http().patch("shop/chat/client").channel() == 1
        """,
    "an object of the same attribute": """
        from types import SimpleNamespace
        from unittest.mock import patch

        place = SimpleNamespace(client=None)


        def test_place():
            with patch.object(place, "client") as client:
                place.client.upsert_user({"id": "jane"})
                client.upsert_user.assert_called_once_with({"id": "jane"})
        """,
}


MOVED = {
    "a class by its text": (
        """
        from unittest.mock import patch

        from shop import clients


        @patch("shop.clients.StreamChat")
        def test_make(make):
            assert clients.get_client() is make.return_value
            make.assert_called_once()
        """,
        """
        from unittest.mock import patch

        from shop import clients


        @patch("shop.clients.Stream")
        def test_make(make):
            assert clients.get_client() is make.return_value
            make.assert_called_once()
        """,
    ),
    "a class by its object, with arguments": (
        """
        from unittest import mock

        from shop import clients


        def test_make():
            with mock.patch.object(clients, 'StreamChat') as make:
                clients.get_client()
            make.assert_called_once_with("key", clients.SECRET)
        """,
        """
        from unittest import mock

        from shop import clients


        def test_make():
            with mock.patch.object(clients, 'Stream') as make:
                clients.get_client()
            make.assert_called_once_with(api_key="key", api_secret=clients.SECRET, timeout=6.0)
        """,
    ),
    "a method of the object": (
        """
        from unittest.mock import patch

        from shop import chat


        @patch("shop.chat.client.upsert_user")
        def test_register(upsert):
            chat.register("jane", "Jane")
            upsert.assert_called_once_with({"id": "jane", "name": "Jane"})


        @patch("shop.chat.client.channel")
        def test_send(channel):
            chat.send("hi")
            channel.return_value.send_message.assert_called_once()
        """,
        """
        from unittest.mock import patch

        from getstream.models import UserRequest

        from shop import chat


        @patch("shop.chat.client.upsert_users")
        def test_register(upsert):
            chat.register("jane", "Jane")
            upsert.assert_called_once_with(UserRequest(id="jane", name="Jane"))


        @patch("shop.chat.client.chat.channel")
        def test_send(channel):
            chat.send("hi")
            channel.return_value.send_message.assert_called_once()
        """,
    ),
    "a method of the class": (
        """
        from unittest.mock import patch

        from shop import chat


        @patch("shop.clients.StreamChat.deactivate_user")
        def test_forget(deactivate):
            chat.forget("jane")
            deactivate.assert_called_once_with("jane")


        @patch("stream_chat.StreamChat.channel")
        def test_send(channel):
            chat.send("hi")
            assert channel.call_count == 1
        """,
        """
        from unittest.mock import patch

        from shop import chat


        @patch("getstream.Stream.deactivate_user")
        def test_forget(deactivate):
            chat.forget("jane")
            deactivate.assert_called_once_with(user_id="jane")


        @patch("getstream.chat.client.ChatClient.channel")
        def test_send(channel):
            chat.send("hi")
            assert channel.call_count == 1
        """,
    ),
    "what hands the client out": (
        """
        from unittest.mock import MagicMock, patch

        from shop import chat


        def test_forget():
            client = MagicMock()
            with patch("shop.chat.get_client", return_value=client):
                chat.forget("jane")
            client.deactivate_user.assert_called_once_with("jane")


        def test_forget_by_a_function():
            client = MagicMock()
            with patch("shop.chat.get_client", lambda: client):
                chat.forget("jane")
            client.deactivate_user.assert_called_once_with("jane")
        """,
        """
        from unittest.mock import MagicMock, patch

        from shop import chat


        def test_forget():
            client = MagicMock()
            with patch("shop.chat.get_client", return_value=client):
                chat.forget("jane")
            client.deactivate_user.assert_called_once_with(user_id="jane")


        def test_forget_by_a_function():
            client = MagicMock()
            with patch("shop.chat.get_client", lambda: client):
                chat.forget("jane")
            client.deactivate_user.assert_called_once_with(user_id="jane")
        """,
    ),
    "mocks that a helper makes": (
        """
        from unittest.mock import MagicMock, call, patch

        from shop import chat


        def make():
            client, channel = MagicMock(), MagicMock()
            client.channel.return_value = channel
            channel.send_message.return_value = {"message": {"id": "m"}}
            return client, channel


        def test_send():
            client, channel = make()
            with patch("shop.chat.client", client):
                assert chat.send("hi") == "m"
            channel.create.assert_called_once_with("bot")
            assert channel.send_message.call_args_list == [call({"text": "hi"}, "bot")]
        """,
        """
        from unittest.mock import MagicMock, call, patch

        import httpx
        from getstream.models import ChannelInput, MessageRequest, SendMessageResponse
        from getstream.stream_response import StreamResponse

        from shop import chat
        from tests.stream_compat import from_v1


        def make():
            client, channel = MagicMock(), MagicMock()
            client.chat.channel.return_value = channel
            channel.send_message.return_value = StreamResponse(
                httpx.Response(200),
                from_v1(SendMessageResponse, {"message": {"id": "m"}}),
            )
            return client, channel


        def test_send():
            client, channel = make()
            with patch("shop.chat.client", client):
                assert chat.send("hi") == "m"
            channel.get_or_create.assert_called_once_with(
                data=ChannelInput(created_by_id="bot"),
                state=False,
            )
            assert channel.send_message.call_args_list == [
                call(message=MessageRequest(text="hi", user_id="bot")),
            ]
        """,
    ),
    "a mock that looks like the client": (
        """
        from unittest.mock import Mock, create_autospec

        from stream_chat import StreamChat

        from shop.desk import Desk


        def test_leave():
            client = Mock(spec=StreamChat)
            Desk(client).leave("jane")
            client.deactivate_user.assert_called_once_with("jane")


        def test_leave_by_an_autospec():
            client = create_autospec(StreamChat, instance=True)
            Desk(client).leave("jane")
            client.deactivate_user.assert_called_once_with("jane")
        """,
        """
        from unittest.mock import Mock, create_autospec

        from getstream import Stream

        from shop.desk import Desk


        def test_leave():
            client = Mock(spec=Stream)
            Desk(client).leave("jane")
            client.deactivate_user.assert_called_once_with(user_id="jane")


        def test_leave_by_an_autospec():
            client = create_autospec(Stream, instance=True)
            Desk(client).leave("jane")
            client.deactivate_user.assert_called_once_with(user_id="jane")
        """,
    ),
    "an answer in v1's shape that stays so, and one that nobody reads": (
        """
        from unittest.mock import ANY, patch

        from shop import chat


        def test_answers():
            with patch("shop.chat.client") as client:
                client.get_channel_type.return_value = {"name": "team"}
                assert chat.settings("team") == {"name": "team"}
                client.upsert_user.return_value = {"users": {}}
                client.create_token.return_value = "token"
                assert chat.register("jane", "Jane")
                assert chat.token("jane") == "token"
            client.upsert_user.assert_called_once_with(ANY)
        """,
        """
        from unittest.mock import ANY, patch

        from shop import chat


        def test_answers():
            with patch("shop.chat.client") as client:
                client.chat.get_channel_type.return_value = {"name": "team"}
                assert chat.settings("team") == {"name": "team"}
                client.upsert_users.return_value = {"users": {}}
                client.create_token.return_value = "token"
                assert chat.register("jane", "Jane")
                assert chat.token("jane") == "token"
            client.upsert_users.assert_called_once_with(ANY)
        """,
    ),
    "a test case that starts its patch": (
        """
        import unittest
        from unittest import mock

        from shop import chat


        class Chat(unittest.TestCase):
            def setUp(self):
                patcher = mock.patch("shop.chat.client")
                self.client = patcher.start()
                self.addCleanup(patcher.stop)
                self.channel = self.client.channel.return_value

            def test_send(self):
                chat.send("hi")
                self.channel.create.assert_called_once_with("bot")
                self.client.upsert_user.assert_not_called()


        class Inherited(Chat):
            @mock.patch("shop.chat.get_client")
            def test_forget(self, get_client):
                chat.forget("jane")
                get_client().deactivate_user.assert_called_once_with("jane")


        def test_cases():
            result = unittest.TestResult()
            for case in (Chat, Inherited):
                unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
            assert result.testsRun == 3
            assert result.wasSuccessful()
        """,
        """
        import unittest
        from unittest import mock

        from getstream.models import ChannelInput

        from shop import chat


        class Chat(unittest.TestCase):
            def setUp(self):
                patcher = mock.patch("shop.chat.client")
                self.client = patcher.start()
                self.addCleanup(patcher.stop)
                self.channel = self.client.chat.channel.return_value

            def test_send(self):
                chat.send("hi")
                self.channel.get_or_create.assert_called_once_with(
                    data=ChannelInput(created_by_id="bot"),
                    state=False,
                )
                self.client.upsert_users.assert_not_called()


        class Inherited(Chat):
            @mock.patch("shop.chat.get_client")
            def test_forget(self, get_client):
                chat.forget("jane")
                get_client().deactivate_user.assert_called_once_with(user_id="jane")


        def test_cases():
            result = unittest.TestResult()
            for case in (Chat, Inherited):
                unittest.defaultTestLoader.loadTestsFromTestCase(case).run(result)
            assert result.testsRun == 3
            assert result.wasSuccessful()
        """,
    ),
    "exceptions and several answers": (
        """
        from unittest.mock import patch

        from stream_chat.base.exceptions import StreamAPIException

        from shop import chat


        @patch.object(chat, "client")
        def test_answers(client):
            client.upsert_user.side_effect = [StreamAPIException("boom", 500), {}]
            client.query_users.side_effect = [{"users": []}, {"users": [{"id": "jane", "vip": True}]}]
            assert not chat.register("jane", "Jane")
            assert chat.register("jane", "Jane")
            assert chat.registered(["joe"]) == []
            assert chat.registered(["jane"]) == ["jane"]
        """,
        """
        from unittest.mock import patch

        import httpx
        from getstream.models import QueryUsersResponse
        from getstream.stream_response import StreamResponse

        from shop import chat
        from tests.stream_compat import from_v1, stream_api_error


        @patch.object(chat, "client")
        def test_answers(client):
            client.upsert_users.side_effect = [stream_api_error("boom", 500), {}]
            client.query_users.side_effect = [
                StreamResponse(httpx.Response(200), from_v1(QueryUsersResponse, {"users": []})),
                StreamResponse(
                    httpx.Response(200),
                    from_v1(QueryUsersResponse, {"users": [{"id": "jane", "vip": True}]}),
                ),
            ]
            assert not chat.register("jane", "Jane")
            assert chat.register("jane", "Jane")
            assert chat.registered(["joe"]) == []
            assert chat.registered(["jane"]) == ["jane"]
        """,
    ),
    "names and attributes that hold one mock after the other": (
        """
        from unittest.mock import MagicMock, patch

        from shop import chat, mail


        class Case:
            pass


        class Chat(Case):
            def __init__(self):
                self.mock = MagicMock()

            def run(self):
                with patch("shop.chat.client", self.mock):
                    chat.register("jane", "Jane")
                assert self.mock.upsert_user.call_count == 1


        class Other(Case):
            def __init__(self):
                self.mock = MagicMock()

            def run(self):
                self.mock.upsert_user("jane")
                assert self.mock.upsert_user.call_count == 1


        def test_names():
            mock = MagicMock()
            with patch("shop.chat.client", mock):
                chat.register("jane", "Jane")
            assert mock.upsert_user.call_count == 1
            mock = MagicMock()
            mock.upsert_user("jane")
            assert mock.upsert_user.call_count == 1


        def test_cases():
            Chat().run()
            Other().run()
        """,
        """
        from unittest.mock import MagicMock, patch

        from shop import chat, mail


        class Case:
            pass


        class Chat(Case):
            def __init__(self):
                self.mock = MagicMock()

            def run(self):
                with patch("shop.chat.client", self.mock):
                    chat.register("jane", "Jane")
                assert self.mock.upsert_users.call_count == 1


        class Other(Case):
            def __init__(self):
                self.mock = MagicMock()

            def run(self):
                self.mock.upsert_user("jane")
                assert self.mock.upsert_user.call_count == 1


        def test_names():
            mock = MagicMock()
            with patch("shop.chat.client", mock):
                chat.register("jane", "Jane")
            assert mock.upsert_users.call_count == 1
            mock = MagicMock()
            mock.upsert_user("jane")
            assert mock.upsert_user.call_count == 1


        def test_cases():
            Chat().run()
            Other().run()
        """,
    ),
    "an attribute of an object and of a class": (
        """
        from unittest.mock import patch

        from stream_chat import StreamChat

        from shop import chat


        def test_objects():
            with patch.object(chat.client, "channel") as channel, patch.object(chat.client, "create_token"):
                chat.ban("jane")
            channel.assert_called_once_with("messaging", "general")


        def test_classes():
            with patch.object(StreamChat, "upsert_user") as upsert:
                chat.register("jane", "Jane")
            upsert.assert_called_once_with({"id": "jane", "name": "Jane"})
            with patch.object(StreamChat, "channel") as channel:
                chat.send("hi")
            assert channel.called
        """,
        """
        from unittest.mock import patch

        from getstream import Stream
        from getstream.chat.client import ChatClient
        from getstream.models import UserRequest

        from shop import chat


        def test_objects():
            with patch.object(chat.client.chat, "channel") as channel, patch.object(chat.client, "create_token"):
                chat.ban("jane")
            channel.assert_called_once_with("messaging", "general")


        def test_classes():
            with patch.object(Stream, "upsert_users") as upsert:
                chat.register("jane", "Jane")
            upsert.assert_called_once_with(UserRequest(id="jane", name="Jane"))
            with patch.object(ChatClient, "channel") as channel:
                chat.send("hi")
            assert channel.called
        """,
    ),
    "a method that is handed on": (
        """
        import asyncio
        from unittest.mock import patch

        from shop import chat


        @patch("shop.chat.client")
        def test_reactivate(client):
            asyncio.run(chat.reactivate("jane"))
            client.reactivate_user.assert_called_once_with("jane", restore_messages=True)
            client.query_users.assert_called_once_with({"id": "jane"})
        """,
        """
        import asyncio
        from unittest.mock import patch

        from getstream.models import QueryUsersPayload

        from shop import chat


        @patch("shop.chat.client")
        def test_reactivate(client):
            asyncio.run(chat.reactivate("jane"))
            client.reactivate_user.assert_called_once_with(user_id="jane", restore_messages=True)
            client.query_users.assert_called_once_with(
                payload=QueryUsersPayload(filter_conditions={"id": "jane"}),
            )
        """,
    ),
    "the calls of all methods": (
        """
        from unittest.mock import call, patch

        from shop import chat


        @patch("shop.chat.client")
        def test_calls(client):
            chat.register("jane", "Jane")
            chat.token("jane")
            chat.send("hi")
            assert client.method_calls[0] == call.upsert_user({"id": "jane", "name": "Jane"})
            client.assert_has_calls([call.create_token("jane"), call.channel("messaging", "general")])
            client.assert_has_calls([call.channel().create("bot")], any_order=True)
        """,
        """
        from unittest.mock import call, patch

        from getstream.models import ChannelInput, UserRequest

        from shop import chat


        @patch("shop.chat.client")
        def test_calls(client):
            chat.register("jane", "Jane")
            chat.token("jane")
            chat.send("hi")
            assert client.method_calls[0] == call.upsert_users(UserRequest(id="jane", name="Jane"))
            client.assert_has_calls([call.create_token(user_id="jane"), call.chat.channel("messaging", "general")])
            client.assert_has_calls([call.chat.channel().get_or_create(
                data=ChannelInput(created_by_id="bot"),
                state=False,
            )], any_order=True)
        """,
    ),
    "what is read of a recorded call": (
        """
        from unittest.mock import patch

        from shop import chat


        @patch("shop.chat.client")
        def test_arguments(client):
            chat.register("jane", "Jane")
            assert client.upsert_user.call_args[0][0]["name"] == "Jane"
            assert client.upsert_user.call_args.args[0]["id"] == "jane"
            assert chat.token("jane")
            assert client.create_token.call_args[0][0] == "jane"
            chat.send("hi")
            send = client.channel.return_value.send_message
            assert send.call_args.args[0]["text"] == "hi"
            args, kwargs = send.call_args
            assert args[0]["text"] == "hi"
            sent = send.call_args
            assert sent[0][0]["text"] == "hi"
            assert sent.args[0]["text"] == "hi"
            assert client.channel.call_args.args == ("messaging", "general")
            assert client.channel.call_args[0][1] == "general"
        """,
        """
        from unittest.mock import patch

        from shop import chat


        @patch("shop.chat.client")
        def test_arguments(client):
            chat.register("jane", "Jane")
            assert client.upsert_users.call_args.args[0].name == "Jane"
            assert client.upsert_users.call_args.args[0].id == "jane"
            assert chat.token("jane")
            assert client.create_token.call_args.kwargs["user_id"] == "jane"
            chat.send("hi")
            send = client.chat.channel.return_value.send_message
            assert send.call_args.kwargs["message"].text == "hi"
            args, kwargs = send.call_args
            assert kwargs["message"].text == "hi"
            sent = send.call_args
            assert sent.kwargs["message"].text == "hi"
            assert sent.kwargs["message"].text == "hi"
            assert client.chat.channel.call_args.args == ("messaging", "general")
            assert client.chat.channel.call_args[0][1] == "general"
        """,
    ),
    "dotted names": (
        """
        from unittest.mock import MagicMock, Mock, patch

        from shop import chat


        def test_names():
            sent = {"message": {"id": "m"}}
            client = MagicMock(**{"channel.return_value.send_message.return_value": sent})
            client.configure_mock(**{"upsert_user.return_value": {}})
            with patch("shop.chat.client", client):
                assert chat.send("hi") == "m"
                assert chat.register("jane", "Jane")
        """,
        """
        from unittest.mock import MagicMock, Mock, patch

        import httpx
        from getstream.models import SendMessageResponse
        from getstream.stream_response import StreamResponse

        from shop import chat
        from tests.stream_compat import from_v1


        def test_names():
            sent = {"message": {"id": "m"}}
            client = MagicMock(**{"chat.channel.return_value.send_message.return_value": StreamResponse(
                httpx.Response(200),
                from_v1(SendMessageResponse, sent),
            )})
            client.configure_mock(**{"upsert_users.return_value": {}})
            with patch("shop.chat.client", client):
                assert chat.send("hi") == "m"
                assert chat.register("jane", "Jane")
        """,
    ),
    "a property, and an override of a dependency": (
        """
        from types import SimpleNamespace
        from unittest.mock import MagicMock, PropertyMock, patch

        from shop import chat, clients
        from shop.desk import Lazy

        app = SimpleNamespace(dependency_overrides={})


        def test_property():
            with patch.object(Lazy, "client", new_callable=PropertyMock) as client:
                Lazy().leave("jane")
                client.return_value.deactivate_user.assert_called_once_with("jane")


        def test_override():
            client = MagicMock()
            app.dependency_overrides[clients.get_client] = lambda: client
            assert app.dependency_overrides[clients.get_client]() is client
            client.upsert_user.assert_not_called()
        """,
        """
        from types import SimpleNamespace
        from unittest.mock import MagicMock, PropertyMock, patch

        from shop import chat, clients
        from shop.desk import Lazy

        app = SimpleNamespace(dependency_overrides={})


        def test_property():
            with patch.object(Lazy, "client", new_callable=PropertyMock) as client:
                Lazy().leave("jane")
                client.return_value.deactivate_user.assert_called_once_with(user_id="jane")


        def test_override():
            client = MagicMock()
            app.dependency_overrides[clients.get_client] = lambda: client
            assert app.dependency_overrides[clients.get_client]() is client
            client.upsert_users.assert_not_called()
        """,
    ),
}


TESTS = {**DECOYS, **{name: before for name, (before, _) in MOVED.items()}}


@cache
def moved() -> Done:
    return done(program(TESTS))


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The program before and after, written down."""
    found = {side: tmp_path_factory.mktemp(side) for side in ("before", "after")}
    write(program(TESTS), found["before"])
    write(moved().files, found["after"])
    return found


@pytest.mark.parametrize("name", DECOYS)
def test_a_decoy_is_left(name: str, folders: Mapping[str, Path]) -> None:
    path = file_of(name)
    assert (moved().files[path], moved().left[path]) == (dedent(DECOYS[name]).lstrip("\n"), [])
    for folder in folders.values():
        passes(path, folder)


@pytest.mark.parametrize("name", MOVED)
def test_a_mock_moves_with_the_code(name: str, folders: Mapping[str, Path]) -> None:
    path, expected = file_of(name), dedent(MOVED[name][1]).lstrip("\n")
    assert (moved().files[path], moved().left[path]) == (expected, [])
    for folder in folders.values():
        passes(path, folder)


def test_a_second_run_changes_nothing() -> None:
    assert "StreamChat(" not in moved().files["shop/desk.py"]
    again = done(moved().files)
    assert again.files == moved().files
    assert not any(again.left.values())


TOLD = {
    "a module of stream-chat": (
        """
        import sys
        from unittest.mock import MagicMock, patch

        from shop import chat


        def test_modules():
            with patch.dict("sys.modules", {"stream_chat": MagicMock(), "other": MagicMock()}):
                import stream_chat

                sys.modules["stream_chat.base"] = MagicMock()
                assert stream_chat.anything
        """,
        [("SM521", '"stream_chat"'), ("SM521", '"stream_chat.base"')],
    ),
    "a stand-in of the test's own": (
        """
        from unittest.mock import patch

        from shop import chat


        class Fake:
            def upsert_user(self, user):
                self.user = user


        def test_register():
            with patch("shop.chat.client", Fake()) as client:
                chat.register("jane", "Jane")
            assert client.user["id"] == "jane"
        """,
        [("SM525", '"shop.chat.client"')],
    ),
    "a function in the place of a method": (
        """
        from unittest.mock import patch

        from shop import chat


        def test_register():
            users = []
            with patch.object(chat.client, "upsert_user", users.append):
                chat.register("jane", "Jane")
            assert users[0]["id"] == "jane"
        """,
        [("SM525", '"upsert_user"')],
    ),
    "arguments that are read": (
        """
        from unittest.mock import patch

        from shop import chat


        @patch("shop.chat.client")
        def test_register(client):
            chat.register("jane", "Jane")
            (user,), _ = client.upsert_user.call_args
            assert user["name"] == "Jane"
            args = client.upsert_user.call_args
            assert len(args) == 2
            assert client.upsert_user.call_args[0][0] == {"id": "jane", "name": "Jane"}
        """,
        [("SM523", "client.upsert_user.call_args")] * 3,
    ),
    "methods that are one in v2": (
        """
        from unittest.mock import patch

        from shop import chat


        @patch("shop.chat.client")
        def test_ban(client):
            chat.ban("jane")
            client.channel.return_value.add_members.assert_called_once_with(["jane"])
        """,
        [("SM522", 'client.channel.return_value.add_members.assert_called_once_with(["jane"])')],
    ),
    "a mock that cannot have v2's attributes": (
        """
        from unittest.mock import patch

        from shop import chat


        @patch("shop.chat.client", autospec=True)
        def test_send(client):
            client.channel.return_value.send_message.return_value = {"message": {"id": "m"}}
            assert chat.send("hi") == "m"
        """,
        [("SM522", "client.channel")],
    ),
    "an answer that a function makes": (
        """
        from unittest.mock import patch

        from shop import chat


        def answer(user_id):
            return {"users": [{"id": user_id}]}


        @patch("shop.chat.client")
        def test_registered(client):
            client.query_users.return_value = answer("jane")
            assert chat.registered(["jane"]) == ["jane"]
        """,
        [("SM524", 'answer("jane")')],
    ),
    "names that are set when the mock is made": (
        """
        from unittest.mock import MagicMock, patch

        from shop import chat


        def test_names():
            client = MagicMock(channel=MagicMock(), create_token=MagicMock(return_value="token"))
            with patch("shop.chat.client", client):
                chat.send("hi")
                assert chat.token("jane") == "token"
        """,
        [("SM522", "MagicMock()")],
    ),
    "a name that is a mock and something else": (
        """
        from unittest.mock import MagicMock, patch

        from shop import chat, mail


        def test_both():
            for client in (MagicMock(), MagicMock()):
                with patch("shop.chat.client", client):
                    chat.register("jane", "Jane")
                client.upsert_user.assert_called_once_with({"id": "jane", "name": "Jane"})
            mock = MagicMock()
            with patch("shop.chat.client", mock):
                chat.forget
            with patch("shop.mail.client", mock):
                mail.send("jane")
            mock.upsert_user.assert_called_once_with({"id": "jane"})
        """,
        [("SM523", "mock.upsert_user.assert_called_once_with")],
    ),
}


FIXTURES = {
    "tests/conftest.py": """
        import pytest


        @pytest.fixture
        def client(mocker):
            client = mocker.patch("shop.chat.client")
            client.create_token.return_value = "token"
            return client
    """,
    "tests/test_fixtures.py": """
        from shop import chat, clients


        def test_token(client):
            assert chat.token("jane") == "token"
            client.create_token.assert_called_once_with("jane")


        def test_forget(mocker):
            client = mocker.MagicMock()
            mocker.patch.object(chat, "get_client", return_value=client)
            chat.forget("jane")
            client.deactivate_user.assert_called_once_with("jane")


        def test_make(monkeypatch, mocker):
            make = mocker.MagicMock()
            monkeypatch.setattr("shop.clients.StreamChat", make)
            clients.get_client().channel("messaging", "general")
            make.return_value.channel.assert_called_once()
    """,
}


def test_fixtures_of_pytest() -> None:
    """pytest-mock's `mocker` and pytest's `monkeypatch`, by parameters, in tests and in fixtures."""
    after = done({**APP, "tests/__init__.py": "", **FIXTURES})
    assert not any(after.left.values())
    expected = dedent(FIXTURES["tests/test_fixtures.py"]).lstrip("\n")
    for old, new in {
        'create_token.assert_called_once_with("jane")': 'create_token.assert_called_once_with(user_id="jane")',
        'deactivate_user.assert_called_once_with("jane")': 'deactivate_user.assert_called_once_with(user_id="jane")',
        '"shop.clients.StreamChat"': '"shop.clients.Stream"',
        "clients.get_client().channel": "clients.get_client().chat.channel",
        "make.return_value.channel": "make.return_value.chat.channel",
    }.items():
        assert expected.count(old) == 1
        expected = expected.replace(old, new)
    assert after.files["tests/test_fixtures.py"] == expected
    assert after.files["tests/conftest.py"] == dedent(FIXTURES["tests/conftest.py"]).lstrip("\n")


@pytest.mark.parametrize("name", ["mocker", "monkeypatch"])
def test_a_name_that_the_file_makes_itself_is_no_fixture(name: str) -> None:
    test = f"""
        from shop import mail


        class Own:
            def setattr(self, *_):
                return mail.client

            patch = setattr


        {name} = Own()


        def test_own():
            client = {name}.{"patch" if name == "mocker" else "setattr"}("shop.chat.client", 1)
            client.upsert_user({{"id": "jane"}})
    """
    after = done(program({name: test}))
    assert after.files[file_of(name)] == dedent(test).lstrip("\n")


@pytest.fixture(scope="module")
def told() -> Done:
    return done(program({name: text for name, (text, _) in TOLD.items()}))


@pytest.mark.parametrize("name", TOLD)
def test_what_cannot_move_is_told(name: str, told: Done, tmp_path: Path) -> None:
    text, expected = TOLD[name]
    path = file_of(name)
    assert "StreamChat" not in told.files["shop/chat.py"]
    assert [(site.rule, site.before) for site in told.left[path]] == expected
    for _, before in expected:
        # A line is left whole.
        assert before in told.files[path]
    write(program({name: text}), tmp_path)
    passes(path, tmp_path)


def test_an_object_of_the_tests_own_is_told() -> None:
    test = """
        from shop.desk import Desk


        class Fake:
            def deactivate_user(self, user_id):
                self.left = user_id


        def test_leave():
            Desk(Fake()).leave("jane")
    """
    # What a test hands in makes the receiver likely, and not proven.
    left = done(program({"fake": test}), unsafe=True).left[file_of("fake")]
    assert [(site.rule, site.before) for site in left] == [("SM525", "Fake()")]


def test_a_mock_of_what_stays_is_left() -> None:
    files = {
        "shop/__init__.py": "",
        "shop/desk.py": """
            from stream_chat import StreamChat


            class Desk:
                def __init__(self):
                    self.client = StreamChat("key", "secret")

                def close(self, user_id):
                    self.client.deactivate_user(user_id)
                    self.client.unflag_user(user_id)
        """,
        "tests/test_desk.py": """
            from unittest.mock import MagicMock

            from shop import desk


            def test_close():
                one = desk.Desk()
                one.client = MagicMock()
                one.close("jane")
                one.client.deactivate_user.assert_called_once_with("jane")
        """,
    }
    after = done(files)
    assert (after.files, after.left["tests/test_desk.py"]) == (texts(files), [])


def write(files: Mapping[str, str], folder: Path) -> None:
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(dedent(text).lstrip("\n"), encoding="utf-8")


def passes(path: str, folder: Path) -> None:
    """Run the tests of a file of a program that is written down."""
    with importable(folder):
        module = importlib.import_module(path.removesuffix(".py").replace("/", "."))
        found = [value for name, value in vars(module).items() if name.startswith("test_")]
        assert found
        for test in found:
            test()


@contextmanager
def importable(folder: Path) -> Iterator[None]:
    def forget() -> dict[str, ModuleType]:
        return {name: sys.modules.pop(name) for name in [*sys.modules] if name.split(".")[0] in ("shop", "tests")}

    kept = forget()
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        forget()
        sys.modules.update(kept)
