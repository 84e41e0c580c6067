from app.clients import stream_client


def token(user_id):
    return {"token": stream_client.create_token(user_id)}


def join(channel_id, user_id):
    channel = stream_client.channel("messaging", channel_id)
    channel.add_members([{"user_id": user_id}])
    return {"ok": True}
