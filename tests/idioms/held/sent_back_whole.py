"""Held: a whole answer is changed and sent back; what of it only answers have would become custom data."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def redact(message_id):
    message = client.get_message(message_id)["message"]
    message["text"] = "[removed]"
    client.update_message(message)


# drive
attempt("redact", lambda: redact("m1"))
