"""Reactions, replies, files and what a user has read."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def like(channel_id, message_id, user_id):
    client.channel("messaging", channel_id).send_reaction(message_id, {"type": "like"}, user_id)


def unlike(channel_id, message_id, user_id):
    client.channel("messaging", channel_id).delete_reaction(message_id, "like", user_id)


def thread(channel_id, message_id):
    replies = client.channel("messaging", channel_id).get_replies(message_id, limit=10)
    return [reply["text"] for reply in replies["messages"]]


def read(channel_id, user_id):
    client.channel("messaging", channel_id).mark_read(user_id)


def hide(channel_id, user_id):
    client.channel("messaging", channel_id).hide(user_id)


def message_text(message_id):
    return client.get_message(message_id)["message"]["text"]


# drive
attempt("like", lambda: like("general", "m1", "jane"))
attempt("unlike", lambda: unlike("general", "m1", "jane"))
attempt("thread", lambda: thread("general", "m1"))
attempt("read", lambda: read("general", "jane"))
attempt("hide", lambda: hide("general", "jane"))
attempt("text", lambda: message_text("m1"))
