"""Tokens with an end: seconds, computed, from settings, in a dict comprehension."""
import datetime
import os
import time

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])
DAY = 86400


def plain(user):
    return client.create_token(str(user["id"]))


def many(user_ids):
    return {user_id: client.create_token(user_id) for user_id in user_ids}


def until_tomorrow(user_id):
    return client.create_token(user_id, exp=int(time.time() + DAY))


def positional(user_id):
    return client.create_token(user_id, int(time.time()) + 2 * DAY)


def from_datetime(user_id):
    ends = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1)
    return client.create_token(user_id, exp=int(ends.timestamp()))


def guest(name):
    response = client.set_guest_user({"id": f"guest-{name}", "name": name})
    return response["access_token"]


# drive
attempt("plain", lambda: plain({"id": 3}))
attempt("many", lambda: many(["a", "b"]))
attempt("tomorrow", lambda: until_tomorrow("jane"))
attempt("positional", lambda: positional("jane"))
attempt("datetime", lambda: from_datetime("jane"))
attempt("guest", lambda: guest("joe"))
