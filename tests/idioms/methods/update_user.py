"""Profiles that change: the old name of upsert, which is still there."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def save_profile(user):
    client.update_user({"id": str(user["id"]), "name": user["name"], "image": user["avatar"], "role": "user"})


def promote(user_id):
    user = {"id": user_id, "role": "admin", "show_admin_badge": True}
    client.update_user(user)


def rename(user_id, name):
    client.update_user_partial({"id": user_id, "set": {"name": name}, "unset": ["nickname"]})


def rename_many(names):
    client.update_users_partial([{"id": user_id, "set": {"name": name}} for user_id, name in names.items()])


# drive
attempt("save", lambda: save_profile({"id": 1, "name": "Jane", "avatar": "https://e.com/1.png"}))
attempt("promote", lambda: promote("jane"))
attempt("rename", lambda: rename("jane", "Janet"))
attempt("many", lambda: rename_many({"a": "Ann", "b": "Bob"}))
