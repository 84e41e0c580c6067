"""What one function returns another of the same module reads."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def _fetch_user(user_id):
    response = client.query_users({"id": user_id})
    return response["users"][0]


def _state(channel_id):
    return client.channel("messaging", channel_id).query(messages={"limit": 5})


def display_name(user_id):
    user = _fetch_user(user_id)
    return user.get("name") or user["id"]


def summary(channel_id):
    state = _state(channel_id)
    return {
        "cid": state["channel"]["cid"],
        "texts": [message["text"] for message in state["messages"]],
        "members": len(state["members"]),
    }


def is_admin(user_id):
    return _fetch_user(user_id)["role"] == "admin"


# drive
attempt("name", lambda: display_name("jane"))
attempt("summary", lambda: summary("general"))
attempt("admin", lambda: is_admin("jane"))
