"""A view opens a channel between two people and answers with its address."""
import os

from stream_chat import StreamChat

stream_client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def open_conversation(user, other):
    members = sorted([user, other])
    channel = stream_client.channel("messaging", "-".join(members), {"members": members})
    channel.create(user)
    return {"cid": channel.cid, "members": members}


def send_to(channel_type, channel_id, text, author):
    channel = stream_client.channel(channel_type, channel_id)
    channel.send_message({"text": text}, author)


# drive
attempt("open", lambda: open_conversation("zoe", "adam"))
attempt("send", lambda: send_to("team", "general", "Hello", "adam"))
