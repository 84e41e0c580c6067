"""Responses go into caches and come back."""
import json
import os
import time

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


class Cache:
    """Stands for Django's cache: pickles what it is given."""

    def __init__(self):
        self._values = {}

    def get(self, key):
        text = self._values.get(key)
        return json.loads(text) if text else None

    def set(self, key, value, timeout=None):
        self._values[key] = json.dumps(value)


cache = Cache()
_users = {}


def user(user_id):
    found = cache.get(f"user:{user_id}")
    if found is None:
        found = client.query_users({"id": user_id})["users"][0]
        cache.set(f"user:{user_id}", found, timeout=300)
    return found["role"]


def channels(user_id):
    key = f"channels:{user_id}"
    cached = cache.get(key)
    if cached is not None:
        return cached
    response = client.query_channels({"members": {"$in": [user_id]}})
    cache.set(key, response["channels"], timeout=60)
    return response["channels"]


def remembered(user_id):
    if user_id not in _users or _users[user_id][1] < time.time():
        _users[user_id] = (client.query_users({"id": user_id})["users"][0], time.time() + 60)
    return _users[user_id][0]["id"]


# drive
attempt("user", lambda: user("jane"))
attempt("user again", lambda: user("jane"))
attempt("channels", lambda: channels("jane"))
attempt("channels again", lambda: channels("jane"))
attempt("remembered", lambda: remembered("jane"))
attempt("remembered again", lambda: remembered("jane"))
