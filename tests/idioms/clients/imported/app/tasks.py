from . import clients


def sync_user(user):
    payload = {"id": str(user["id"]), "name": user["name"]}
    if user.get("email"):
        payload["email"] = user["email"]
    clients.stream_client.upsert_user(payload)


def last_text(channel_id):
    response = clients.stream_client.channel("messaging", channel_id).query(messages={"limit": 1})
    messages = response.get("messages", [])
    return messages[-1].get("text", "") if messages else ""
