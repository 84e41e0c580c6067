import os
from dataclasses import dataclass, field

from stream_chat import StreamChat

from helpdesk.audit import AuditLog
from helpdesk.tickets import TicketService


@dataclass
class Services:
    chat: StreamChat
    audit: AuditLog = field(default_factory=AuditLog)

    @property
    def tickets(self) -> TicketService:
        return TicketService(self.chat, self.audit)

    def health(self) -> bool:
        self.chat.get_app_settings()
        return True


def build() -> Services:
    chat = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])
    return Services(chat)


def token_for(services: Services, user_id: str) -> str:
    return services.chat.create_token(user_id)
