"""Held: v2 has no deletion of one user that is done when it returns; a person has to decide."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def erase(user_id):
    client.delete_user(user_id, hard_delete=True, mark_messages_deleted=True)


# drive
attempt("erase", lambda: erase("jane"))
