"""Channels are renamed."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def rename(channel_id, name):
    channel = client.channel("messaging", channel_id)
    channel.update({"name": name, "renamed": True})


def rename_and_tell(channel_id, name, user_id):
    channel = client.channel("messaging", channel_id)
    channel.update({"name": name}, {"text": f"The channel is {name} now", "user_id": user_id})


def archive(channel_id, reason):
    channel = client.channel("team", channel_id)
    data = {"frozen": True, "archived": True}
    if reason:
        data["reason"] = reason
    channel.update(data)


# drive
attempt("rename", lambda: rename("general", "The lobby"))
attempt("tell", lambda: rename_and_tell("general", "The lobby", "jane"))
attempt("archive", lambda: archive("old", "quiet"))
attempt("archive silently", lambda: archive("old", ""))
