"""The state of a channel with its last messages, for a history page."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def history(channel_id, limit=50):
    channel = client.channel("messaging", channel_id)
    state = channel.query(messages={"limit": limit})
    return [{"id": m["id"], "text": m["text"], "user": m["user"]["id"]} for m in state["messages"]]


def older(channel_id, message_id):
    channel = client.channel("messaging", channel_id)
    result = channel.query(messages={"limit": 25, "id_lt": message_id})
    return len(result["messages"])


def members(channel_id):
    response = client.channel("messaging", channel_id).query(state=True, members={"limit": 100})
    names = []
    for member in response["members"]:
        names.append(member["user_id"])
    return names


def read_by(channel_id):
    response = client.channel("team", channel_id).query(messages={"limit": 1}, watch=False, presence=False)
    return response["channel"]["cid"]


# drive
attempt("history", lambda: history("general"))
attempt("older", lambda: older("general", "message-9"))
attempt("members", lambda: members("general"))
attempt("read", lambda: read_by("general"))
