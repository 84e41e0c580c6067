from typing import Annotated

from fastapi import APIRouter, Body, Depends, HTTPException
from stream_chat import StreamChat
from stream_chat.base.exceptions import StreamAPIException
from stream_chat.channel import Channel

from app.audit import AuditLog, get_audit
from app.chat import get_chat
from app.config import Settings, get_settings

router = APIRouter(prefix="/channels", tags=["channels"])

Chat = Annotated[StreamChat, Depends(get_chat)]


@router.post("/{channel_id}", status_code=201)
def open_channel(channel_id: str, owner: str, chat: Chat):
    channel = chat.channel("messaging", channel_id, {"topic": "help"})
    channel.create(owner)
    channel.add_members(["support", owner])
    return {"cid": f"messaging:{channel_id}"}


@router.post("/{channel_id}/messages", status_code=201)
def post_message(channel_id: str, author: str, text: Annotated[str, Body(embed=True)], chat: Chat):
    channel = chat.channel("messaging", channel_id)
    message = {"text": text, "ticket": channel_id}
    sent = channel.send_message(message, author)
    return {"message_id": sent["message"]["id"]}


@router.delete("/messages/{message_id}", status_code=204)
def delete_message(message_id: str, chat: Chat, audit: AuditLog = Depends(get_audit)) -> None:
    try:
        chat.delete_message(message_id, hard=True)
    except StreamAPIException as error:
        if error.status_code == 404:
            raise HTTPException(404, "no such message")
        raise
    audit.delete_message(message_id, hard=True)


@router.post("/{channel_id}/close", status_code=204)
def close(channel_id: str, chat: Chat, settings: Settings = Depends(get_settings)) -> None:
    channel = Channel(chat, "messaging", channel_id)
    channel.send_message({"text": "This conversation is closed."}, settings.support_user)
    channel.update_partial({"frozen": True})


@router.get("/{channel_id}")
async def history(channel_id: str, chat: Chat, limit: int = 20):
    state = chat.channel("messaging", channel_id).query(messages={"limit": limit})
    return {"channel": state["channel"], "messages": [line_of(message) for message in state["messages"]]}


def line_of(message):
    return {
        "id": message["id"],
        "text": message.get("text", ""),
        "author": (message.get("user") or {}).get("id", "nobody"),
        "at": message["created_at"],
    }
