import chatlib
from stream_chat.base.exceptions import StreamAPIException


def create(room: str, owner: str, members: list[str]) -> str:
    chatlib.open_room(room, owner)
    channel = chatlib.get_client().channel("team", room)
    channel.add_members([{"user_id": member} for member in members])
    return channel.cid


def say(room: str, author: str, text: str) -> str:
    channel = chatlib.get_client().channel("team", room)
    return channel.send_message({"text": text}, author)["message"]["id"]


def unsay(message_id: str) -> bool:
    try:
        chatlib.get_client().delete_message(message_id)
    except (KeyError, StreamAPIException):
        return False
    return True
