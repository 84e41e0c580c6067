"""Custom data is read among the entity's own keys."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def tier(user_id):
    client.upsert_user({"id": user_id, "tier": "gold"})
    response = client.upsert_user({"id": user_id, "tier": "silver", "points": 3})
    user = response["users"][user_id]
    return user["tier"], user.get("points", 0), user.get("nothing")


def order_of(message_id):
    message = client.get_message(message_id)["message"]
    return message.get("order_id") or message.get("x_color")


def everything(user_id):
    user = client.query_users({"id": user_id})["users"][0]
    return {key: value for key, value in user.items() if key.startswith("x_")}


def channel_title(channel_id):
    channel = client.channel("messaging", channel_id, {"title": "Lobby", "members": ["jane"]})
    response = channel.create("jane")
    return response["channel"].get("title") or response["channel"]["cid"]


# drive
attempt("tier", lambda: tier("jane"))
attempt("order", lambda: order_of("m1"))
attempt("everything", lambda: everything("jane"))
attempt("title", lambda: channel_title("lobby"))
