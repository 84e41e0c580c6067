"""The frequent methods on the async client, as a service of an async framework."""
import os

from stream_chat import StreamChatAsync


class AsyncChat:
    def __init__(self):
        self._client = None

    async def start(self):
        self._client = StreamChatAsync(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"])

    async def stop(self):
        if self._client is not None:
            await self._client.close()
            self._client = None

    async def save(self, user_id, name):
        response = await self._client.upsert_user({"id": user_id, "name": name, "city": "Oslo"})
        return response["users"][user_id]["city"]

    async def room(self, room, owner):
        channel = self._client.channel("messaging", room, {"name": room.title()})
        response = await channel.create(owner)
        await channel.add_members([owner])
        return response["channel"]["cid"]

    async def last(self, room):
        state = await self._client.channel("messaging", room).query(messages={"limit": 1})
        return state["messages"][-1]["text"] if state["messages"] else None

    async def state(self, room):
        return await self._client.channel("messaging", room).query()


async def session():
    chat = AsyncChat()
    await chat.start()
    try:
        return [
            await chat.save("jane", "Jane"),
            await chat.room("lobby", "jane"),
            await chat.last("lobby"),
            await chat.state("lobby"),
        ]
    finally:
        await chat.stop()


# drive
attempt("session", session)
