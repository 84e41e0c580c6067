"""Payloads in loops, with pop, del, setdefault and fromkeys."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def each(rows):
    for row in rows:
        user = {"id": row["id"], "name": row["name"]}
        user.update({k: row[k] for k in ("city", "zip") if k in row})
        client.upsert_user(user)


def popped(row):
    user = dict(row)
    user.pop("password", None)
    user["id"] = str(user.pop("pk"))
    client.upsert_user(user)


def removed(row):
    data = {"id": row["id"], "role": "user", "secret": row.get("secret")}
    del data["secret"]
    client.upsert_user(data)


def renamed(row, mapping):
    client.upsert_user({mapping.get(key, key): value for key, value in row.items()})


def flags(user_id, names):
    client.upsert_user({"id": user_id, **dict.fromkeys(names, True)})


# drive
attempt("each", lambda: each([{"id": "a", "name": "Ann", "city": "Oslo"}, {"id": "b", "name": "Bob"}]))
attempt("popped", lambda: popped({"pk": 1, "name": "Jane", "password": "x"}))
attempt("removed", lambda: removed({"id": "a", "secret": 1}))
attempt("renamed", lambda: renamed({"uid": "a", "title": "Dr"}, {"uid": "id"}))
attempt("flags", lambda: flags("jane", ["show_email", "show_phone"]))
