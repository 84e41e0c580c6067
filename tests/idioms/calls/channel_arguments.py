"""Channels by two positionals, keywords, with data as the third, and built directly."""
import os

from stream_chat import StreamChat
from stream_chat.channel import Channel

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])
ROOM = "messaging"


def two(channel_id):
    client.channel(ROOM, channel_id).truncate()


def keywords(channel_id):
    client.channel(channel_type="team", channel_id=channel_id).create("jane")


def third(channel_id, title):
    channel = client.channel("livestream", channel_id, {"title": title, "members": ["jane", "john"]})
    channel.create("jane")
    channel.send_message({"text": "Welcome"}, "jane")


def keyword_data(channel_id):
    channel = client.channel("messaging", channel_id, data=dict(name="By keyword", color="red"))
    channel.create("jane")


def built(channel_id):
    channel = Channel(client, "team", channel_id)
    channel.add_members(["jane"])


def built_with_data(channel_id):
    channel = Channel(client, "team", channel_id, custom_data={"topic": "bikes"})
    channel.create("jane")


def distinct(users):
    channel = client.channel("messaging", None, {"members": users})
    response = channel.create(users[0])
    return response["channel"]["id"]


# drive
attempt("two", lambda: two("a"))
attempt("keywords", lambda: keywords("b"))
attempt("third", lambda: third("c", "Live"))
attempt("data", lambda: keyword_data("d"))
attempt("built", lambda: built("e"))
attempt("built with data", lambda: built_with_data("f"))
attempt("distinct", lambda: distinct(["jane", "john"]))
