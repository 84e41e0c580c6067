"""Held: v1 writes the creator into the data of a channel, which the program uses afterwards."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def create(room, owner):
    data = {"name": room.title(), "topic": "help"}
    channel = client.channel("messaging", room, data)
    channel.create(owner)
    return sorted(data)


def create_two(rooms, owner):
    data = {"topic": "help", "members": [owner]}
    for room in rooms:
        client.channel("messaging", room, data).create(owner)
    return len(data)


def create_from(settings, room, owner):
    channel = client.channel("messaging", room, settings)
    channel.create(owner)
    return {"room": room, **settings}


# drive
attempt("create", lambda: create("lobby", "jane"))
attempt("two", lambda: create_two(["a", "b"], "jane"))
attempt("from", lambda: create_from({"color": "red"}, "c", "jane"))
