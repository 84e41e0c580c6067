"""Responses with annotations: Dict[str, Any] and TypedDict."""
import os
from typing import Any, Dict, List, TypedDict

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


class MessageInfo(TypedDict):
    id: str
    text: str
    author: str


def to_info(message: Dict[str, Any]) -> MessageInfo:
    return {"id": message["id"], "text": message["text"], "author": message["user"]["id"]}


def messages(channel_id: str) -> List[MessageInfo]:
    state: Dict[str, Any] = client.channel("messaging", channel_id).query(messages={"limit": 10})
    return [to_info(message) for message in state["messages"]]


def users(user_ids: List[str]) -> List[Dict[str, Any]]:
    found: List[Dict[str, Any]] = client.query_users({"id": {"$in": user_ids}})["users"]
    return found


def raw(channel_id: str) -> dict:
    result: dict = client.channel("messaging", channel_id).query()
    return result


# drive
attempt("messages", lambda: messages("general"))
attempt("users", lambda: users(["a", "b"]))
attempt("raw", lambda: raw("general"))
