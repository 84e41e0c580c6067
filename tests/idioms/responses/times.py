"""Times: texts in v1, datetimes in v2."""
import os
from datetime import datetime, timezone

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def created(channel_id):
    state = client.channel("messaging", channel_id).query()
    return datetime.fromisoformat(state["channel"]["created_at"].replace("Z", "+00:00"))


def age_in_days(user_id):
    user = client.query_users({"id": user_id})["users"][0]
    then = datetime.strptime(user["created_at"], "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc)
    return (datetime.now(timezone.utc) - then).days


def day(message_id):
    return client.get_message(message_id)["message"]["created_at"][:10]


def newest_first(channel_id):
    messages = client.channel("messaging", channel_id).query(messages={"limit": 5})["messages"]
    return [m["id"] for m in sorted(messages, key=lambda m: m["created_at"], reverse=True)]


def after(channel_id, moment):
    messages = client.channel("messaging", channel_id).query(messages={"limit": 5})["messages"]
    return [m["id"] for m in messages if m["created_at"] > moment]


def sent_at(channel_id, text):
    response = client.channel("messaging", channel_id).send_message({"text": text}, "bot")
    return {"id": response["message"]["id"], "sent_at": response["message"]["created_at"]}


# drive
attempt("created", lambda: created("general"))
attempt("age", lambda: age_in_days("jane"))
attempt("day", lambda: day("m1"))
attempt("newest", lambda: newest_first("general"))
attempt("after", lambda: after("general", "2025-07-01T00:00:00.000Z"))
attempt("sent", lambda: sent_at("general", "Hi"))
