"""The address of a channel in texts."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def link(room):
    channel = client.channel("messaging", room)
    channel.create("jane")
    return f"https://example.com/chat/{channel.cid}"


def described(room):
    channel = client.channel("team", room)
    channel.add_members(["jane"])
    return "joined " + channel.cid + f" ({channel.channel_type} {channel.id!r})"


# drive
attempt("link", lambda: link("lobby"))
attempt("described", lambda: described("lobby"))
