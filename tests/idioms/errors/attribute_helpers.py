"""Helpers look at exceptions by getattr, because the SDK is optional."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def _is_not_found(error):
    return getattr(error, "status_code", None) == 404


def _code(error):
    return getattr(error, "error_code", None)


def wipe(channel_id):
    try:
        client.delete_channels([f"messaging:{channel_id}"], hard_delete=True)
    except Exception as error:
        if not _is_not_found(error):
            raise
        return "gone"
    return "wiped"


def join(channel_id, user_id):
    try:
        client.channel("messaging", channel_id).add_members([user_id])
    except Exception as error:
        return _code(error)
    return 0


def leave(channel_id, user_id):
    try:
        client.channel("messaging", channel_id).remove_members([user_id])
    except Exception as exc:
        status = getattr(exc, "status_code", 500)
        return {"ok": False, "status": status}
    return {"ok": True}


# drive
attempt("wipe", lambda: wipe("general"))
attempt("join", lambda: join("general", "jane"))
attempt("leave", lambda: leave("general", "jane"))
