"""Calls under conditions, in loops, comprehensions and chained assignments."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def set_state(user_id, active):
    client.reactivate_user(user_id) if active else client.deactivate_user(user_id)


def broadcast(channel_ids, text):
    return [client.channel("team", one).send_message({"text": text}, "bot")["message"]["id"] for one in channel_ids]


def first_open(channel_ids):
    for channel_id in channel_ids:
        if (state := client.channel("team", channel_id).query())["channel"]["frozen"] is False:
            return state["channel"]["id"]
    return None


def mute_or_ban(user_id, offences):
    if offences > 3:
        client.ban_user(user_id, user_id="admin", reason="too many offences")
    elif offences:
        client.mute_user(user_id, "admin")


# drive
attempt("on", lambda: set_state("jane", True))
attempt("off", lambda: set_state("jane", False))
attempt("broadcast", lambda: broadcast(["a", "b"], "Hello"))
attempt("first", lambda: first_open(["a", "b"]))
attempt("mute", lambda: mute_or_ban("bad", 1))
attempt("ban", lambda: mute_or_ban("bad", 4))
