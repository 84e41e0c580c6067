from django.conf import settings
from getstream import Stream, StreamApiException


class ReportService:
    """Bans whoever was reported. Has a client of its own, with more patience."""

    def ban(self, user_id, reason):
        client = Stream(
            api_key=settings.STREAM_API_KEY,
            api_secret=settings.STREAM_API_SECRET,
            timeout=30,
        )
        try:
            client.moderation.ban(
                target_user_id=user_id,
                banned_by_id="shop",
                reason=reason,
                timeout=60,
            )
        except StreamApiException as error:
            return f"not banned ({error.status_code})"
        return "banned"
