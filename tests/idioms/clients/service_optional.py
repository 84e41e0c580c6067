"""A service whose client is made later, and may be missing."""
import logging
import os
from typing import Optional

from stream_chat import StreamChat

logger = logging.getLogger(__name__)


class StreamService:
    def __init__(self):
        self.chat_client: Optional[StreamChat] = None

    def initialize(self) -> bool:
        key, secret = os.getenv("STREAM_API_KEY"), os.getenv("STREAM_API_SECRET")
        if not key or not secret:
            logger.warning("no keys: the chat is off")
            return False
        self.chat_client = StreamChat(api_key=key, api_secret=secret)
        return True

    def generate_token(self, user_id: str) -> Optional[str]:
        if not self.chat_client:
            return None
        try:
            return self.chat_client.create_token(user_id)
        except Exception as error:
            logger.error("no token for %s: %s", user_id, error)
            return None

    def upsert(self, user_id: str, data: dict) -> bool:
        if not self.chat_client:
            return False
        try:
            self.chat_client.upsert_user({"id": user_id, **data})
            return True
        except Exception as error:
            logger.error("no user %s: %s", user_id, error)
            return False


stream_service = StreamService()


# drive
attempt("before", lambda: stream_service.generate_token("jane"))
attempt("start", stream_service.initialize)
attempt("token", lambda: stream_service.generate_token("jane"))
attempt("upsert", lambda: stream_service.upsert("jane", {"name": "Jane", "email": "jane@example.com"}))
