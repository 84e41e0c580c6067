from functools import lru_cache

from getstream import Stream

from app.config import get_settings


@lru_cache(maxsize=1)
def get_chat() -> Stream:
    settings = get_settings()
    return Stream(api_key=settings.stream_api_key, api_secret=settings.stream_api_secret, timeout=6.0)
