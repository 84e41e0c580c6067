import functools
import time

from stream_chat.base.exceptions import StreamAPIException

from notifications.errors import is_temporary


def retried(times=3, pause=0.5):
    """Try a function again while the API is busy."""

    def decorate(function):
        @functools.wraps(function)
        def wrapped(*args, **kwargs):
            for turn in range(1, times + 1):
                try:
                    return function(*args, **kwargs)
                except StreamAPIException as error:
                    if turn == times or not is_temporary(error):
                        raise
                    time.sleep(pause * turn)

        return wrapped

    return decorate
