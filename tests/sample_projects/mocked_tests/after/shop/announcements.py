"""News for many rooms at once."""

import os

from getstream import AsyncStream
from getstream.models import MessageRequest


async def announce(text, rooms):
    async with AsyncStream(
        api_key=os.environ["STREAM_API_KEY"],
        api_secret=os.environ["STREAM_API_SECRET"],
        timeout=6.0,
    ) as client:
        for room in rooms:
            channel = client.chat.channel("messaging", room)
            await channel.send_message(message=MessageRequest(text=text, user_id="shop"))
