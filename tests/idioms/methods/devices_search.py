"""Push devices, search, channel types and roles: what few projects use."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def add_phone(user_id, device_id):
    client.add_device(device_id, "firebase", user_id)


def phones(user_id):
    return [device["id"] for device in client.get_devices(user_id)["devices"]]


def forget_phone(user_id, device_id):
    client.delete_device(device_id, user_id)


def search(user_id, text):
    found = client.search({"members": {"$in": [user_id]}}, text, limit=5)
    return len(found["results"])


def channel_types():
    return sorted(client.list_channel_types()["channel_types"])


def block(words):
    client.create_blocklist("shop", words)


# drive
attempt("add", lambda: add_phone("jane", "d1"))
attempt("phones", lambda: phones("jane"))
attempt("forget", lambda: forget_phone("jane", "d1"))
attempt("search", lambda: search("jane", "lamp"))
attempt("types", channel_types)
attempt("block", lambda: block(["spam", "eggs"]))
