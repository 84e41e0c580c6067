"""Time-outs and lost connections, as requests raises them."""
import os

import requests
from stream_chat import StreamChat
from stream_chat.base.exceptions import StreamAPIException

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"], timeout=3)


def push(user_id):
    try:
        client.upsert_user({"id": user_id})
    except requests.exceptions.Timeout:
        return "timeout"
    except StreamAPIException:
        return "refused"
    return "done"


def post(channel_id, text):
    try:
        client.channel("messaging", channel_id).send_message({"text": text}, "bot")
    except (requests.exceptions.RequestException, StreamAPIException):
        return False
    return True


# drive
attempt("push", lambda: push("jane"))
attempt("post", lambda: post("general", "Hi"))
