from django.conf import settings
from django.core.cache import cache
from stream_chat import StreamChat
from stream_chat.base.exceptions import StreamAPIException

from chat.client import stream_client


class ReportService:
    """Bans whoever was reported. Has a client of its own, with more patience."""

    def ban(self, user_id, reason):
        client = StreamChat(settings.STREAM_API_KEY, settings.STREAM_API_SECRET, timeout=30)
        try:
            client.ban_user(user_id, user_id="shop", reason=reason, timeout=60)
        except StreamAPIException as error:
            return f"not banned ({error.status_code})"
        return "banned"


class ProfileService:
    """Asks for a user once a minute."""

    def get(self, user_id):
        key = f"chat-profile-{user_id}"
        profile = cache.get(key)
        if profile is None:
            users = stream_client.query_users({"id": user_id}, limit=1)["users"]
            profile = users[0] if users else {}
            cache.set(key, profile, 60)
        return profile

    def name(self, user_id):
        return self.get(user_id).get("name", "Guest")
