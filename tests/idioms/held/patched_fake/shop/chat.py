import os

from stream_chat import StreamChat

stream_client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def register(user_id):
    stream_client.upsert_user({"id": user_id})
