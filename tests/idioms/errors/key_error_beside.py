"""KeyError beside StreamAPIException: the missing keys of v1's answers."""
import os

from stream_chat import StreamChat
from stream_chat.base.exceptions import StreamAPIException

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def display_name(user_id):
    try:
        return client.query_users({"id": user_id})["users"][0]["name"]
    except (KeyError, StreamAPIException):
        return "unknown"


def last_message(channel_id):
    try:
        response = client.channel("messaging", channel_id).query(messages={"limit": 1})
        return response["messages"][0]["html"]
    except (KeyError, IndexError, StreamAPIException):
        return ""


def image(user_id):
    user = client.query_users({"id": user_id})["users"][0]
    try:
        return user["image"]
    except KeyError:
        return "/static/nobody.png"


def register(data):
    try:
        client.upsert_user({"id": data["id"], "name": data["name"]})
    except (KeyError, StreamAPIException) as error:
        return type(error).__name__ == "KeyError"
    return None


# drive
attempt("name", lambda: display_name("jane"))
attempt("last", lambda: last_message("general"))
attempt("image", lambda: image("jane"))
attempt("register", lambda: register({"id": "jane", "name": "Jane"}))
attempt("register nobody", lambda: register({"id": "jane"}))
