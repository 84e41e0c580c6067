import os
from functools import lru_cache

from stream_chat import StreamChat

BOT = {"id": "notifier", "name": "Notifications", "role": "admin", "kind": "bot"}


@lru_cache(maxsize=None)
def get_client() -> StreamChat:
    """The client of this process; the bot is made with it."""
    client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"], timeout=12)
    client.upsert_user(BOT)
    return client
