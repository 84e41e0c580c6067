"""Rooms are emptied, and their clients told what happens."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def empty(channel_id):
    client.channel("messaging", channel_id).truncate()


def empty_quietly(channel_id):
    channel = client.channel("messaging", channel_id)
    channel.truncate(hard_delete=False, skip_push=True)


def typing(channel_id, user_id):
    channel = client.channel("messaging", channel_id)
    channel.send_event({"type": "typing.start"}, user_id)


def thinking(channel_id, message_id, state):
    channel = client.channel("messaging", channel_id)
    channel.send_event({"type": "ai_indicator.update", "ai_state": state, "message_id": message_id}, "bot")


# drive
attempt("empty", lambda: empty("general"))
attempt("quiet", lambda: empty_quietly("general"))
attempt("typing", lambda: typing("general", "jane"))
attempt("thinking", lambda: thinking("general", "m1", "AI_STATE_THINKING"))
