import logging

from getstream import Stream, StreamApiException


class ChatService:
    room_type = "messaging"

    def __init__(self, client: Stream, audit):
        self.client = client
        self.audit = audit
        self.log = logging.getLogger(type(self).__name__)

    def room(self, room_id):
        return self.client.chat.channel(self.room_type, room_id)

    def remove(self, message_id):
        try:
            self.client.chat.delete_message(id=message_id, hard=True)
        except StreamApiException as error:
            self.log.warning("%s stays: %s", message_id, error.status_code)
            return False
        return True
