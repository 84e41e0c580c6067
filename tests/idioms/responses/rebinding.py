"""The name of an answer holds other things before and after."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def best_effort(channel_id, text):
    response = None
    try:
        response = client.channel("messaging", channel_id).send_message({"text": text}, "bot")
    except Exception:
        pass
    if not response:
        return None
    return response["message"]["id"]


def narrowed(user_id):
    user = client.query_users({"id": user_id})
    user = user["users"]
    user = user[0] if user else None
    if user is None:
        return "nobody"
    return user["role"]


def either(first, second):
    users = client.query_users({"id": first}).get("users") or client.query_users({"id": second}).get("users")
    return [user["id"] for user in users or []]


def switched(kind, key):
    if kind == "user":
        found = client.query_users({"id": key})["users"]
    elif kind == "channel":
        found = client.query_channels({"id": key})["channels"]
    else:
        found = []
    return len(found)


def two_kinds(kind, key):
    if kind == "user":
        response = client.query_users({"id": key})
    else:
        response = client.channel("messaging", key).query()
    return "duration" in response, response.get("duration") is not None


def with_default(user_id, default=None):
    result = default or {"id": "nobody"}
    users = client.query_users({"id": user_id})["users"]
    if users:
        result = users[0]
    return result["id"]


# drive
attempt("best effort", lambda: best_effort("general", "Hi"))
attempt("narrowed", lambda: narrowed("jane"))
attempt("either", lambda: either("a", "b"))
attempt("switched", lambda: switched("user", "jane"))
attempt("switched channel", lambda: switched("channel", "general"))
attempt("switched none", lambda: switched("other", ""))
attempt("two kinds", lambda: two_kinds("channel", "general"))
attempt("default", lambda: with_default("jane"))
