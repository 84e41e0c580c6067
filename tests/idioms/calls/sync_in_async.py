"""Sync calls inside coroutines, as most FastAPI services have them."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


async def create_channel(channel_id, name, members, current_user):
    if current_user not in members:
        members.append(current_user)
    channel = client.channel("messaging", channel_id, {"name": name or f"Chat with {len(members)}", "members": members})
    channel.create(current_user)
    return {"channel_id": channel_id}


async def channel_list(current_user):
    channels = client.query_channels(
        filter_conditions={"members": {"$in": [current_user]}}, sort=[{"last_message_at": -1}]
    )
    return {"channels": channels["channels"]}


async def send(channel_id, current_user, text):
    channel = client.channel("messaging", channel_id)
    response = channel.send_message({"text": text}, current_user)
    return {"message": response["message"]}


# drive
attempt("create", lambda: create_channel("c1", "", ["jane"], "john"))
attempt("list", lambda: channel_list("john"))
attempt("send", lambda: send("c1", "john", "Hello"))
