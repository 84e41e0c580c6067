"""People leave, are removed, demoted and invited again."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def leave(channel_id, user_id):
    channel = client.channel("messaging", channel_id)
    channel.remove_members([user_id])


def kick(channel_id, user_ids, moderator):
    channel = client.channel("messaging", channel_id)
    channel.remove_members(user_ids, {"text": "Some people left", "user_id": moderator})


def promote(channel_id, user_id):
    client.channel("messaging", channel_id).add_moderators([user_id])


def demote(channel_id, user_id):
    client.channel("messaging", channel_id).demote_moderators([user_id])


# drive
attempt("leave", lambda: leave("general", "jane"))
attempt("kick", lambda: kick("general", ["a", "b"], "jane"))
attempt("promote", lambda: promote("general", "jane"))
attempt("demote", lambda: demote("general", "jane"))
