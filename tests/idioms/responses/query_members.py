"""query_members gives a list in v1."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def members(channel_id):
    found = client.channel("messaging", channel_id).query_members({}, limit=100)
    return [member["user_id"] for member in found]


def moderators(channel_id):
    channel = client.channel("messaging", channel_id)
    return len([m for m in channel.query_members({"is_moderator": True}) if m.get("user_id")])


def one_member(channel_id, user_id):
    found = client.channel("messaging", channel_id).query_members({"id": user_id}, limit=1)
    return found[0]["channel_role"] if found else None


def raw_members(channel_id):
    return client.channel("messaging", channel_id).query_members({})


# drive
attempt("members", lambda: members("general"))
attempt("moderators", lambda: moderators("general"))
attempt("one", lambda: one_member("general", "jane"))
attempt("raw", lambda: raw_members("general"))
