"""A context manager keeps the chat from breaking the rest."""
import contextlib
import logging
import os

from stream_chat import StreamChat
from stream_chat.base.exceptions import StreamAPIException

log = logging.getLogger(__name__)
client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


@contextlib.contextmanager
def best_effort(what):
    try:
        yield
    except StreamAPIException as error:
        log.warning("%s failed with %s", what, error.status_code)


def close_ticket(ticket):
    done = ["saved"]
    with best_effort("message"):
        client.channel("support", f"ticket-{ticket}").send_message({"text": "Closed."}, "bot")
        done.append("told")
    with contextlib.suppress(StreamAPIException):
        client.channel("support", f"ticket-{ticket}").update_partial({"closed": True})
        done.append("marked")
    return done


# drive
attempt("close", lambda: close_ticket(5))
