"""Accounts that are closed: deactivated, deleted in bulk, exported."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def close_account(user_id):
    client.deactivate_user(user_id, mark_messages_deleted=True)


def reopen_account(user_id):
    client.reactivate_user(user_id)


def erase(user_ids):
    response = client.delete_users(user_ids, "hard", conversations="hard", messages="hard")
    return response["task_id"]


def export(user_id):
    data = client.export_user(user_id)
    return len(data["messages"])


# drive
attempt("close", lambda: close_account("jane"))
attempt("reopen", lambda: reopen_account("jane"))
attempt("erase", lambda: erase(["a", "b"]))
attempt("export", lambda: export("jane"))
