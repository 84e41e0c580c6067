"""Responses are handed to functions of the project."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def serialize_message(message):
    user = message.get("user") or {}
    return {"id": message["id"], "text": message.get("text", ""), "user": user.get("id"), "at": message["created_at"]}


def serialize_channel(entry):
    return {"cid": entry["channel"]["cid"], "messages": [serialize_message(m) for m in entry["messages"]]}


def count(response, key):
    return len(response[key])


def history(channel_id):
    response = client.channel("messaging", channel_id).query(messages={"limit": 5})
    return list(map(serialize_message, response["messages"]))


def inbox(user_id):
    response = client.query_channels({"members": {"$in": [user_id]}})
    return [serialize_channel(entry) for entry in response["channels"]]


def totals(user_id):
    return count(client.query_users({"id": user_id}), "users")


# drive
attempt("history", lambda: history("general"))
attempt("inbox", lambda: inbox("jane"))
attempt("totals", lambda: totals("jane"))
