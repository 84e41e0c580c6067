"""A helper runs whatever it is given in the pool of the loop."""
import asyncio
import os
from functools import partial

from stream_chat import StreamChat

server_client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


async def run_sync(func, *args, **kwargs):
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(None, partial(func, *args, **kwargs))


async def start_agent(channel_id):
    user_id = f"ai-bot-{channel_id}"
    await run_sync(server_client.upsert_user, {"id": user_id, "name": "AI Bot", "role": "admin"})
    channel = server_client.channel("messaging", channel_id)
    await run_sync(channel.add_members, [user_id])
    return server_client.create_token(user_id)


async def placeholder(channel_id, user_id):
    channel = server_client.channel("messaging", channel_id)
    response = await run_sync(channel.send_message, {"text": "", "ai_generated": True}, user_id)
    message = response.get("message", {})
    return message.get("id")


async def last(channel_id):
    loop = asyncio.get_running_loop()
    channel = server_client.channel("messaging", channel_id)
    state = await loop.run_in_executor(None, lambda: channel.query(messages={"limit": 1}))
    return len(state["messages"])


# drive
attempt("start", lambda: start_agent("general"))
attempt("placeholder", lambda: placeholder("general", "ai-bot-general"))
attempt("last", lambda: last("general"))
