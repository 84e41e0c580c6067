import os
from functools import lru_cache


class Settings:
    def __init__(self) -> None:
        self.stream_api_key = os.environ["STREAM_API_KEY"]
        self.stream_api_secret = os.environ["STREAM_API_SECRET"]
        self.support_user = os.getenv("SUPPORT_USER", "support")


@lru_cache
def get_settings() -> Settings:
    return Settings()
