"""Partial updates whose sets are built."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def profile(user_id, **fields):
    client.update_user_partial({"id": user_id, "set": fields})


def changed(user_id, old, new):
    changes = {key: value for key, value in new.items() if old.get(key) != value}
    gone = [key for key in old if key not in new]
    if changes or gone:
        client.update_user_partial({"id": user_id, "set": changes, "unset": gone})


def channel(channel_id, settings):
    client.channel("messaging", channel_id).update_partial(to_set=settings)


def message(message_id, user_id, reactions=None):
    updates = {"set": {"seen": True}}
    if reactions is not None:
        updates["set"]["likes"] = len(reactions)
    client.update_message_partial(message_id, updates, user_id)


# drive
attempt("profile", lambda: profile("jane", name="Jane", age=3))
attempt("changed", lambda: changed("jane", {"a": 1, "b": 2}, {"a": 2}))
attempt("unchanged", lambda: changed("jane", {"a": 1}, {"a": 1}))
attempt("channel", lambda: channel("general", {"color": "red"}))
attempt("message", lambda: message("m1", "jane", [1, 2]))
attempt("no reactions", lambda: message("m1", "jane"))
