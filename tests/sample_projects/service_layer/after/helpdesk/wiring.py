import os
from dataclasses import dataclass, field

from getstream import Stream

from helpdesk.audit import AuditLog
from helpdesk.tickets import TicketService


@dataclass
class Services:
    chat: Stream
    audit: AuditLog = field(default_factory=AuditLog)

    @property
    def tickets(self) -> TicketService:
        return TicketService(self.chat, self.audit)

    def health(self) -> bool:
        self.chat.get_app()
        return True


def build() -> Services:
    chat = Stream(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"], timeout=6.0)
    return Services(chat)


def token_for(services: Services, user_id: str) -> str:
    return services.chat.create_token(user_id=user_id)
