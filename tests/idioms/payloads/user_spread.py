"""Payloads are spread into others."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])
DEFAULTS = {"role": "user", "show_online": True}


def upsert_user(user_id, data):
    client.upsert_user({"id": user_id, **data})


def with_defaults(user_id, name):
    client.upsert_user({**DEFAULTS, "id": user_id, "name": name})


def merged(user_id, extra):
    base = {"id": user_id, "role": "user"}
    client.upsert_user(base | extra)


def optional(user_id, image=None):
    client.upsert_user({"id": user_id, **({"image": image} if image else {})})


def keywords(user_id, **fields):
    client.upsert_user(dict(id=user_id, **fields))


# drive
attempt("data", lambda: upsert_user("jane", {"name": "Jane", "phone": "123"}))
attempt("defaults", lambda: with_defaults("jane", "Jane"))
attempt("merged", lambda: merged("jane", {"name": "Jane", "city": "Oslo"}))
attempt("with image", lambda: optional("jane", "https://e.com/j.png"))
attempt("without", lambda: optional("jane"))
attempt("keywords", lambda: keywords("jane", name="Jane", age=30))
