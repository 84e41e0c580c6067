"""A search for users, for the people picker."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def user_exists(user_id):
    response = client.query_users({"id": user_id})
    return len(response["users"]) > 0


def search(text):
    users = client.query_users({"name": {"$autocomplete": text}}, limit=5)["users"]
    return [{"id": user["id"], "name": user["name"], "online": user["online"]} for user in users]


def roles(user_ids):
    response = client.query_users({"id": {"$in": user_ids}}, [{"field": "created_at", "direction": -1}])
    return {user["id"]: user["role"] for user in response["users"]}


# drive
attempt("exists", lambda: user_exists("jane"))
attempt("search", lambda: search("ja"))
attempt("roles", lambda: roles(["a", "b"]))
