"""A function of the project makes the payload."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


class User:
    def __init__(self, pk, name, email=None):
        self.pk = pk
        self.name = name
        self.email = email

    def to_stream(self):
        data = {"id": f"user-{self.pk}", "name": self.name}
        if self.email:
            data["email"] = self.email
        return data

    @property
    def chat_payload(self):
        return {"id": f"user-{self.pk}", "name": self.name, "kind": "member"}


def build_user(pk, name):
    return {"id": f"user-{pk}", "name": name, "role": "user"}


def save(user):
    client.upsert_user(user.to_stream())


def save_property(user: User):
    client.upsert_user(user.chat_payload)


def save_built(pk, name):
    client.upsert_user(build_user(pk, name))


def show(user: User):
    return {"user": user.to_stream(), "token": client.create_token(user.to_stream()["id"])}


# drive
attempt("save", lambda: save(User(1, "Jane", "jane@example.com")))
attempt("save bare", lambda: save(User(2, "John")))
attempt("property", lambda: save_property(User(1, "Jane")))
attempt("built", lambda: save_built(3, "Joe"))
attempt("show", lambda: show(User(1, "Jane")))
