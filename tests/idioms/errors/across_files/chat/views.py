from chat import gateway
from chat.errors import ChatError, translate
from stream_chat.base.exceptions import StreamAPIException


def delete(message_id):
    try:
        gateway.delete_message(message_id)
    except StreamAPIException as error:
        raise translate(error) from error


def ban(user_id, by):
    try:
        gateway.ban(user_id, by)
    except StreamAPIException as error:
        return translate(error).status
    return 200


def handle(call, *args):
    try:
        return call(*args)
    except ChatError as error:
        return error.status
