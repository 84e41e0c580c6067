import os

from stream_chat import StreamChat

stream_client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def open_order(order):
    channel = stream_client.channel("messaging", f"order-{order}")
    channel.create("shop")
    return order


def tell(order, text):
    channel = stream_client.channel("messaging", f"order-{order}")
    sent = channel.send_message({"text": text}, "shop")
    return sent["message"]["id"]
