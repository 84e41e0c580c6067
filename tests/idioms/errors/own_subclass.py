"""The project raises the SDK's exception itself, in a fake."""
import os

from stream_chat import StreamChat
from stream_chat.base.exceptions import StreamAPIException

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


class FakeClient:
    def delete_message(self, message_id, hard=False):
        raise StreamAPIException("gone", 404)


def delete(message_id, chat=client):
    try:
        chat.delete_message(message_id)
    except StreamAPIException as error:
        return error.status_code
    return 200


# drive
attempt("real", lambda: delete("m1"))
attempt("fake", lambda: delete("m1", FakeClient()))
