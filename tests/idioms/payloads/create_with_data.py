"""`create(user_id=, data=)`, where the data replaces that of the channel and the creator is ignored."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def create(channel_id, owner, members):
    channel = client.channel("messaging", channel_id)
    channel.create(user_id=owner, data={"members": members, "created_by_id": owner, "name": "Group"})


def create_and_query(channel_id, owner):
    channel = client.channel("messaging", channel_id, {"name": "Room"})
    channel.create(owner)
    return channel.query()["channel"]["id"]


# drive
attempt("data", lambda: create("c1", "jane", ["jane", "john"]))
attempt("query", lambda: create_and_query("c2", "jane"))
