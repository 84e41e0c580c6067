"""A chat behind an interface: Stream's and one for development."""
import os
from abc import ABC, abstractmethod

from stream_chat import StreamChat


class ChatProvider(ABC):
    @abstractmethod
    def save_user(self, user_id, name): ...

    @abstractmethod
    def say(self, room, text): ...


class StreamProvider(ChatProvider):
    def __init__(self, key, secret):
        self._client = StreamChat(key, secret)

    def save_user(self, user_id, name):
        self._client.upsert_user({"id": user_id, "name": name})

    def say(self, room, text):
        return self._client.channel("messaging", room).send_message({"text": text}, "bot")["message"]["id"]


class ConsoleProvider(ChatProvider):
    def __init__(self):
        self.lines = []

    def save_user(self, user_id, name):
        self.lines.append(f"user {user_id}")

    def say(self, room, text):
        self.lines.append(text)
        return str(len(self.lines))


def provider() -> ChatProvider:
    if os.environ.get("STREAM_API_KEY"):
        return StreamProvider(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"])
    return ConsoleProvider()


def greet(user_id):
    chat = provider()
    chat.save_user(user_id, user_id.title())
    return chat.say("lobby", f"Hello {user_id}")


# drive
attempt("greet", lambda: greet("jane"))
