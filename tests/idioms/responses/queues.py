"""Responses go into queues and tasks as JSON."""
import json
import os
from collections import deque

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])
queue = deque()


def publish(topic, payload):
    queue.append((topic, json.dumps(payload)))


def post(channel_id, text):
    response = client.channel("messaging", channel_id).send_message({"text": text}, "bot")
    publish("message.sent", response["message"])
    publish("raw", {"response": response, "channel": channel_id})


def consume():
    found = []
    while queue:
        topic, text = queue.popleft()
        found.append([topic, json.loads(text)])
    return found


# drive
attempt("post", lambda: post("general", "Hello"))
attempt("consume", consume)
