"""Generators give out parts of answers, callers read them."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def iter_channels(user_id):
    offset = 0
    while True:
        response = client.query_channels({"members": {"$in": [user_id]}}, limit=2, offset=offset)
        if not response["channels"]:
            return
        yield from response["channels"]
        offset += 2


def iter_messages(channel_id):
    for message in client.channel("messaging", channel_id).query()["messages"]:
        yield message


def cids(user_id):
    return [entry["channel"]["cid"] for entry in iter_channels(user_id)]


def texts(channel_id):
    return [message["text"] for message in iter_messages(channel_id)]


# drive
attempt("cids", lambda: cids("jane"))
attempt("texts", lambda: texts("general"))
