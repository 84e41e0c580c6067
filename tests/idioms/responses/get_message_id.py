"""The id of what was sent, the most frequent read."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def by_subscript(channel_id, text):
    response = client.channel("messaging", channel_id).send_message({"text": text}, "bot")
    return response["message"]["id"]


def by_get(channel_id, text):
    response = client.channel("messaging", channel_id).send_message({"text": text}, "bot")
    message = response.get("message", {})
    message_id = message.get("id")
    if not message_id:
        return None
    return message_id


def by_chain(channel_id, text):
    response = client.channel("messaging", channel_id).send_message({"text": text}, "bot")
    return (response or {}).get("message", {}).get("id")


def checked(channel_id, text):
    response = client.channel("messaging", channel_id).send_message({"text": text}, "bot")
    if "message" in response:
        return response["message"]["id"]
    return ""


def sent_text(channel_id, text):
    response = client.channel("messaging", channel_id).send_message({"text": text, "mood": "good"}, "bot")
    message = response["message"]
    return f"{message['user']['id']}: {message['text']} ({message.get('mood')})"


# drive
for call in (by_subscript, by_get, by_chain, checked, sent_text):
    attempt(call.__name__, lambda: call("general", "Hello"))
