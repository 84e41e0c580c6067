"""A container builds the client and hands it to services by their constructors."""
import os
from dataclasses import dataclass

from stream_chat import StreamChat


@dataclass
class Container:
    chat: StreamChat

    @classmethod
    def build(cls) -> "Container":
        return cls(chat=StreamChat(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"]))


class Rooms:
    def __init__(self, container: Container) -> None:
        self._chat = container.chat

    def open(self, room: str, owner: str) -> str:
        channel = self._chat.channel("messaging", room)
        channel.create(owner)
        return channel.cid

    def close(self, room: str) -> None:
        self._chat.channel("messaging", room).update_partial({"closed": True, "frozen": True})


rooms = Rooms(Container.build())


# drive
attempt("open", lambda: rooms.open("r1", "jane"))
attempt("close", lambda: rooms.close("r1"))
