"""A base class asks, subclasses read."""
import abc
import os

from stream_chat import StreamChat


class Base(abc.ABC):
    def __init__(self):
        self.client = StreamChat(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"])

    def load(self, key):
        return self.read(self.fetch(key))

    @abc.abstractmethod
    def fetch(self, key): ...

    @abc.abstractmethod
    def read(self, response): ...


class Users(Base):
    def fetch(self, key):
        return self.client.query_users({"id": key})

    def read(self, response):
        return [user["id"] for user in response["users"]]


class Messages(Base):
    def fetch(self, key):
        return self.client.channel("messaging", key).query(messages={"limit": 3})

    def read(self, response):
        return [message["text"] for message in response["messages"]]


# drive
attempt("users", lambda: Users().load("jane"))
attempt("messages", lambda: Messages().load("general"))
