from people.client import get_client
from people.payloads import message_payload, user_payload


def sync(user):
    get_client().upsert_user(user_payload(user))


def sync_all(users):
    get_client().upsert_users([user_payload(user) for user in users])


def greet(user, channel_id):
    channel = get_client().channel("messaging", channel_id)
    channel.send_message(message_payload(f"Welcome, {user['name']}", greeting=True), str(user["id"]))
