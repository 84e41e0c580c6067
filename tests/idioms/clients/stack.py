"""An exit stack closes the client."""
import contextlib
import os

from stream_chat import StreamChatAsync


async def work(names):
    async with contextlib.AsyncExitStack() as stack:
        client = await stack.enter_async_context(
            StreamChatAsync(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])
        )
        for name in names:
            await client.upsert_user({"id": name})
        return len(names)


# drive
attempt("work", lambda: work(["a", "b"]))
