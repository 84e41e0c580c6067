"""Held: a call is awaited on the synchronous client, which fails in v1 already."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


async def register(user_id):
    await client.upsert_user({"id": user_id})


# drive
attempt("register", lambda: register("jane"))
