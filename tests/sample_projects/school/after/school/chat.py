import os

from getstream import Stream


class Chat:
    """Owns the client; services take it from here."""

    def __init__(self) -> None:
        self.client = Stream(
            api_key=os.environ["STREAM_API_KEY"],
            api_secret=os.environ["STREAM_API_SECRET"],
            timeout=6.0,
        )

    def course(self, slug: str):
        return self.client.chat.channel("classroom", slug)


chat = Chat()
