"""Options that v1 forwarded silently though the endpoint has none."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def history(channel_id):
    channel = client.channel("messaging", channel_id)
    state = channel.query(messages_limit=50)
    return [message["text"] for message in state["messages"]]


def watched(channel_id):
    state = client.channel("messaging", channel_id).query(watch=False, presence=False, state=True)
    return len(state["members"])


# drive
attempt("history", lambda: history("general"))
attempt("watched", lambda: watched("general"))
