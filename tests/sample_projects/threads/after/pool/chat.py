import os

from getstream import Stream

chat = Stream(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"], timeout=12)
