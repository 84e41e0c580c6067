from chat import chat_client, get_channel


def order_placed(order):
    channel = get_channel(f"order-{order['id']}")
    channel.create(order["buyer"])
    channel.send_message({"text": "Your order is on its way.", "order_id": order["id"]}, "shop")


def buyer(user_id):
    users = chat_client.query_users({"id": user_id}).get("users") or []
    return users[0]["id"] if users else None
