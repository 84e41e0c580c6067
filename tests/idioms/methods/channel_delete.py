"""Channels go, one and many."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def delete_channel(channel_id):
    channel = client.channel("messaging", channel_id)
    channel.delete()
    return True


def delete_for_good(channel_id):
    client.channel("messaging", channel_id).delete(hard=True)


def delete_all(channel_ids):
    cids = [f"messaging:{channel_id}" for channel_id in channel_ids]
    response = client.delete_channels(cids, hard_delete=True)
    return response["task_id"]


# drive
attempt("one", lambda: delete_channel("general"))
attempt("hard", lambda: delete_for_good("general"))
attempt("all", lambda: delete_all(["a", "b"]))
