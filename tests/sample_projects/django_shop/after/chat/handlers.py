from django.dispatch import receiver
from getstream.models import MessageRequest

from chat.client import stream_client
from chat.rooms import initialize_rooms
from chat.signals import order_placed


@receiver(order_placed)
def tell_the_team(sender, order, **kwargs):
    if order["number"] == 1:
        initialize_rooms(stream_client)
    stream_client.chat.channel(
        "team",
        "orders",
    ).send_message(
        message=MessageRequest(text=f"Order {order['number']}", custom={"order": order["number"]}, user_id="shop"),
    )
