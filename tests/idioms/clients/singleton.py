"""A singleton by __new__, and a class method."""
import os

from stream_chat import StreamChat


class Chat:
    _instance = None

    def __new__(cls):
        if cls._instance is None:
            cls._instance = super().__new__(cls)
            cls._instance.client = StreamChat(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"])
        return cls._instance

    def rename(self, channel_id, name):
        self.client.channel("messaging", channel_id).update({"name": name})


class Tokens:
    client = StreamChat(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"])

    @classmethod
    def make(cls, user_id):
        cls.client.upsert_user({"id": user_id})
        return cls.client.create_token(user_id)


# drive
attempt("rename", lambda: Chat().rename("general", "Lobby"))
attempt("make", lambda: Tokens.make("jane"))
