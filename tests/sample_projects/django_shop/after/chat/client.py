from django.conf import settings
from getstream import Stream

stream_client = Stream(
    api_key=settings.STREAM_API_KEY,
    api_secret=settings.STREAM_API_SECRET,
    timeout=settings.STREAM_TIMEOUT,
)
