import os

from stream_chat import StreamChat


def get_client():
    return StreamChat(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"])
