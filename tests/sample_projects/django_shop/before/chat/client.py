from django.conf import settings
from stream_chat import StreamChat

stream_client = StreamChat(
    api_key=settings.STREAM_API_KEY,
    api_secret=settings.STREAM_API_SECRET,
    timeout=settings.STREAM_TIMEOUT,
)
