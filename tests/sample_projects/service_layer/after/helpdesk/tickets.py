from getstream.models import ChannelInput, ChannelMemberRequest, MessageRequest

from helpdesk.base import ChatService
from helpdesk.mixins import PeopleMixin


class TicketService(PeopleMixin, ChatService):
    room_type = "support"

    def __init__(self, client, audit, desk="helpdesk"):
        super().__init__(client, audit)
        self.desk = desk

    def open(self, number, customer, text):
        channel = self.client.chat.channel("support", f"ticket-{number}")
        channel.get_or_create(data=ChannelInput(created_by_id=customer), state=False)
        channel.update(add_members=[ChannelMemberRequest(user_id=self.desk)])
        self.audit.add_members([self.desk])
        sent = channel.send_message(message=MessageRequest(text=text, custom={"ticket": number}, user_id=customer))
        return sent.data.message.id

    def answer(self, number, text):
        channel = self.room(f"ticket-{number}")
        channel.send_message(message=MessageRequest(text=text, user_id=self.desk))

    def close(self, number):
        channel = self.room(f"ticket-{number}")
        channel.update_channel_partial(set={"closed": True})
        channel.hide(user_id=self.desk)
