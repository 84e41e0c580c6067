"""Channels are made for projects, orders and rooms, with and without data."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def create_room(room_id, name, owner):
    channel = client.channel("messaging", room_id, {"name": name, "members": [owner], "topic": "help"})
    channel.create(owner)
    return room_id


def create_order_channel(order):
    members = [str(order["buyer"]), str(order["seller"])]
    channel_data = {
        "name": f"Order {order['id']}",
        "members": members,
        "order_id": order["id"],
        "image": order["image"],
    }
    channel = client.channel("messaging", f"order-{order['id']}", channel_data)
    response = channel.create(members[0])
    return response["channel"]["cid"]


def create_bare(room_id, owner):
    channel = client.channel("team", room_id)
    channel.create(user_id=owner)


# drive
attempt("room", lambda: create_room("r1", "Room one", "jane"))
attempt("order", lambda: create_order_channel({"id": 9, "buyer": 1, "seller": 2, "image": "https://e.com/9.png"}))
attempt("bare", lambda: create_bare("t1", "jane"))
