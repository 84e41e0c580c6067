"""The text of an exception is searched for what the API said."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def deactivate(user_id):
    try:
        client.deactivate_user(user_id)
    except Exception as e:
        if "failed with 404" in str(e):
            return "gone"
        raise
    return "done"


# drive
attempt("deactivate", lambda: deactivate("jane"))
