from notifications.client import BOT, get_client


def inbox(user_id):
    """The channel between a user and the bot, which is there afterwards."""
    channel = get_client().channel("messaging", f"inbox-{user_id}")
    channel.create(BOT["id"])
    channel.update_partial({"name": "Notifications", "inbox_of": user_id})
    channel.add_members([user_id])
    return channel
