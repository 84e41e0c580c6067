"""Answers are pickled, copied and compared."""
import copy
import os
import pickle

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])
store = {}


def remember(user_id):
    store[user_id] = pickle.dumps(client.query_users({"id": user_id})["users"])


def recall(user_id):
    return pickle.loads(store[user_id])[0]["id"]


def changed(channel_id):
    channel = client.channel("messaging", channel_id)
    before = copy.deepcopy(channel.query()["channel"])
    channel.update_partial({"color": "red"})
    after = channel.query()["channel"]
    return before == after, before["cid"] == after["cid"]


# drive
attempt("remember", lambda: remember("jane"))
attempt("recall", lambda: recall("jane"))
attempt("changed", lambda: changed("general"))
