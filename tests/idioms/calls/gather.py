"""Many calls at once."""
import asyncio
import os

from stream_chat import StreamChatAsync


async def welcome(names):
    async with StreamChatAsync(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"]) as client:
        await asyncio.gather(*[client.upsert_user({"id": name, "name": name.title()}) for name in names])
        channel = client.channel("messaging", "welcome")
        await channel.create(names[0])
        sent = await asyncio.gather(*[channel.send_message({"text": f"Hi {name}"}, names[0]) for name in names])
        return [one["message"]["id"] for one in sent]


async def both(user_id, room):
    async with StreamChatAsync(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"]) as client:
        users, state = await asyncio.gather(
            client.query_users({"id": user_id}), client.channel("messaging", room).query()
        )
        return users["users"][0]["id"], state["channel"]["cid"]


async def in_time(user_id):
    async with StreamChatAsync(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"]) as client:
        response = await asyncio.wait_for(client.query_users({"id": user_id}), timeout=5)
        return len(response["users"])


# drive
attempt("welcome", lambda: welcome(["jane", "john"]))
attempt("both", lambda: both("jane", "general"))
attempt("time", lambda: in_time("jane"))
