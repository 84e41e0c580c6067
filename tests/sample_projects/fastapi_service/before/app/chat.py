from functools import lru_cache

from stream_chat import StreamChat

from app.config import get_settings


@lru_cache(maxsize=1)
def get_chat() -> StreamChat:
    settings = get_settings()
    return StreamChat(api_key=settings.stream_api_key, api_secret=settings.stream_api_secret)
