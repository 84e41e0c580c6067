import os

from stream_chat import StreamChat


class Chat:
    """Owns the client; services take it from here."""

    def __init__(self) -> None:
        self.client = StreamChat(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"])

    def course(self, slug: str):
        return self.client.channel("classroom", slug)


chat = Chat()
