"""Works off a queue of things to do in chats."""

import asyncio
import os

from stream_chat import StreamChatAsync

QUEUE = [
    ("welcome", "jane"),
    ("welcome", "john"),
    ("announce", "The shop is open."),
    ("forget", "message-1"),
]


async def welcome(client: StreamChatAsync, user_id: str) -> None:
    await client.upsert_user({"id": user_id, "role": "user"})
    channel = client.channel("messaging", f"welcome-{user_id}")
    await channel.create("bot")
    await channel.send_message({"text": f"Welcome, {user_id}!"}, "bot")


async def announce(client: StreamChatAsync, text: str) -> None:
    response = await client.query_channels({"type": "messaging"}, limit=5)
    for state in response["channels"]:
        channel = client.channel("messaging", state["channel"]["id"])
        await channel.send_message({"text": text, "silent": True}, "bot", skip_push=True)


async def forget(client: StreamChatAsync, message_id: str) -> None:
    await client.delete_message(message_id, hard=True)


WORK = {"welcome": welcome, "announce": announce, "forget": forget}


async def main() -> None:
    async with StreamChatAsync(
        api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"], timeout=10
    ) as client:
        for kind, subject in QUEUE:
            await WORK[kind](client, subject)


asyncio.run(main())
