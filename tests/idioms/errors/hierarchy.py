"""A hierarchy of own exceptions, with the SDK's as a base or a cause."""
import os

from stream_chat import StreamChat
from stream_chat.base.exceptions import StreamAPIException

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


class ServiceError(Exception):
    pass


class ChatUnavailable(ServiceError):
    def __init__(self, cause):
        super().__init__("the chat is away")
        self.retry = isinstance(cause, StreamAPIException) and cause.status_code >= 500


RETRYABLE = (StreamAPIException, ConnectionError)


def upsert(user_id):
    try:
        client.upsert_user({"id": user_id, "role": "user"})
    except RETRYABLE as error:
        raise ChatUnavailable(error) from error


def run(user_id):
    try:
        upsert(user_id)
    except ServiceError as error:
        return str(error)
    return "fine"


# drive
attempt("run", lambda: run("jane"))
attempt("again", lambda: run("john"))
