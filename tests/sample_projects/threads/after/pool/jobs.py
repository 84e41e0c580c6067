from concurrent.futures import ThreadPoolExecutor
from functools import partial

from getstream.models import UpdateUserPartialRequest

from pool.chat import chat


def flag_all(message_ids, moderator):
    """Flags one message after the other, away from the thread that asked."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        for message_id in message_ids:
            pool.submit(partial(
                chat.moderation.flag,
                entity_id=message_id,
                user_id=moderator,
                entity_type="stream:chat:v1:message",
            )).result()
    return len(message_ids)


def mute(user_id, by):
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(chat.moderation.mute, target_ids=[user_id], user_id=by).result()


def remember(user_id, active):
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(lambda: chat.update_users_partial(
            users=[UpdateUserPartialRequest(id=user_id, set={"active": active})],
        )).result()
