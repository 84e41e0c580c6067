"""How the shop reaches Stream."""

import os

from getstream import Stream


def get_client():
    return Stream(
        api_key=os.environ["STREAM_API_KEY"],
        api_secret=os.environ["STREAM_API_SECRET"],
        timeout=6.0,
    )
