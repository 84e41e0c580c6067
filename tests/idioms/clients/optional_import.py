"""The SDK may be missing: then a stand-in takes its place."""
import os

try:
    from stream_chat import StreamChat
    from stream_chat.base.exceptions import StreamAPIException

    HAS_CHAT = True
except ImportError:
    HAS_CHAT = False
    StreamChat = None
    StreamAPIException = Exception


def make_client():
    if not HAS_CHAT:
        return None
    return StreamChat(api_key=os.environ["GETSTREAM_API_KEY"], api_secret=os.environ["GETSTREAM_API_SECRET"])


def enrol(user_id, name):
    client = make_client()
    if client is None:
        return "off"
    try:
        client.upsert_user({"id": user_id, "name": name})
    except (KeyError, StreamAPIException):
        return "failed"
    return "done"


# drive
attempt("enrol", lambda: enrol("jane", "Jane"))
