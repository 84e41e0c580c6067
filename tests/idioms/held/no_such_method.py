"""Held: methods that the SDK does not have, called under `except`."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def create(user_id):
    try:
        client.create_user({"id": user_id})
    except AttributeError:
        return None
    return user_id


# drive
attempt("create", lambda: create("jane"))
