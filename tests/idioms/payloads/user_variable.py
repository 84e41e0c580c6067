"""The payload is a variable: assigned, then sent."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def create_user(user):
    user_data = {
        "id": str(user["id"]),
        "name": user["full_name"],
        "email": user["email"],
        "role": "user",
    }
    client.upsert_user(user_data)
    return user_data["id"]


def create_and_log(user_id, name, log):
    data = {"id": user_id, "name": name}
    log.append(f"creating {data}")
    client.upsert_user(data)


def create_twice(user_id):
    data = dict(id=user_id, role="user", origin="import")
    client.upsert_user(data)
    client.upsert_users([data])


# drive
attempt("create", lambda: create_user({"id": 1, "full_name": "Jane Doe", "email": "jane@example.com"}))
log = []
attempt("log", lambda: create_and_log("jane", "Jane", log))
observe("lines", log)
attempt("twice", lambda: create_twice("jane"))
