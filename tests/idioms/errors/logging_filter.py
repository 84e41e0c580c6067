"""Sentry's before_send and a logging filter look at the exception."""
import logging
import os
import sys

from stream_chat import StreamChat
from stream_chat.base.exceptions import StreamAPIException

logger = logging.getLogger("chat")
client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def before_send(event, hint):
    if "exc_info" in hint:
        _, error, _ = hint["exc_info"]
        if isinstance(error, StreamAPIException) and error.status_code == 404:
            return None
    return event


class QuietNotFound(logging.Filter):
    def filter(self, record):
        error = record.exc_info[1] if record.exc_info else None
        return not (isinstance(error, StreamAPIException) and error.status_code == 404)


def reported(message_id):
    try:
        client.delete_message(message_id)
    except StreamAPIException:
        return before_send({"message": "failed"}, {"exc_info": sys.exc_info()})
    return {}


# drive
attempt("reported", lambda: reported("m1"))
attempt("again", lambda: reported("m2"))
