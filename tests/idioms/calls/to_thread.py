"""Methods are handed to a thread."""
import asyncio
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


async def upsert(user_id, name):
    await asyncio.to_thread(client.upsert_user, {"id": user_id, "name": name})


async def upsert_row(row):
    user = {"id": row["id"], "name": row["name"]}
    if row.get("image"):
        user["image"] = row["image"]
    await asyncio.to_thread(client.upsert_user, user)


async def post(channel_id, user_id, text):
    channel = client.channel("messaging", channel_id)
    response = await asyncio.to_thread(channel.send_message, {"text": text}, user_id)
    return response["message"]["id"]


async def join(channel_id, user_id):
    channel = client.channel("messaging", channel_id)
    await asyncio.to_thread(channel.add_members, [user_id])


async def token(user_id):
    return await asyncio.to_thread(client.create_token, user_id)


async def find(user_id):
    response = await asyncio.to_thread(client.query_users, {"id": user_id}, limit=1)
    return response.get("users", [])


# drive
attempt("upsert", lambda: upsert("jane", "Jane"))
attempt("row", lambda: upsert_row({"id": "john", "name": "John", "image": "https://e.com/j.png"}))
attempt("post", lambda: post("general", "jane", "Hello"))
attempt("join", lambda: join("general", "jane"))
attempt("token", lambda: token("jane"))
attempt("find", lambda: find("jane"))
