"""Works off a queue of things to do in chats."""

import asyncio
import os

from getstream import AsyncStream
from getstream.models import ChannelInput, MessageRequest, UserRequest

from stream_compat import as_v1

QUEUE = [
    ("welcome", "jane"),
    ("welcome", "john"),
    ("announce", "The shop is open."),
    ("forget", "message-1"),
]


async def welcome(client: AsyncStream, user_id: str) -> None:
    await client.upsert_users(UserRequest(id=user_id, role="user"))
    channel = client.chat.channel("messaging", f"welcome-{user_id}")
    await channel.get_or_create(data=ChannelInput(created_by_id="bot"), state=False)
    await channel.send_message(message=MessageRequest(text=f"Welcome, {user_id}!", user_id="bot"))


async def announce(client: AsyncStream, text: str) -> None:
    response = await client.chat.query_channels(
        filter_conditions={"type": "messaging"},
        limit=5,
        state=True,
    )
    for state in response.data.channels:
        channel = client.chat.channel("messaging", as_v1(state)["channel"]["id"])
        await channel.send_message(
            message=MessageRequest(text=text, silent=True, user_id="bot"),
            skip_push=True,
        )


async def forget(client: AsyncStream, message_id: str) -> None:
    await client.chat.delete_message(id=message_id, hard=True)


WORK = {"welcome": welcome, "announce": announce, "forget": forget}


async def main() -> None:
    async with AsyncStream(
        api_key=os.environ["STREAM_API_KEY"],
        api_secret=os.environ["STREAM_API_SECRET"],
        timeout=10,
    ) as client:
        for kind, subject in QUEUE:
            await WORK[kind](client, subject)


asyncio.run(main())
