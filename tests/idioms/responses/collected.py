"""Parts of answers are collected in dicts and lists, and read elsewhere."""
import os
from collections import Counter, defaultdict

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])
directory = {}


def load(user_ids):
    for user in client.query_users({"id": {"$in": user_ids}})["users"]:
        directory[user["id"]] = user
    return len(directory)


def role_of_first():
    first = next(iter(directory.values()), None)
    return first["role"] if first else None


def authors(channel_id):
    counted = Counter()
    latest = defaultdict(list)
    for message in client.channel("messaging", channel_id).query()["messages"]:
        counted[message["user"]["id"]] += 1
        latest[message["user"]["id"]].append(message)
    return dict(counted), {author: found[-1]["text"] for author, found in latest.items()}


def by_id(user_ids):
    users = {user["id"]: user for user in client.query_users({"id": {"$in": user_ids}})["users"]}
    return sorted(users), [user.get("name", "?") for user in users.values()]


def chosen(channel_id, wanted):
    members = client.channel("messaging", channel_id).query()["members"]
    member = next((m for m in members if (m.get("user") or {}).get("id") == wanted), None)
    return member.get("role") if member else "no member"


def longest(channel_id):
    messages = client.channel("messaging", channel_id).query()["messages"]
    return max(messages, key=lambda message: len(message["text"]))["id"] if messages else None


# drive
attempt("load", lambda: load(["a", "b"]))
attempt("role", role_of_first)
attempt("authors", lambda: authors("general"))
attempt("by id", lambda: by_id(["a", "b"]))
attempt("chosen", lambda: chosen("general", "jane"))
attempt("longest", lambda: longest("general"))
