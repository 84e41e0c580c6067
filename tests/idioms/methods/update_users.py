"""The old name of upsert_users."""
import os

from stream_chat import StreamChat

client = StreamChat(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"])


def push_profiles(profiles):
    client.update_users([{"id": p["uid"], "name": p["name"], "city": p["city"]} for p in profiles])


def reset_roles(user_ids):
    client.update_users([{"id": user_id, "role": "user"} for user_id in user_ids])


# drive
attempt("push", lambda: push_profiles([{"uid": "a", "name": "Ann", "city": "Oslo"}]))
attempt("reset", lambda: reset_roles(["a", "b"]))
