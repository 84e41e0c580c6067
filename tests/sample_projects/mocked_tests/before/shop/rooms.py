"""A room for each order."""

from shop.clients import get_client

client = get_client()


def open_room(order, customer_id):
    channel = client.channel("messaging", f"order-{order}")
    channel.create("shop")
    channel.add_members([customer_id])
    return f"order-{order}"


def tell(order, text):
    channel = client.channel("messaging", f"order-{order}")
    sent = channel.send_message({"text": text}, "shop")
    return sent["message"]["id"]


def close_room(order, customer_id):
    channel = client.channel("messaging", f"order-{order}")
    channel.remove_members([customer_id])
    channel.delete(hard=True)
