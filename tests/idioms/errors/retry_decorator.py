"""A decorator tries again when the API fails."""
import functools
import os
import time

from stream_chat import StreamChat
from stream_chat.base.exceptions import StreamAPIException

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def retry(times=3, delay=1.0, errors=(StreamAPIException,)):
    def decorate(function):
        @functools.wraps(function)
        def wrapped(*args, **kwargs):
            for attempt in range(times):
                try:
                    return function(*args, **kwargs)
                except errors:
                    if attempt == times - 1:
                        raise
                    time.sleep(delay * 2**attempt)

        return wrapped

    return decorate


@retry(times=2)
def upsert(user):
    client.upsert_user({"id": user["id"], "name": user["name"]})


@retry()
def announce(channel_id, text):
    return client.channel("messaging", channel_id).send_message({"text": text}, "bot")["message"]["id"]


# drive
attempt("upsert", lambda: upsert({"id": "jane", "name": "Jane"}))
attempt("announce", lambda: announce("general", "Hello"))
