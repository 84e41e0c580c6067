"""A factory function, called wherever a client is needed."""
import os

from stream_chat import StreamChat


def get_stream_client() -> StreamChat:
    """A client with the keys of the environment."""
    return StreamChat(api_key=os.getenv("STREAM_API_KEY"), api_secret=os.getenv("STREAM_API_SECRET"), timeout=10)


def sync_profile(profile):
    client = get_stream_client()
    client.upsert_user({"id": profile["uid"], "name": profile["name"], "username": profile["login"]})


def members_of(channel_id):
    channel = get_stream_client().channel("messaging", channel_id)
    state = channel.query()
    return [member.get("user_id") for member in state.get("members", [])]


def disband(channel_id):
    get_stream_client().channel("messaging", channel_id).delete()


# drive
attempt("sync", lambda: sync_profile({"uid": "u1", "name": "Jane", "login": "jane"}))
attempt("members", lambda: members_of("general"))
attempt("disband", lambda: disband("general"))
