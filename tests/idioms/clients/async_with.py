"""A bot that works inside `async with`."""
import asyncio
import os

from stream_chat import StreamChatAsync


async def announce(texts):
    async with StreamChatAsync(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"]) as client:
        channel = client.channel("messaging", "news")
        await channel.create("bot")
        ids = []
        for text in texts:
            response = await channel.send_message({"text": text}, "bot")
            ids.append(response["message"]["id"])
        return ids


async def sync(names):
    async with StreamChatAsync(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"], timeout=20) as client:
        await asyncio.gather(*(client.upsert_user({"id": name, "name": name.title()}) for name in names))


# drive
attempt("announce", lambda: announce(["One", "Two"]))
attempt("sync", lambda: sync(["jane"]))
