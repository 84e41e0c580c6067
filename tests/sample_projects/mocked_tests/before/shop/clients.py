"""How the shop reaches Stream."""

import os

from stream_chat import StreamChat


def get_client():
    return StreamChat(
        api_key=os.environ["STREAM_API_KEY"],
        api_secret=os.environ["STREAM_API_SECRET"],
    )
