from django.conf import settings
from stream_chat import StreamChat
from stream_chat.base.exceptions import StreamAPIException


class ReportService:
    """Bans whoever was reported. Has a client of its own, with more patience."""

    def ban(self, user_id, reason):
        client = StreamChat(settings.STREAM_API_KEY, settings.STREAM_API_SECRET, timeout=30)
        try:
            client.ban_user(user_id, user_id="shop", reason=reason, timeout=60)
        except StreamAPIException as error:
            return f"not banned ({error.status_code})"
        return "banned"
