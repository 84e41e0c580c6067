"""One-liners of scripts and consoles."""
import os

import stream_chat

chat = stream_chat.StreamChat(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"])


def message_count(channel_id):
    return len(chat.channel("messaging", channel_id).query(messages={"limit": 100})["messages"])


def first_user(name):
    return chat.query_users({"name": name})["users"][0]["id"]


def send(channel_id, text):
    return chat.channel("messaging", channel_id).send_message({"text": text}, "system")["message"]["id"]


def online(user_ids):
    return [u["id"] for u in chat.query_users({"id": {"$in": user_ids}})["users"] if u["online"]]


# drive
attempt("count", lambda: message_count("general"))
attempt("first", lambda: first_user("Jane"))
attempt("send", lambda: send("general", "Hello"))
attempt("online", lambda: online(["a", "b"]))
