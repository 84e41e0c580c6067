"""A night job sends all users at once, and in batches."""
import os

from stream_chat import StreamChat

client = StreamChat(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"])
SYSTEM_USERS = [{"id": "system", "name": "System", "role": "admin"}, {"id": "support", "name": "Support"}]


def seed():
    client.upsert_users(SYSTEM_USERS)


def sync(rows):
    users = [{"id": str(row["id"]), "name": row["full_name"], "company": row["company"]} for row in rows]
    for start in range(0, len(users), 2):
        client.upsert_users(users[start : start + 2])


def invite(first, second):
    client.upsert_users([{"id": first, "role": "user"}, {"id": second, "role": "user"}])


# drive
attempt("seed", seed)
attempt("sync", lambda: sync([{"id": n, "full_name": f"User {n}", "company": "acme"} for n in range(3)]))
attempt("invite", lambda: invite("a", "b"))
