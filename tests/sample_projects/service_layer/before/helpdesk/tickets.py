from helpdesk.base import ChatService
from helpdesk.mixins import PeopleMixin


class TicketService(PeopleMixin, ChatService):
    room_type = "support"

    def __init__(self, client, audit, desk="helpdesk"):
        super().__init__(client, audit)
        self.desk = desk

    def open(self, number, customer, text):
        channel = self.client.channel("support", f"ticket-{number}")
        channel.create(customer)
        channel.add_members([{"user_id": self.desk}])
        self.audit.add_members([self.desk])
        sent = channel.send_message({"text": text, "ticket": number}, customer)
        return sent["message"]["id"]

    def answer(self, number, text):
        channel = self.room(f"ticket-{number}")
        channel.send_message({"text": text}, self.desk)

    def close(self, number):
        channel = self.room(f"ticket-{number}")
        channel.update_partial({"closed": True})
        channel.hide(self.desk)
