"""News for many rooms at once."""

import os

from stream_chat import StreamChatAsync


async def announce(text, rooms):
    async with StreamChatAsync(
        api_key=os.environ["STREAM_API_KEY"],
        api_secret=os.environ["STREAM_API_SECRET"],
    ) as client:
        for room in rooms:
            channel = client.channel("messaging", room)
            await channel.send_message({"text": text}, "shop")
