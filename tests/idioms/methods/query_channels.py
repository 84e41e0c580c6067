"""The list of a user's channels."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def my_channels(user_id):
    response = client.query_channels({"members": {"$in": [user_id]}}, sort=[{"field": "last_message_at", "direction": -1}])
    return [entry["channel"]["id"] for entry in response["channels"]]


def newest(user_id):
    response = client.query_channels(
        filter_conditions={"type": "messaging", "members": {"$in": [user_id]}},
        sort=[{"last_message_at": -1}],
        limit=10,
    )
    overview = []
    for item in response["channels"]:
        overview.append({"id": item["channel"]["id"], "members": len(item["members"])})
    return overview


def find_channel(user_id, other):
    filters = {"members": {"$eq": [user_id, other]}, "type": "messaging"}
    channels = client.query_channels(filters, limit=1)["channels"]
    if not channels:
        return None
    return channels[0]["channel"]["cid"]


# drive
attempt("mine", lambda: my_channels("jane"))
attempt("newest", lambda: newest("jane"))
attempt("find", lambda: find_channel("jane", "john"))
