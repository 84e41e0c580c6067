from chatlib import get_client
from getstream.models import UserRequest

chat = get_client("us")


def sign_up(user_id: str, name: str, **profile: str) -> str:
    user = {"id": user_id, "name": name, "plan": profile.get("plan", "free")}
    chat.upsert_users(
        UserRequest(id=user["id"], name=user["name"], custom={"plan": user["plan"]}),
    )
    return chat.create_token(user_id=user_id)


def sign_off(user_id: str) -> None:
    chat.deactivate_user(user_id=user_id, mark_messages_deleted=True)
