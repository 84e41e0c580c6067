"""Handlers of an async web server, which must not wait for the chat themselves."""

import asyncio
from functools import partial

from getstream import StreamApiException
from getstream.models import MessageRequest, UserRequest

from pool.chat import chat
from pool.recorder import Recorder

recorder = Recorder()


async def register(user_id, name):
    await asyncio.to_thread(recorder.upsert_user, {"id": user_id})
    await asyncio.to_thread(chat.upsert_users, UserRequest(id=user_id, name=name, custom={"source": "web"}))


async def post(room, author, text):
    channel = chat.chat.channel("messaging", room)
    await asyncio.to_thread(channel.send_message, message=MessageRequest(text=text, user_id=author))
    await asyncio.to_thread(recorder.send_message, {"text": text}, author)


async def remove(message_id):
    loop = asyncio.get_running_loop()
    try:
        await loop.run_in_executor(None, partial(chat.chat.delete_message, id=message_id, hard=True))
    except StreamApiException as error:
        return error.status_code
    return 200


async def leave(user_id):
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, lambda: chat.deactivate_user(user_id=user_id))
    await loop.run_in_executor(None, partial(chat.moderation.unmute, target_ids=[user_id], user_id="mary"))
