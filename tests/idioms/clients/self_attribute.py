"""A service holds the client on itself."""
import os
from typing import Any, Dict, List, Optional

from stream_chat import StreamChat


class ChatService:
    def __init__(self, api_key: Optional[str] = None, api_secret: Optional[str] = None):
        self.api_key = api_key or os.environ["STREAM_API_KEY"]
        self.client = StreamChat(api_key=self.api_key, api_secret=api_secret or os.environ["STREAM_API_SECRET"])

    def create_user(self, user_id: str, name: str, image: Optional[str] = None) -> None:
        user: Dict[str, Any] = {"id": user_id, "name": name}
        if image:
            user["image"] = image
        self.client.upsert_user(user)

    def token(self, user_id: str) -> str:
        return self.client.create_token(user_id)

    def channel(self, channel_id: str):
        return self.client.channel("messaging", channel_id)

    def send(self, channel_id: str, user_id: str, text: str) -> Dict[str, Any]:
        response = self.channel(channel_id).send_message({"text": text}, user_id)
        return response["message"]

    def channels_of(self, user_id: str) -> List[Dict[str, Any]]:
        response = self.client.query_channels({"members": {"$in": [user_id]}})
        return response["channels"]


chat_service = ChatService()


# drive
attempt("user", lambda: chat_service.create_user("jane", "Jane"))
attempt("user with image", lambda: chat_service.create_user("john", "John", "https://e.com/j.png"))
attempt("token", lambda: chat_service.token("jane"))
attempt("send", lambda: chat_service.send("general", "jane", "Hello"))
attempt("channels", lambda: chat_service.channels_of("jane"))
