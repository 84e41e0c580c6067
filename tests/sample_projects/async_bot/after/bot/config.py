import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Config:
    api_key: str
    api_secret: str
    name: str = "helper-bot"

    @classmethod
    def from_env(cls) -> "Config":
        return cls(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"])
