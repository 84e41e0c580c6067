from typing import Optional

from getstream import Stream
from getstream.models import ChannelInput, MessageRequest

from .client import get_client


def open_room(room: str, owner: str, *, client: Optional[Stream] = None) -> None:
    """Make a room, with the usual greeting."""
    if client is None:
        client = get_client()
    channel = client.chat.channel("team", room)
    channel.get_or_create(data=ChannelInput(created_by_id=owner), state=False)
    channel.send_message(message=MessageRequest(text=f"This room is {owner}'s.", type="system", user_id=owner))
