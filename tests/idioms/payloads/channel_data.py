"""Data of channels: name is custom, members travel, data is built over statements."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def literal(channel_id, name, owner):
    channel = client.channel("messaging", channel_id, {"name": name, "members": [owner, "support"], "created_by_id": owner})
    channel.create(owner)


def variable(booking):
    members = [str(booking["guest"]), str(booking["host"])]
    data = {"name": f"Booking {booking['id']}", "members": members, "booking_id": booking["id"]}
    if booking.get("image"):
        data["image"] = booking["image"]
    channel = client.channel("messaging", f"booking-{booking['id']}", data)
    channel.create(members[0])
    channel.send_message({"text": "Your booking is confirmed."}, members[1])


def parameter(channel_id, owner, extra_data=None):
    channel = client.channel("team", channel_id, extra_data or {})
    channel.create(owner)


def members_parameter(channel_id, members, owner):
    channel = client.channel("messaging", channel_id, {"members": members})
    channel.create(owner)


def keyword(channel_id, owner, **data):
    channel = client.channel("messaging", channel_id, data=data)
    return channel.create(user_id=owner)["channel"]["id"]


def updated(channel_id, changes):
    client.channel("messaging", channel_id).update(changes)


# drive
attempt("literal", lambda: literal("c1", "One", "jane"))
attempt("variable", lambda: variable({"id": 7, "guest": 1, "host": 2, "image": "https://e.com/7.png"}))
attempt("parameter", lambda: parameter("c2", "jane", {"name": "Two", "color": "red"}))
attempt("no parameter", lambda: parameter("c2", "jane"))
attempt("members", lambda: members_parameter("c3", ["jane", "john"], "jane"))
attempt("keyword", lambda: keyword("c4", "jane", name="Four", stars=4))
attempt("updated", lambda: updated("c1", {"name": "New", "color": "blue"}))
