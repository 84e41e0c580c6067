import settings
from chat_client import client


def user_saved(instance, created):
    if created:
        client.upsert_user({"id": str(instance["pk"]), "name": instance["name"], "role": "user"})
    else:
        client.update_user_partial({"id": str(instance["pk"]), "set": {"name": instance["name"]}})


def group_saved(group):
    channel = client.channel("team", f"group-{group['pk']}", {"name": group["name"]})
    channel.create(settings.CHAT["BOT"])
    channel.add_members([str(pk) for pk in group["people"]])
