import os

STREAM_API_KEY = os.environ["STREAM_API_KEY"]
STREAM_API_SECRET = os.environ["STREAM_API_SECRET"]
CHAT = {"TIMEOUT": 8, "BOT": "bot"}
