import settings
from stream_chat import StreamChat

client = StreamChat(
    api_key=settings.STREAM_API_KEY,
    api_secret=settings.STREAM_API_SECRET,
    timeout=settings.CHAT["TIMEOUT"],
)
