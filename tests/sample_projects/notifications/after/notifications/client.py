import os
from functools import lru_cache

from getstream import Stream
from getstream.models import UserRequest

from notifications.stream_compat import from_v1

BOT = {"id": "notifier", "name": "Notifications", "role": "admin", "kind": "bot"}


@lru_cache(maxsize=None)
def get_client() -> Stream:
    """The client of this process; the bot is made with it."""
    client = Stream(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"], timeout=12)
    client.upsert_users(from_v1(UserRequest, BOT))
    return client
