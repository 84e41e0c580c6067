"""Channels without an id, known by their members."""
import os

from stream_chat import StreamChat


def get_client():
    return StreamChat(os.getenv("STREAM_API_KEY"), os.getenv("STREAM_API_SECRET"))


def direct_message(first_user, second_user, text):
    client = get_client()
    channel = client.channel("messaging", data={"members": [first_user, second_user]})
    response = channel.create(first_user)
    channel.send_message({"text": text}, first_user)
    return response["channel"]["id"]


# drive
attempt("direct", lambda: direct_message("ann", "bob", "Hi Bob"))
