"""Options travel as dicts and keywords."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])
PAGE = {"limit": 10, "offset": 0}


def page(user_id, **options):
    return len(client.query_channels({"members": {"$in": [user_id]}}, **options)["channels"])


def constant_page(role):
    return len(client.query_users({"role": role}, None, **PAGE)["users"])


def send(room, text, **options):
    message = {"text": text, **options.pop("extra", {})}
    client.channel("messaging", room).send_message(message, "bot", **options)


def ban(user_id, minutes=None, reason=None):
    options = {"user_id": "admin"}
    if minutes:
        options["timeout"] = minutes
    if reason:
        options["reason"] = reason
    client.ban_user(user_id, **options)


def query(room, messages=None):
    params = {"state": True}
    if messages:
        params["messages"] = {"limit": messages}
    return len(client.channel("messaging", room).query(**params)["messages"])


# drive
attempt("page", lambda: page("jane", limit=5))
attempt("constant", lambda: constant_page("user"))
attempt("send", lambda: send("general", "Hi", skip_push=True, extra={"mood": "good"}))
attempt("ban", lambda: ban("bad", 5))
attempt("ban reason", lambda: ban("bad", reason="spam"))
attempt("query", lambda: query("general", 5))
