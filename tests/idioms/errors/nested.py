"""Handlers around handlers, else and finally."""
import os

from stream_chat import StreamChat
from stream_chat.base.exceptions import StreamAPIException

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def get_or_create(channel_id, owner):
    channel = client.channel("messaging", channel_id)
    try:
        state = channel.query(state=True)
    except StreamAPIException:
        try:
            channel.create(owner)
        except StreamAPIException as inner:
            return f"failed {inner.status_code}"
        else:
            return "created"
    else:
        return state["channel"]["id"]
    finally:
        client.channel("messaging", "audit").send_message({"text": "asked"}, "bot")


def ensure_member(channel_id, user_id):
    try:
        client.channel("messaging", channel_id).add_members([user_id])
    except StreamAPIException as error:
        if error.status_code != 404:
            raise
        client.upsert_user({"id": user_id, "role": "user"})
        client.channel("messaging", channel_id).add_members([user_id])


# drive
attempt("get", lambda: get_or_create("general", "jane"))
attempt("ensure", lambda: ensure_member("general", "jane"))
