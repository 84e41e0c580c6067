"""`isinstance(response, dict)`, for safety."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def history(channel_id):
    state = client.channel("messaging", channel_id).query(messages={"limit": 25})
    messages = state.get("messages", []) if isinstance(state, dict) else []
    return [message for message in messages if isinstance(message, dict) and message.get("text")]


def message_id(channel_id, text):
    response = client.channel("messaging", channel_id).send_message({"text": text}, "bot")
    if isinstance(response, dict) and "message" in response:
        return response["message"].get("id")
    return None


# drive
attempt("history", lambda: history("general"))
attempt("id", lambda: message_id("general", "Hi"))
