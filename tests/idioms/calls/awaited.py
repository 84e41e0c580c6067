"""The async client, awaited everywhere."""
import os

from stream_chat import StreamChatAsync


def make_client() -> StreamChatAsync:
    return StreamChatAsync(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


async def register(client: StreamChatAsync, user_id, name):
    await client.upsert_user({"id": user_id, "name": name, "plan": "free"})
    return client.create_token(user_id)


async def history(client: StreamChatAsync, channel_id):
    channel = client.channel("messaging", channel_id)
    state = await channel.query(messages={"limit": 20})
    return [message.get("text", "") for message in state.get("messages", [])]


async def everyone(client: StreamChatAsync, channel_id):
    members = await client.channel("messaging", channel_id).query_members({}, limit=10)
    return [member["user_id"] for member in members]


async def main():
    client = make_client()
    try:
        token = await register(client, "jane", "Jane")
        texts = await history(client, "general")
        return {"token": token, "texts": texts, "members": await everyone(client, "general")}
    finally:
        await client.close()


# drive
def checked():
    import asyncio

    found = asyncio.run(main())
    observe("token", found.pop("token"))
    return found


attempt("main", checked)
