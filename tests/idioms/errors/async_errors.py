"""Errors of the async client."""
import asyncio
import os

from stream_chat import StreamChatAsync
from stream_chat.base.exceptions import StreamAPIException


async def purge(message_ids):
    removed = []
    async with StreamChatAsync(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"]) as client:
        for message_id in message_ids:
            try:
                await client.delete_message(message_id)
            except StreamAPIException as error:
                if error.status_code == 404:
                    continue
                raise
            removed.append(message_id)
    return removed


async def all_of(user_ids):
    async with StreamChatAsync(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"]) as client:
        results = await asyncio.gather(*[client.deactivate_user(one) for one in user_ids], return_exceptions=True)
        return [isinstance(result, StreamAPIException) for result in results]


# drive
attempt("purge", lambda: purge(["m1", "m2"]))
attempt("all", lambda: all_of(["a", "b"]))
