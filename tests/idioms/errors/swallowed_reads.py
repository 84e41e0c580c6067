"""Reads inside `try`, whose failure means something."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def first_name(user_id):
    try:
        return client.query_users({"id": user_id})["users"][0]["name"].split()[0]
    except (KeyError, IndexError):
        return "friend"


def banned(user_id):
    try:
        users = client.query_users({"id": user_id})["users"]
        return bool(users[0]["banned"])
    except Exception:
        return False


def last_read(channel_id, user_id):
    try:
        state = client.channel("messaging", channel_id).query(state=True)
        return [read["unread_messages"] for read in state["read"] if read["user"]["id"] == user_id][0]
    except LookupError:
        return None


def title(channel_id):
    state = client.channel("messaging", channel_id).query()
    try:
        name = state["channel"]["name"]
    except KeyError:
        name = state["channel"]["cid"]
    return name


# drive
attempt("first", lambda: first_name("jane"))
attempt("banned", lambda: banned("jane"))
attempt("read", lambda: last_read("general", "jane"))
attempt("title", lambda: title("general"))
