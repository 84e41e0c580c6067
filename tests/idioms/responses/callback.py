"""Answers are handed to callbacks and decorators of the project."""
import functools
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])
events = []


def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        result = function(*args, **kwargs)
        events.append((function.__name__, type(result) is not None, len(result)))
        return result

    return wrapper


@logged
def create(user_id):
    return client.upsert_user({"id": user_id, "name": user_id.title()})


def then(response, callback):
    return callback(response)


def created_id(user_id):
    return then(create(user_id), lambda response: next(iter(response["users"])))


def sent_text(channel_id, text):
    response = client.channel("messaging", channel_id).send_message({"text": text}, "bot")
    return then(response, lambda r: r["message"]["text"])


# drive
attempt("created", lambda: created_id("jane"))
attempt("sent", lambda: sent_text("general", "Hi"))
