import chatlib
from getstream import StreamApiException
from getstream.models import ChannelMemberRequest, MessageRequest


def create(room: str, owner: str, members: list[str]) -> str:
    chatlib.open_room(room, owner)
    channel = chatlib.get_client().chat.channel("team", room)
    channel.update(add_members=[ChannelMemberRequest(user_id=member) for member in members])
    return f"{channel.channel_type}:{channel.channel_id}"


def say(room: str, author: str, text: str) -> str:
    channel = chatlib.get_client().chat.channel("team", room)
    return channel.send_message(message=MessageRequest(text=text, user_id=author)).data.message.id


def unsay(message_id: str) -> bool:
    try:
        chatlib.get_client().chat.delete_message(id=message_id)
    except (KeyError, StreamApiException):
        return False
    return True
