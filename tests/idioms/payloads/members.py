"""Members as ids, mappings, generators and results of other calls."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def add(channel_id, users):
    channel = client.channel("messaging", channel_id)
    channel.add_members([{"user_id": user["id"]} for user in users])


def add_texts(channel_id, users):
    channel = client.channel("messaging", channel_id)
    channel.add_members([str(user["id"]) for user in users])


def add_set(channel_id, first, second):
    channel = client.channel("messaging", channel_id)
    channel.add_members(list({first, second} - {"nobody"}))


def replace(channel_id, old, new):
    channel = client.channel("messaging", channel_id)
    current = [member["user_id"] for member in channel.query()["members"]]
    gone = [one for one in current if one in old]
    if gone:
        channel.remove_members(gone)
    channel.add_members(new)


def add_anything(channel_id, members):
    client.channel("messaging", channel_id).add_members(members)


# drive
attempt("mappings", lambda: add("general", [{"id": "a"}, {"id": "b"}]))
attempt("texts", lambda: add_texts("general", [{"id": 1}]))
attempt("set", lambda: add_set("general", "jane", "nobody"))
attempt("replace", lambda: replace("general", ["a"], ["b"]))
attempt("anything", lambda: add_anything("general", ["a", {"user_id": "b", "channel_role": "channel_moderator"}]))
