from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from stream_chat.base.exceptions import StreamAPIException

if TYPE_CHECKING:
    from stream_chat.async_chat import StreamChatAsync


async def reply(channel, me, text, mentioned):
    await channel.send_message({"text": text, "mentioned_users": mentioned}, me)


async def hello(client: StreamChatAsync, me: str, room: str, args: list[str]) -> None:
    await reply(client.channel("messaging", room), me, f"Hello, {args[0]}!", args[:1])


async def invite(client: StreamChatAsync, me: str, room: str, args: list[str]) -> None:
    await asyncio.gather(*[client.upsert_user({"id": name, "role": "user"}) for name in args])
    await client.channel("messaging", room).invite_members([{"user_id": name} for name in args])


async def purge(client: StreamChatAsync, me: str, room: str, args: list[str]) -> int:
    gone = 0
    for message_id in args:
        try:
            await client.delete_message(message_id, hard=True)
        except StreamAPIException:
            continue
        gone += 1
    return gone


async def mute(client: StreamChatAsync, me: str, room: str, args: list[str]) -> None:
    await asyncio.gather(
        client.mute_user(args[0], me),
        client.channel("messaging", room).send_event({"type": "bot.muted", "who": args[0]}, me),
    )


COMMANDS = {"hello": hello, "invite": invite, "purge": purge, "mute": mute}
