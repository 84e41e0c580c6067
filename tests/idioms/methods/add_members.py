"""People join and are added."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def join(channel_id, user_id):
    client.channel("messaging", channel_id).add_members([user_id])


def add_all(channel_id, user_ids):
    channel = client.channel("messaging", channel_id)
    channel.add_members(user_ids)


def add_with_roles(channel_id, moderator, guests):
    channel = client.channel("team", channel_id)
    channel.add_members([{"user_id": moderator, "channel_role": "channel_moderator"}])
    channel.add_members([{"user_id": guest} for guest in guests])


def add_and_tell(channel_id, user_id):
    channel = client.channel("messaging", channel_id)
    channel.add_members([user_id], {"text": f"{user_id} joined", "user_id": user_id})


def add_quietly(channel_id, users):
    ids = [str(user["id"]) for user in users]
    client.channel("messaging", channel_id).add_members(ids, hide_history=True)


# drive
attempt("join", lambda: join("general", "jane"))
attempt("all", lambda: add_all("general", ["jane", "john"]))
attempt("roles", lambda: add_with_roles("general", "jane", ["bob", "eve"]))
attempt("tell", lambda: add_and_tell("general", "jane"))
attempt("quiet", lambda: add_quietly("general", [{"id": 3}, {"id": 4}]))
