"""Values of answers in expressions: joined, added, compared, formatted."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def badge(user_id):
    unread = client.unread_counts(user_id)
    return f"{unread['total_unread_count']:>5} in {len(unread['channels'])}"


def over(user_id, limit):
    return client.unread_counts(user_id)["total_unread_count"] > limit


def joined(channel_id):
    members = client.channel("messaging", channel_id).query()["members"]
    return ", ".join(sorted(member["role"] for member in members if member.get("role")))


def label(channel_id):
    channel = client.channel("messaging", channel_id).query()["channel"]
    return channel["type"] + ":" + channel["id"] == channel["cid"], "frozen" if channel["frozen"] else "open"


def teams(user_id):
    user = client.query_users({"id": user_id})["users"][0]
    return (user["teams"] or []) + ["all"], set(user["teams"]) | {"all"} == {"all"}


def summary(channel_id):
    state = client.channel("messaging", channel_id).query()
    return "%s has %d messages" % (state["channel"]["cid"], len(state["messages"]))


# drive
attempt("badge", lambda: badge("jane"))
attempt("over", lambda: over("jane", 10))
attempt("joined", lambda: joined("general"))
attempt("label", lambda: label("general"))
attempt("teams", lambda: teams("jane"))
attempt("summary", lambda: summary("general"))
