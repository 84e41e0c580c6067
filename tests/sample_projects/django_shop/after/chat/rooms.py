from getstream.models import ChannelInput

ROOMS = {"orders": "Orders", "returns": "Returns"}


def initialize_rooms(client):
    for room, title in ROOMS.items():
        channel = client.chat.channel("team", room)
        channel.get_or_create(data=ChannelInput(created_by_id="shop"), state=False)
        channel.update_channel_partial(set={"title": title})
