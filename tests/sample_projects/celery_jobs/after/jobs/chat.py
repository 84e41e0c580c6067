import os

from getstream import Stream

_client = None


def get_client():
    """One client for each worker process, made when the first task needs it."""
    global _client
    if _client is None:
        _client = Stream(
            api_key=os.environ["STREAM_API_KEY"],
            api_secret=os.environ["STREAM_API_SECRET"],
            timeout=20,
        )
    return _client
