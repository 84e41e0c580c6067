"""Times in payloads: datetimes, texts, pins that end."""
import datetime
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def pin(message_id, user_id):
    ends = datetime.datetime(2030, 1, 1, tzinfo=datetime.timezone.utc)
    client.pin_message(message_id, user_id, expiration=int((ends - datetime.datetime(2029, 1, 1, tzinfo=datetime.timezone.utc)).total_seconds()))


def born(user_id, birthday):
    client.upsert_user({"id": user_id, "birthday": birthday.isoformat()})


def pinned(channel_id, text, until):
    message = {"text": text, "pinned": True}
    if until:
        message["pin_expires"] = until
    client.channel("messaging", channel_id).send_message(message, "bot")


def recent(user_id, since):
    filters = {"members": {"$in": [user_id]}, "last_message_at": {"$gt": since.isoformat()}}
    return len(client.query_channels(filters)["channels"])


# drive
import datetime as driver_datetime

attempt("pin", lambda: pin("m1", "jane"))
attempt("born", lambda: born("jane", driver_datetime.date(2000, 1, 2)))
attempt("pinned", lambda: pinned("general", "Hi", "2030-01-01T00:00:00Z"))
attempt("not pinned", lambda: pinned("general", "Hi", None))
attempt("recent", lambda: recent("jane", driver_datetime.datetime(2025, 1, 1, tzinfo=driver_datetime.timezone.utc)))
