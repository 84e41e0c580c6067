import logging

from stream_chat.base.exceptions import StreamAPIException

from notifications.cache import Cache
from notifications.channels import inbox
from notifications.client import BOT, get_client
from notifications.errors import JobFailed, is_gone
from notifications.journal import Journal
from notifications.payloads import message_payload, user_payload
from notifications.retry import retried

log = logging.getLogger(__name__)
cache = Cache()


@retried()
def sync_user(journal: Journal, user):
    payload = user_payload(user)
    response = get_client().upsert_user(payload)
    journal.upsert_user(payload)
    return response["users"][payload["id"]]["role"]


@retried(times=2)
def sync_users(journal: Journal, users):
    response = get_client().upsert_users([{**user_payload(user), "role": "user"} for user in users])
    return sorted(response["users"])


def notify(journal: Journal, user, text, data=None, link=None):
    message = message_payload(text, link=link, **(data or {}))
    try:
        response = inbox(user).send_message(message, BOT["id"])
    except StreamAPIException as error:
        raise JobFailed("notify", error.status_code) from error
    sent = response["message"]
    log.info("sent %s: %s", user, sent)
    journal.send_message(sent, user)
    return {"id": sent["id"], "at": sent["created_at"]}


def profile(journal: Journal, user):
    key = f"profile:{user}"
    found = cache.get(key)
    if found is None:
        found = get_client().query_users({"id": user})["users"]
        cache.set(key, found, 60)
    return found


def retract(journal: Journal, message):
    try:
        return get_client().delete_message(message)["message"]["id"]
    except Exception as error:
        if not is_gone(error):
            raise JobFailed("retract", getattr(error, "status_code", None)) from error
    return None


def digest(journal: Journal, user):
    """The last messages of a user's inbox, for a mail."""
    state = get_client().channel("messaging", f"inbox-{user}").query(messages={"limit": 5})
    lines = [f"{message['user']['id']}: {message.get('text') or '...'}" for message in state.get("messages", [])]
    return {"channel": state["channel"], "lines": lines}


HANDLERS = {
    "sync_user": sync_user,
    "sync_users": sync_users,
    "notify": notify,
    "profile": profile,
    "retract": retract,
    "digest": digest,
}
