"""`except Exception` around calls, the most frequent handler."""
import logging
import os

from stream_chat import StreamChat

logger = logging.getLogger(__name__)
client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def upsert(user_id, name):
    try:
        client.upsert_user({"id": user_id, "name": name})
        return True
    except Exception as error:
        logger.error("no user %s: %s", user_id, error)
        return False


def create_channel(channel_id, owner):
    try:
        channel = client.channel("messaging", channel_id)
        channel.create(owner)
        channel.add_members([owner])
        return {"success": True, "channel": channel_id}
    except Exception:
        logger.exception("no channel %s", channel_id)
        return {"success": False}


def token(user_id):
    try:
        return client.create_token(user_id)
    except:  # noqa: E722
        return None


def remove(channel_id):
    try:
        client.channel("messaging", channel_id).delete()
    except Exception as error:
        raise RuntimeError("the channel stays") from error


def join(channel_id, user_ids):
    failed = []
    for user_id in user_ids:
        try:
            client.channel("messaging", channel_id).add_members([user_id])
        except Exception:
            failed.append(user_id)
    return failed


# drive
attempt("upsert", lambda: upsert("jane", "Jane"))
attempt("create", lambda: create_channel("general", "jane"))
attempt("token", lambda: token("jane"))
attempt("remove", lambda: remove("general"))
attempt("join", lambda: join("general", ["a", "b"]))
