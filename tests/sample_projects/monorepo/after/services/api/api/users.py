from getstream.models import UserRequest

from chatlib import get_client

chat = get_client("us")


def sign_up(user_id: str, name: str, **profile: str) -> str:
    user = UserRequest(id=user_id, name=name, custom={"plan": profile.get("plan", "free")})
    chat.upsert_users(user)
    return chat.create_token(user_id=user_id)


def sign_off(user_id: str) -> None:
    chat.deactivate_user(user_id=user_id, mark_messages_deleted=True)
