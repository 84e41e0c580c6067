"""Both SDKs in one module: the video of v2 beside the chat of v1, the name Stream is taken."""
import os

from getstream import Stream
from getstream.models import UserRequest
from stream_chat import StreamChat

chat = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])
video = Stream(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def join(user_id, name):
    chat.upsert_user({"id": user_id, "name": name})
    video.upsert_users(UserRequest(id=user_id, name=name, role="caller"))
    return chat.create_token(user_id), video.create_token(user_id)


def close(user_id):
    chat.deactivate_user(user_id)


# drive
attempt("join", lambda: len(join("jane", "Jane")))
attempt("close", lambda: close("jane"))
