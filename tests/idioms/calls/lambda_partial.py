"""Calls that happen later: lambda, functools.partial, a pool."""
import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])
on_commit_hooks = []


def on_commit(call):
    on_commit_hooks.append(call)


def save(user):
    on_commit(lambda: client.upsert_user({"id": user["id"], "name": user["name"]}))


def close(channel_id):
    channel = client.channel("messaging", channel_id)
    on_commit(partial(channel.delete, hard=True))


def commit():
    while on_commit_hooks:
        on_commit_hooks.pop(0)()


def deactivate(user_ids):
    with ThreadPoolExecutor(max_workers=1) as pool:
        list(pool.map(lambda user_id: client.deactivate_user(user_id), user_ids))


def rename(user_id, name):
    call = partial(client.update_user_partial, {"id": user_id, "set": {"name": name}})
    call()


# drive
attempt("save", lambda: save({"id": "jane", "name": "Jane"}))
attempt("close", lambda: close("old"))
attempt("commit", commit)
attempt("deactivate", lambda: deactivate(["a", "b"]))
attempt("rename", lambda: rename("jane", "Janet"))
