"""A hand-written fake with the methods of the SDK stands in for the client in tests."""
import os

from stream_chat import StreamChat


class FakeStream:
    def __init__(self):
        self.users = {}

    def upsert_user(self, user):
        self.users[user["id"]] = user

    def create_token(self, user_id):
        return f"token-{user_id}"


def register(user_id):
    client = StreamChat(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"])
    client.upsert_user({"id": user_id})
    return client.create_token(user_id)


def rehearse(user_id):
    fake = FakeStream()
    fake.upsert_user({"id": user_id})
    return fake.create_token(user_id), sorted(fake.users)


# drive
attempt("register", lambda: register("jane"))
attempt("rehearse", lambda: rehearse("jane"))
