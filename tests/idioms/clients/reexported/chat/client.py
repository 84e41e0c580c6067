import os

import stream_chat

client = stream_chat.StreamChat(os.environ["STREAM_CHAT_API_KEY"], os.environ["STREAM_CHAT_API_SECRET"])


def get_channel(channel_id):
    return client.channel("messaging", channel_id)
