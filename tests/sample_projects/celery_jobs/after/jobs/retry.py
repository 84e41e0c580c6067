import functools
import time

from getstream import StreamApiException


def busy(error):
    return getattr(error, "status_code", None) == 429


def patient(times, pause=1):
    """Call a function again while the API asks to wait."""

    def decorate(function):
        @functools.wraps(function)
        def patiently(*args, **kwargs):
            for left in reversed(range(times)):
                try:
                    return function(*args, **kwargs)
                except StreamApiException as error:
                    if not (left and busy(error)):
                        raise
                time.sleep(pause)

        return patiently

    return decorate
