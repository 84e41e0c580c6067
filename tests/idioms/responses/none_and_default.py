"""Defaults that are falsy, None, and of other kinds; keys that are optional."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def image(user_id):
    user = client.query_users({"id": user_id})["users"][0]
    return user.get("image", "/nobody.png")


def language(user_id):
    user = client.query_users({"id": user_id})["users"][0]
    if user.get("language") is None:
        return "none"
    return user["language"]


def parent(message_id):
    message = client.get_message(message_id)["message"]
    return message.get("parent_id", None), message.get("reply_count", 0), message.get("pinned", False)


def last_active(user_id):
    user = client.query_users({"id": user_id})["users"][0]
    return str(user.get("last_active") or "")


def deleted(message_id):
    message = client.get_message(message_id)["message"]
    return "deleted_at" in message, bool(message.get("deleted_at"))


def member_count(channel_id):
    channel = client.channel("messaging", channel_id).query().get("channel", {})
    return channel.get("member_count", 0) > 0, channel.get("created_by", {}).get("id", "nobody")


# drive
for call in (image, language, last_active):
    attempt(call.__name__, lambda: call("jane"))
attempt("parent", lambda: parent("m1"))
attempt("deleted", lambda: deleted("m1"))
attempt("count", lambda: member_count("general"))
