"""Functions take the client and the channel as annotated parameters."""
import os
from typing import Sequence

from stream_chat import StreamChat
from stream_chat.channel import Channel


def ensure_users(client: StreamChat, names: Sequence[str]) -> None:
    client.upsert_users([{"id": name.lower(), "name": name} for name in names])


def ensure_channel(client: StreamChat, channel_id: str, owner: str) -> Channel:
    channel = client.channel("team", channel_id)
    channel.create(owner)
    return channel


def greet(channel: Channel, text: str, user_id: str) -> str:
    response = channel.send_message({"text": text}, user_id)
    return response["message"]["id"]


def main() -> str:
    client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])
    ensure_users(client, ["Jane", "John"])
    return greet(ensure_channel(client, "general", "jane"), "Hello", "jane")


# drive
attempt("main", main)
