"""The names of v2 are taken by others."""
import os

from stream_chat import StreamChat
from stream_chat.base.exceptions import StreamAPIException


class Stream:
    """A stream of events."""

    def __init__(self, *events):
        self.events = list(events)


class UserRequest:
    """What a user asks for."""

    def __init__(self, text):
        self.text = text


client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def run(stream, request):
    for event in stream.events:
        try:
            client.upsert_user({"id": event, "name": request.text})
        except StreamAPIException:
            return False
    return True


def go():
    return run(Stream("a", "b"), UserRequest("hello"))


# drive
attempt("go", go)
