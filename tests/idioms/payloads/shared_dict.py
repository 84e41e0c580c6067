"""One dict is used for the chat and for other things: a database row, a log, a return."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])
rows = []


def save(user):
    data = {"id": str(user["pk"]), "name": user["name"], "email": user["email"]}
    rows.append(data)
    client.upsert_user(data)
    data["saved"] = True
    return data


def twice(channel_id, text):
    message = {"text": text}
    channel = client.channel("messaging", channel_id)
    channel.send_message(message, "bot")
    message["text"] = text.upper()
    message["again"] = True
    channel.send_message(message, "bot")
    return message


def conditional_key(user_id, admin):
    data = {"id": user_id}
    if admin:
        data["role"] = "admin"
    client.upsert_user(data)
    return data.get("role", "user")


def read_back(user_id, name):
    payload = {"id": user_id, "name": name}
    payload.setdefault("role", "user")
    client.upsert_user(payload)
    return {key: payload[key] for key in sorted(payload)}


# drive
attempt("save", lambda: save({"pk": 1, "name": "Jane", "email": "jane@example.com"}))
observe("rows", rows)
attempt("twice", lambda: twice("general", "Hi"))
attempt("admin", lambda: conditional_key("jane", True))
attempt("no admin", lambda: conditional_key("jane", False))
attempt("read back", lambda: read_back("jane", "Jane"))
