import os
from functools import cache

from getstream import Stream


@cache
def get_client(region: str = "eu") -> Stream:
    key, secret = os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"]
    return Stream(api_key=key, api_secret=secret, timeout=5 if region == "eu" else 10)
