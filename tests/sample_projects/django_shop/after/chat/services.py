from django.conf import settings
from django.core.cache import cache
from getstream import Stream, StreamApiException
from getstream.models import QueryUsersPayload

from chat.client import stream_client
from chat.stream_compat import as_v1


class ReportService:
    """Bans whoever was reported. Has a client of its own, with more patience."""

    def ban(self, user_id, reason):
        client = Stream(api_key=settings.STREAM_API_KEY, api_secret=settings.STREAM_API_SECRET, timeout=30)
        try:
            client.moderation.ban(target_user_id=user_id, banned_by_id="shop", reason=reason, timeout=60)
        except StreamApiException as error:
            return f"not banned ({error.status_code})"
        return "banned"


class ProfileService:
    """Asks for a user once a minute."""

    def get(self, user_id):
        key = f"chat-profile-{user_id}"
        profile = cache.get(key)
        if profile is None:
            users = stream_client.query_users(
                payload=QueryUsersPayload(filter_conditions={"id": user_id}, limit=1),
            ).data.users
            profile = as_v1(users[0]) if users else {}
            cache.set(key, profile, 60)
        return profile

    def name(self, user_id):
        return self.get(user_id).get("name", "Guest")
