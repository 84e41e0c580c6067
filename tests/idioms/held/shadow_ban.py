"""Held: v2 cannot lift a shadow ban alone."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def lift(user_id):
    client.remove_shadow_ban(user_id)


# drive
attempt("lift", lambda: lift("bad"))
