"""The status, the headers and the rate limit of responses."""
import os
import time

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def create(user_id):
    response = client.upsert_user({"id": user_id})
    return response.status_code()


def created(user_id):
    response = client.upsert_user({"id": user_id, "name": user_id})
    if response.status_code() not in (200, 201):
        raise RuntimeError("not created")
    return response["users"][user_id]["id"]


def ok(message_id):
    return client.delete_message(message_id).is_ok()


def paced(texts):
    channel = client.channel("messaging", "general")
    for text in texts:
        response = channel.send_message({"text": text}, "bot")
        limit = response.rate_limit()
        if limit.remaining < 10:
            time.sleep(1)
    return limit.limit, limit.remaining


def header(user_id):
    response = client.query_users({"id": user_id})
    return response.headers().get("x-ratelimit-remaining")


# drive
attempt("create", lambda: create("jane"))
attempt("created", lambda: created("jane"))
attempt("ok", lambda: ok("m1"))
attempt("paced", lambda: paced(["One", "Two"]))
attempt("header", lambda: header("jane"))
