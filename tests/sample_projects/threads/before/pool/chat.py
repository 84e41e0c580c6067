import os

from stream_chat import StreamChat

chat = StreamChat(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"], timeout=12)
