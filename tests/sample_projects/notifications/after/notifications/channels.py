from getstream.models import ChannelInput, ChannelMemberRequest

from notifications.client import BOT, get_client
from notifications.stream_compat import from_v1


def inbox(user_id):
    """The channel between a user and the bot, which is there afterwards."""
    channel = get_client().chat.channel("messaging", f"inbox-{user_id}")
    channel.get_or_create(data=ChannelInput(created_by_id=BOT["id"]), state=False)
    channel.update_channel_partial(set={"name": "Notifications", "inbox_of": user_id})
    channel.update(add_members=[from_v1(ChannelMemberRequest, user_id)])
    return channel
