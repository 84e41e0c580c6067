"""An async client that is made, used and closed."""
import os

from stream_chat import StreamChatAsync


class Agent:
    def __init__(self, channel_id):
        self.client = StreamChatAsync(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])
        self.channel = self.client.channel("messaging", channel_id)

    async def start(self):
        await self.client.upsert_user({"id": "agent", "name": "Agent", "role": "admin"})
        await self.channel.add_members(["agent"])

    async def answer(self, text):
        sent = await self.channel.send_message({"text": "", "ai_generated": True}, "agent")
        message_id = sent["message"]["id"]
        await self.client.update_message_partial(message_id, {"set": {"text": text, "generating": False}}, "agent")
        return message_id

    async def dispose(self):
        await self.client.close()


async def serve(channel_id, text):
    agent = Agent(channel_id)
    await agent.start()
    try:
        return await agent.answer(text)
    finally:
        await agent.dispose()


# drive
attempt("serve", lambda: serve("general", "It is raining."))
