"""StreamAPIException with its attributes."""
import os

from stream_chat import StreamChat
from stream_chat.base.exceptions import StreamAPIException

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def delete(message_id):
    try:
        client.delete_message(message_id, hard=True)
    except StreamAPIException as error:
        if error.status_code == 404:
            return "gone"
        raise
    return "deleted"


def ban(user_id):
    try:
        client.ban_user(user_id, user_id="admin", timeout=30)
    except StreamAPIException as e:
        return {"code": e.error_code, "status": e.status_code}
    return {}


def described(user_id):
    try:
        client.deactivate_user(user_id)
    except StreamAPIException as e:
        return e.error_message
    return None


# drive
attempt("delete", lambda: delete("m1"))
attempt("ban", lambda: ban("bad"))
attempt("described", lambda: described("jane"))
