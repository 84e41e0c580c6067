"""A loop that waits when the rate limit is reached."""
import os
import time

from stream_chat import StreamChat
from stream_chat.base.exceptions import StreamAPIException

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def with_backoff(call, tries=3):
    for turn in range(tries):
        try:
            return call()
        except StreamAPIException as error:
            if error.status_code != 429 or turn == tries - 1:
                raise
            time.sleep(2**turn)


def sync(users):
    for user in users:
        with_backoff(lambda user=user: client.upsert_user({"id": user["id"], "name": user["name"]}))


def close(user_id):
    with_backoff(lambda: client.deactivate_user(user_id))


# drive
attempt("sync", lambda: sync([{"id": "a", "name": "A"}, {"id": "b", "name": "B"}]))
attempt("close", lambda: close("a"))
