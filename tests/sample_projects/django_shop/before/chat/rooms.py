ROOMS = {"orders": "Orders", "returns": "Returns"}


def initialize_rooms(client):
    for room, title in ROOMS.items():
        channel = client.channel("team", room)
        channel.create("shop")
        channel.update_partial({"title": title})
