"""The desk of the moderators: bans, mutes, flags."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def ban(user_id, moderator, reason):
    client.ban_user(user_id, user_id=moderator, reason=reason, timeout=60)


def ban_in_channel(channel_id, user_id, moderator):
    client.channel("messaging", channel_id).ban_user(user_id, user_id=moderator)


def unban(user_id):
    client.unban_user(user_id)


def mute(user_id, by):
    client.mute_user(user_id, by)


def unmute(user_id, by):
    client.unmute_user(user_id, by)


def report(message_id, user_id):
    client.flag_message(message_id, user_id=user_id)


# drive
attempt("ban", lambda: ban("bad", "jane", "spam"))
attempt("channel", lambda: ban_in_channel("general", "bad", "jane"))
attempt("unban", lambda: unban("bad"))
attempt("mute", lambda: mute("bad", "jane"))
attempt("unmute", lambda: unmute("bad", "jane"))
attempt("report", lambda: report("m1", "jane"))
