"""What a failure leaves undone, in services that clean up."""
import os

from stream_chat import StreamChat
from stream_chat.base.exceptions import StreamAPIException

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])
log = []


def enrol(user_id, room):
    created = False
    try:
        client.upsert_user({"id": user_id, "role": "user"})
        created = True
        client.channel("messaging", room).add_members([user_id])
    except StreamAPIException as error:
        log.append((error.status_code, error.error_code, created))
        if created:
            client.deactivate_user(user_id)
        return False
    else:
        log.append("enrolled")
    finally:
        log.append("done")
    return True


def all_or_nothing(user_ids):
    done = []
    try:
        for user_id in user_ids:
            client.deactivate_user(user_id)
            done.append(user_id)
    except Exception:
        for user_id in done:
            client.reactivate_user(user_id)
        raise
    return done


def chained(message_id):
    try:
        client.delete_message(message_id)
    except StreamAPIException as error:
        raise ValueError(message_id) from error


def cause(message_id):
    try:
        chained(message_id)
    except ValueError as error:
        return isinstance(error.__cause__, StreamAPIException), getattr(error.__cause__, "status_code", None)


# drive
attempt("enrol", lambda: enrol("jane", "general"))
attempt("all", lambda: all_or_nothing(["a", "b"]))
attempt("cause", lambda: cause("m1"))
observe("log", log)
