"""Responses read by get(), with defaults and `or {}` chains."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def messages(channel_id):
    state = client.channel("messaging", channel_id).query(messages={"limit": 100})
    out = []
    for message in state.get("messages", []):
        out.append(
            {
                "id": message.get("id") or "",
                "text": message.get("text") or "",
                "name": (message.get("user") or {}).get("name") or "Member",
            }
        )
    return out


def user_name(user_id):
    response = client.query_users({"id": user_id})
    users = response.get("users", [])
    if not users:
        return None
    return users[0].get("name", "Anonymous")


def channel_name(channel_id):
    state = client.channel("messaging", channel_id).query()
    return state.get("channel", {}).get("name", "Unnamed")


def channel_color(channel_id):
    channel = client.channel("messaging", channel_id).query()["channel"]
    return channel.get("x_color"), channel.get("x_level", 0)


def unread(user_id):
    return client.unread_counts(user_id).get("total_unread_count", 0)


# drive
attempt("messages", lambda: messages("general"))
attempt("user", lambda: user_name("jane"))
attempt("channel", lambda: channel_name("general"))
attempt("color", lambda: channel_color("general"))
attempt("unread", lambda: unread("jane"))
