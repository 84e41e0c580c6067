"""Django Channels: methods behind sync_to_async."""
import os

from asgiref.sync import sync_to_async
from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


async def connect(user_id, name):
    await sync_to_async(client.upsert_user)({"id": user_id, "name": name})
    return await sync_to_async(client.create_token)(user_id)


async def leave(channel_id, user_id):
    channel = client.channel("messaging", channel_id)
    await sync_to_async(channel.remove_members)([user_id])


async def say(channel_id, user_id, text):
    channel = client.channel("messaging", channel_id)
    response = await sync_to_async(channel.send_message)({"text": text}, user_id)
    return response["message"]["text"]


async def rooms(user_id):
    response = await sync_to_async(client.query_channels)({"members": {"$in": [user_id]}}, limit=5)
    return len(response["channels"])


# drive
attempt("connect", lambda: connect("jane", "Jane"))
attempt("leave", lambda: leave("general", "jane"))
attempt("say", lambda: say("general", "jane", "Hello"))
attempt("rooms", lambda: rooms("jane"))
