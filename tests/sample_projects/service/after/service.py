"""Keeps the chat of an application in step with its users."""

from getstream import Stream
from getstream.models import (
    ChannelInput,
    ChannelMemberRequest,
    MessageRequest,
    UserRequest,
)


class Settings:
    STREAM_API_KEY = "key"
    STREAM_API_SECRET = "secret"


settings = Settings()


class AuditLog:
    """Remembers what was done. Its methods only sound like the SDK's."""

    def __init__(self):
        self.entries = []

    def upsert_user(self, user):
        self.entries.append(("user", user["id"]))

    def send_message(self, text):
        self.entries.append(("message", text))


class ChatService:
    def __init__(self, audit):
        self.audit = audit
        self.client = Stream(
            api_key=settings.STREAM_API_KEY,
            api_secret=settings.STREAM_API_SECRET,
            timeout=6.0,
        )

    def sync_user(self, user):
        self.audit.upsert_user(user)
        self.client.upsert_users(
            UserRequest(
                id=user["id"],
                name=user["name"],
                teams=user["teams"],
                custom={"plan": user["plan"]},
            ),
        )

    def open_room(self, room_id, owner, members):
        channel = self.client.chat.channel("team", room_id)
        channel.get_or_create(data=ChannelInput(created_by_id=owner), state=False)
        channel.update(add_members=[ChannelMemberRequest(user_id="bot")])
        for member in members:
            channel.update(
                add_members=[
                    ChannelMemberRequest(user_id=member, channel_role="channel_member"),
                ],
            )

    def post(self, room_id, author, text):
        self.audit.send_message(text)
        channel = self.client.chat.channel("team", room_id)
        return channel.send_message(
            message=MessageRequest(text=text, user_id=author),
        ).data.message.id

    def rename(self, room_id, title):
        self.client.chat.channel("team", room_id).update_channel_partial(
            set={"title": title},
            unset=["draft"],
        )

    def suspend(self, user_id, minutes):
        self.client.moderation.mute(
            target_ids=[user_id],
            user_id="bot",
            timeout=minutes,
        )
        self.client.deactivate_user(user_id=user_id, mark_messages_deleted=False)


if __name__ == "__main__":
    service = ChatService(AuditLog())
    service.sync_user({"id": "jane", "name": "Jane", "teams": ["blue"], "plan": "free"})
    service.open_room("lobby", "jane", ["john", "mary"])
    service.post("lobby", "jane", "Hello!")
    service.rename("lobby", "The lobby")
    service.suspend("john", 60)
    print(service.audit.entries)
