"""Errors become results: ok, value, error."""
import os
from typing import Any, Callable, NamedTuple, Optional

from stream_chat import StreamChat
from stream_chat.base.exceptions import StreamAPIException

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


class Result(NamedTuple):
    ok: bool
    value: Any = None
    status: Optional[int] = None


def safely(call: Callable[[], Any]) -> Result:
    try:
        return Result(True, call())
    except StreamAPIException as error:
        return Result(False, None, error.status_code)


def find(user_id):
    return safely(lambda: client.query_users({"id": user_id})["users"][0]["id"])


def remove(message_id):
    return safely(lambda: client.delete_message(message_id, hard=True)).status


def send(channel_id, text):
    result = safely(lambda: client.channel("messaging", channel_id).send_message({"text": text}, "bot"))
    return result.value["message"]["id"] if result.ok else result.status


# drive
attempt("find", lambda: list(find("jane")))
attempt("remove", lambda: remove("m1"))
attempt("send", lambda: send("general", "Hi"))
