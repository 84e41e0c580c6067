"""A room for each order."""

from getstream.models import ChannelInput, ChannelMemberRequest, MessageRequest

from shop.clients import get_client
from shop.stream_compat import from_v1

client = get_client()


def open_room(order, customer_id):
    channel = client.chat.channel("messaging", f"order-{order}")
    channel.get_or_create(data=ChannelInput(created_by_id="shop"), state=False)
    channel.update(add_members=[from_v1(ChannelMemberRequest, customer_id)])
    return f"order-{order}"


def tell(order, text):
    channel = client.chat.channel("messaging", f"order-{order}")
    sent = channel.send_message(message=MessageRequest(text=text, user_id="shop"))
    return sent.data.message.id


def close_room(order, customer_id):
    channel = client.chat.channel("messaging", f"order-{order}")
    channel.update(remove_members=[customer_id])
    channel.delete(hard_delete=True)
