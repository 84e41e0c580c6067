import logging

from getstream import StreamApiException
from getstream.models import MessagePaginationParams, MessageRequest, QueryUsersPayload, UserRequest

from notifications.cache import Cache
from notifications.channels import inbox
from notifications.client import BOT, get_client
from notifications.errors import JobFailed, is_gone
from notifications.journal import Journal
from notifications.payloads import message_payload, user_payload
from notifications.retry import retried
from notifications.stream_compat import as_v1, from_v1, from_v1_each

log = logging.getLogger(__name__)
cache = Cache()


@retried()
def sync_user(journal: Journal, user):
    payload = user_payload(user)
    response = get_client().upsert_users(from_v1(UserRequest, payload))
    journal.upsert_user(payload)
    return response.data.users[payload["id"]].role


@retried(times=2)
def sync_users(journal: Journal, users):
    response = get_client().upsert_users(
        *from_v1_each(UserRequest, [{**user_payload(user), "role": "user"} for user in users]),
    )
    return sorted(response.data.users)


def notify(journal: Journal, user, text, data=None, link=None):
    message = message_payload(text, link=link, **(data or {}))
    try:
        response = as_v1(
            inbox(user).send_message(message=from_v1(MessageRequest, {**message, "user": {"id": BOT["id"]}})),
        )
    except StreamApiException as error:
        raise JobFailed("notify", error.status_code) from error
    sent = response["message"]
    log.info("sent %s: %s", user, sent)
    journal.send_message(sent, user)
    return {"id": sent["id"], "at": sent["created_at"]}


def profile(journal: Journal, user):
    key = f"profile:{user}"
    found = cache.get(key)
    if found is None:
        found = as_v1(get_client().query_users(payload=QueryUsersPayload(filter_conditions={"id": user})))["users"]
        cache.set(key, found, 60)
    return found


def retract(journal: Journal, message):
    try:
        return get_client().chat.delete_message(id=message).data.message.id
    except Exception as error:
        if not is_gone(error):
            raise JobFailed("retract", getattr(error, "status_code", None)) from error
    return None


def digest(journal: Journal, user):
    """The last messages of a user's inbox, for a mail."""
    state = get_client().chat.channel("messaging", f"inbox-{user}").get_or_create(
        messages=MessagePaginationParams(limit=5),
        state=True,
    )
    lines = [f"{message.user.id}: {message.text or '...'}" for message in state.data.messages]
    return {"channel": as_v1(state)["channel"], "lines": lines}


HANDLERS = {
    "sync_user": sync_user,
    "sync_users": sync_users,
    "notify": notify,
    "profile": profile,
    "retract": retract,
    "digest": digest,
}
