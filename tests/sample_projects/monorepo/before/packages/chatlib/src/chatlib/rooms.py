from typing import Optional

from stream_chat import StreamChat
from stream_chat.channel import Channel

from .client import get_client


def open_room(room: str, owner: str, *, client: Optional[StreamChat] = None) -> None:
    """Make a room, with the usual greeting."""
    if client is None:
        client = get_client()
    channel = Channel(client, "team", room)
    channel.create(owner)
    channel.send_message({"text": f"This room is {owner}'s.", "type": "system"}, owner)
