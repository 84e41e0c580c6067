"""Held: the text of an exception is searched for the words of a time-out, which v2 says otherwise."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def deactivate(user_id):
    try:
        client.deactivate_user(user_id)
    except Exception as e:
        if "timed out" in str(e).lower():
            return "later"
        raise
    return "done"


# drive
attempt("deactivate", lambda: deactivate("jane"))
