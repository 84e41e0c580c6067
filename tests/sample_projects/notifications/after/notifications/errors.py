"""Which failures are worth another try."""

from getstream import StreamApiException


class JobFailed(Exception):
    def __init__(self, kind, status):
        super().__init__(f"{kind} failed")
        self.kind = kind
        self.status = status


def is_gone(error: Exception) -> bool:
    return getattr(error, "status_code", None) == 404


def is_temporary(error: Exception) -> bool:
    return isinstance(error, StreamApiException) and error.status_code in (429, 500, 502, 503)
