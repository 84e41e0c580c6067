"""Each view builds its own client."""
import os

from stream_chat import StreamChat


def get_token(user_id):
    client = StreamChat(api_key=os.environ.get("STREAM_API_KEY"), api_secret=os.environ.get("STREAM_API_SECRET"))
    client.upsert_user({"id": user_id, "role": "user"})
    token = client.create_token(user_id)
    return {"token": token}


def create_group(name, owner):
    client = StreamChat(api_key=os.environ.get("STREAM_API_KEY"), api_secret=os.environ.get("STREAM_API_SECRET"))
    channel = client.channel("messaging", name.lower(), {"name": name, "created_by": {"id": owner}})
    channel.create(owner)
    channel.add_members([owner])
    return {"id": channel.id}


def post(channel_id, user_id, text):
    channel = StreamChat(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"]).channel("messaging", channel_id)
    sent = channel.send_message({"text": text}, user_id)
    return {"id": sent["message"]["id"]}


# drive
attempt("token", lambda: get_token("jane"))
attempt("group", lambda: create_group("Climbers", "jane"))
attempt("post", lambda: post("climbers", "jane", "Hello"))
