from stream_chat.base.exceptions import StreamAPIException


class ChatError(Exception):
    def __init__(self, message, status=500):
        super().__init__(message)
        self.status = status


class NotFound(ChatError):
    pass


def translate(error: StreamAPIException) -> ChatError:
    if error.status_code == 404:
        return NotFound("not found", 404)
    return ChatError("the chat failed", error.status_code)
