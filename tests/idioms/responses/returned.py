"""A service returns the response, or part of it, to whoever asks."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def create_user(user_id, name):
    return client.upsert_user({"id": user_id, "name": name, "tier": "gold"})


def send_message(channel_id, user_id, text):
    response = client.channel("messaging", channel_id).send_message({"text": text}, user_id)
    return response


def channel_state(channel_id):
    channel = client.channel("messaging", channel_id)
    return channel.query(messages={"limit": 10})


def first_user(user_id):
    users = client.query_users({"id": user_id})["users"]
    return users[0] if users else None


def delete(message_id):
    return client.delete_message(message_id)


def message(message_id):
    return client.get_message(message_id)["message"]


# drive
attempt("create", lambda: create_user("jane", "Jane"))
attempt("send", lambda: send_message("general", "jane", "Hi"))
attempt("state", lambda: channel_state("general"))
attempt("first", lambda: first_user("jane"))
attempt("delete", lambda: delete("m1"))
attempt("message", lambda: message("m1"))
