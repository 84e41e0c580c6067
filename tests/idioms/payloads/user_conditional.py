"""Conditional payloads and keys."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def upsert(user_id, name=None):
    client.upsert_user({"id": user_id, "name": name} if name else {"id": user_id})


def upsert_branches(user):
    if user["staff"]:
        payload = {"id": user["id"], "role": "admin", "badge": "staff"}
    else:
        payload = {"id": user["id"], "role": "user"}
    client.upsert_user(payload)


def upsert_default(user, fallback):
    payload = user or {"id": fallback}
    client.upsert_user(payload)


def upsert_value(user_id, admin):
    client.upsert_user({"id": user_id, "role": "admin" if admin else "user", "name": user_id or "nobody"})


# drive
attempt("named", lambda: upsert("jane", "Jane"))
attempt("unnamed", lambda: upsert("jane"))
attempt("staff", lambda: upsert_branches({"id": "s", "staff": True}))
attempt("no staff", lambda: upsert_branches({"id": "u", "staff": False}))
attempt("user", lambda: upsert_default({"id": "u", "zip": 1}, "nobody"))
attempt("default", lambda: upsert_default(None, "nobody"))
attempt("value", lambda: upsert_value("jane", True))
