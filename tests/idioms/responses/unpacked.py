"""Unpacking, indexes, slices, walrus and conditional results."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def pair(user_ids):
    first, *rest = client.query_users({"id": {"$in": user_ids}})["users"]
    return first["id"], len(rest)


def newest(channel_id):
    *_, last = client.channel("messaging", channel_id).query(messages={"limit": 5})["messages"]
    return last["id"]


def some(channel_id):
    return [m["id"] for m in client.channel("messaging", channel_id).query()["messages"][:1]]


def maybe(user_id):
    users = client.query_users({"id": user_id})["users"]
    user = users[0] if users else {}
    return user.get("id", "nobody")


def both(channel_id):
    state = client.channel("messaging", channel_id).query()
    channel, members = state["channel"], state["members"]
    return channel["id"], [m["user_id"] for m in members]


# drive
attempt("pair", lambda: pair(["a", "b"]))
attempt("newest", lambda: newest("general"))
attempt("some", lambda: some("general"))
attempt("maybe", lambda: maybe("jane"))
attempt("both", lambda: both("general"))
