import os
from functools import cache

import stream_chat


@cache
def get_client(region: str = "eu") -> stream_chat.StreamChat:
    key, secret = os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"]
    return stream_chat.StreamChat(api_key=key, api_secret=secret, timeout=5 if region == "eu" else 10)
