"""The names of the environment."""
import os

from stream_chat import StreamChat

API_KEY = os.getenv("STREAM_CHAT_API_KEY", "")
API_SECRET = os.getenv("STREAM_CHAT_API_SECRET", "")
first = StreamChat(API_KEY, API_SECRET)
second = StreamChat(api_key=os.getenv("GETSTREAM_API_KEY"), api_secret=os.getenv("GETSTREAM_API_SECRET"))
third = StreamChat(api_key=os.environ.get("STREAM_API_KEY", ""), api_secret=os.environ.get("STREAM_SECRET_KEY", ""))


def tokens(user_id):
    for one in (first.create_token(user_id), second.create_token(user_id), third.create_token(user_id)):
        yield one


def deactivate(user_id):
    first.deactivate_user(user_id)
    second.deactivate_user(user_id)
    third.deactivate_user(user_id)


# drive
observe("tokens", list(tokens("jane")))
attempt("deactivate", lambda: deactivate("jane"))
