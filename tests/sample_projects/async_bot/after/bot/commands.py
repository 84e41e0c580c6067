from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from getstream import StreamApiException
from getstream.models import ChannelMemberRequest, EventRequest, MessageRequest, UserRequest

if TYPE_CHECKING:
    from getstream import AsyncStream


async def reply(channel, me, text, mentioned):
    await channel.send_message(
        message=MessageRequest(text=text, mentioned_users=mentioned, user_id=me),
    )


async def hello(client: AsyncStream, me: str, room: str, args: list[str]) -> None:
    await reply(client.chat.channel("messaging", room), me, f"Hello, {args[0]}!", args[:1])


async def invite(client: AsyncStream, me: str, room: str, args: list[str]) -> None:
    await asyncio.gather(*[client.upsert_users(UserRequest(id=name, role="user")) for name in args])
    await client.chat.channel("messaging", room).update(
        invites=[ChannelMemberRequest(user_id=name) for name in args],
    )


async def purge(client: AsyncStream, me: str, room: str, args: list[str]) -> int:
    gone = 0
    for message_id in args:
        try:
            await client.chat.delete_message(id=message_id, hard=True)
        except StreamApiException:
            continue
        gone += 1
    return gone


async def mute(client: AsyncStream, me: str, room: str, args: list[str]) -> None:
    await asyncio.gather(
        client.moderation.mute(target_ids=[args[0]], user_id=me),
        client.chat.channel("messaging", room).send_event(
            event=EventRequest(type="bot.muted", custom={"who": args[0]}, user_id=me),
        ),
    )


COMMANDS = {"hello": hello, "invite": invite, "purge": purge, "mute": mute}
