"""Which failures are worth another try."""

from stream_chat.base.exceptions import StreamAPIException


class JobFailed(Exception):
    def __init__(self, kind, status):
        super().__init__(f"{kind} failed")
        self.kind = kind
        self.status = status


def is_gone(error: Exception) -> bool:
    return getattr(error, "status_code", None) == 404


def is_temporary(error: Exception) -> bool:
    return isinstance(error, StreamAPIException) and error.status_code in (429, 500, 502, 503)
