"""Pydantic's or a plain settings object."""
import os
from functools import lru_cache

from pydantic import BaseModel
from stream_chat import StreamChat


class Settings(BaseModel):
    stream_api_key: str
    stream_api_secret: str
    stream_timeout: float = 12.0


@lru_cache
def get_settings():
    return Settings(stream_api_key=os.environ["STREAM_API_KEY"], stream_api_secret=os.environ["STREAM_API_SECRET"])


settings = get_settings()
chat_client = StreamChat(
    api_key=settings.stream_api_key, api_secret=settings.stream_api_secret, timeout=settings.stream_timeout
)


def token(user_id):
    chat_client.upsert_user({"id": user_id})
    return chat_client.create_token(user_id)


# drive
attempt("token", lambda: token("jane"))
