"""Filters and sorts that are built, passed and have defaults."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])
NEWEST = [{"field": "last_message_at", "direction": -1}]


def channels(user_id, kind=None, limit=20, offset=0):
    filters = {"members": {"$in": [user_id]}}
    if kind:
        filters["type"] = kind
    response = client.query_channels(filters, NEWEST, limit=limit, offset=offset)
    return len(response["channels"])


def users(filters, sort=None):
    response = client.query_users(filters, sort)
    return [user["id"] for user in response["users"]]


def by_name(descending):
    sort = [{"field": "name", "direction": -1 if descending else 1}]
    return len(client.query_users({"role": "user"}, sort=sort, limit=30)["users"])


def all_channels():
    found, offset = 0, 0
    while True:
        page = client.query_channels({"type": "messaging"}, limit=2, offset=offset)["channels"]
        if not page:
            return found
        found += len(page)
        offset += len(page)


# drive
attempt("channels", lambda: channels("jane"))
attempt("kind", lambda: channels("jane", "team", offset=10))
attempt("users", lambda: users({"id": {"$in": ["a"]}}))
attempt("sorted", lambda: users({"role": "user"}, [{"field": "id", "direction": 1}]))
attempt("name", lambda: by_name(True))
attempt("all", all_channels)
