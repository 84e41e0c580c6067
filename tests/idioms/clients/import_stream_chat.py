"""The module is imported, and its names are written out."""
import os

import stream_chat

client = stream_chat.StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def notify(user_id, text):
    channel = client.channel("messaging", f"notify-{user_id}", {"members": [user_id, "system"]})
    channel.create("system")
    try:
        channel.send_message({"text": text}, "system")
    except stream_chat.base.exceptions.StreamAPIException:
        return False
    return True


def user(user_id) -> dict:
    return client.query_users({"id": user_id})["users"][0]


# drive
attempt("notify", lambda: notify("jane", "Hello"))
attempt("user", lambda: user("jane"))
