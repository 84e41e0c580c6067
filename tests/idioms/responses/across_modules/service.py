import os

from stream_chat import StreamChat


class ChatService:
    def __init__(self):
        self.client = StreamChat(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"])

    def post(self, channel_id, user_id, text):
        return self.client.channel("messaging", channel_id).send_message({"text": text}, user_id)

    def find(self, text):
        response = self.client.query_users({"name": {"$autocomplete": text}}, limit=10)
        return response["users"]

    def channel(self, channel_id):
        return self.client.channel("messaging", channel_id).query(state=True)


chat = ChatService()
