import logging

from stream_chat import StreamChat
from stream_chat.base.exceptions import StreamAPIException


class ChatService:
    room_type = "messaging"

    def __init__(self, client: StreamChat, audit):
        self.client = client
        self.audit = audit
        self.log = logging.getLogger(type(self).__name__)

    def room(self, room_id):
        return self.client.channel(self.room_type, room_id)

    def remove(self, message_id):
        try:
            self.client.delete_message(message_id, hard=True)
        except StreamAPIException as error:
            self.log.warning("%s stays: %s", message_id, error.status_code)
            return False
        return True
