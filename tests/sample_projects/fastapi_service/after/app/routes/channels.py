from typing import Annotated

from fastapi import APIRouter, Body, Depends, HTTPException
from getstream import Stream, StreamApiException
from getstream.models import ChannelInput, ChannelMemberRequest, MessagePaginationParams, MessageRequest

from app.audit import AuditLog, get_audit
from app.chat import get_chat
from app.config import Settings, get_settings
from app.stream_compat import as_v1

router = APIRouter(prefix="/channels", tags=["channels"])

Chat = Annotated[Stream, Depends(get_chat)]


@router.post("/{channel_id}", status_code=201)
def open_channel(channel_id: str, owner: str, chat: Chat):
    channel = chat.chat.channel("messaging", channel_id)
    channel.get_or_create(data=ChannelInput(custom={"topic": "help"}, created_by_id=owner), state=False)
    channel.update(add_members=[ChannelMemberRequest(user_id="support"), ChannelMemberRequest(user_id=owner)])
    return {"cid": f"messaging:{channel_id}"}


@router.post("/{channel_id}/messages", status_code=201)
def post_message(channel_id: str, author: str, text: Annotated[str, Body(embed=True)], chat: Chat):
    channel = chat.chat.channel("messaging", channel_id)
    message = MessageRequest(text=text, custom={"ticket": channel_id}, user_id=author)
    sent = channel.send_message(message=message)
    return {"message_id": sent.data.message.id}


@router.delete("/messages/{message_id}", status_code=204)
def delete_message(message_id: str, chat: Chat, audit: AuditLog = Depends(get_audit)) -> None:
    try:
        chat.chat.delete_message(id=message_id, hard=True)
    except StreamApiException as error:
        if error.status_code == 404:
            raise HTTPException(404, "no such message")
        raise
    audit.delete_message(message_id, hard=True)


@router.post("/{channel_id}/close", status_code=204)
def close(channel_id: str, chat: Chat, settings: Settings = Depends(get_settings)) -> None:
    channel = chat.chat.channel("messaging", channel_id)
    channel.send_message(message=MessageRequest(text="This conversation is closed.", user_id=settings.support_user))
    channel.update_channel_partial(set={"frozen": True})


@router.get("/{channel_id}")
async def history(channel_id: str, chat: Chat, limit: int = 20):
    state = as_v1(
        chat.chat.channel("messaging", channel_id).get_or_create(
            messages=MessagePaginationParams(limit=limit),
            state=True,
        ),
    )
    return {"channel": state["channel"], "messages": [line_of(message) for message in state["messages"]]}


def line_of(message):
    return {
        "id": message["id"],
        "text": message.get("text", ""),
        "author": (message.get("user") or {}).get("id", "nobody"),
        "at": message["created_at"],
    }
