"""Single values of a channel are set and cleared."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def freeze(channel_id):
    client.channel("messaging", channel_id).update_partial({"frozen": True})


def finish(channel_id, score):
    channel = client.channel("messaging", channel_id)
    channel.update_partial(to_set={"status": "finished", "score": score}, to_unset=["owner"])


def clear(channel_id):
    client.channel("messaging", channel_id).update_partial(to_unset=["status", "score"])


# drive
attempt("freeze", lambda: freeze("general"))
attempt("finish", lambda: finish("general", 5))
attempt("clear", lambda: clear("general"))
