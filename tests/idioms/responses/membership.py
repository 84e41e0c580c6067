"""`in`, len, truth, iteration and items() of responses."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def has_users(user_id):
    response = client.query_users({"id": user_id})
    return "users" in response and len(response["users"]) > 0


def created(channel_id):
    response = client.channel("messaging", channel_id).create("jane")
    if response and "channel" in response and "cid" in response["channel"]:
        return response["channel"]["cid"]
    return None


def custom_level(user_id):
    user = client.query_users({"id": user_id})["users"][0]
    if "x_level" in user:
        return user["x_level"]
    return None


def names(user_ids):
    response = client.upsert_users([{"id": user_id, "name": user_id.title()} for user_id in user_ids])
    return {user_id: user["name"] for user_id, user in response["users"].items()}


def keys(channel_id):
    return sorted(client.channel("messaging", channel_id).query()["channel"].keys() & {"id", "type", "cid"})


# drive
attempt("users", lambda: has_users("jane"))
attempt("created", lambda: created("general"))
attempt("level", lambda: custom_level("jane"))
attempt("names", lambda: names(["ann", "bob"]))
attempt("keys", lambda: keys("general"))
