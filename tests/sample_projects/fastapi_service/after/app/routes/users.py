from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel
from getstream import Stream
from getstream.models import QueryUsersPayload, UpdateUserPartialRequest, UserRequest

from app.audit import AuditLog, get_audit
from app.chat import get_chat
from app.stream_compat import as_v1, from_v1

router = APIRouter(prefix="/users", tags=["users"])


class UserIn(BaseModel):
    id: str
    name: str
    email: str | None = None


@router.post("", status_code=201)
def register(user: UserIn, chat: Stream = Depends(get_chat), audit: AuditLog = Depends(get_audit)):
    audit.upsert_user({"id": user.id})
    payload = {"id": user.id, "name": user.name, "role": "user"}
    if user.email:
        payload["email"] = user.email
    chat.upsert_users(from_v1(UserRequest, payload))
    return {"id": user.id, "token": chat.create_token(user_id=user.id)}


@router.patch("/{user_id}")
async def rename(user_id: str, name: str, chat=Depends(get_chat)):
    # The SDK has no async client here yet; the call is short.
    chat.update_users_partial(users=[UpdateUserPartialRequest(id=user_id, set={"name": name}, unset=["nickname"])])
    return {"id": user_id, "name": name}


@router.get("")
def search(prefix: str, chat=Depends(get_chat)):
    response = chat.query_users(
        payload=QueryUsersPayload(filter_conditions={"name": {"$autocomplete": prefix}}, limit=10),
    )
    return [user.id for user in response.data.users]


@router.delete("/{user_id}", status_code=204)
def forget(user_id: str, chat: Stream = Depends(get_chat)) -> None:
    chat.deactivate_user(user_id=user_id, mark_messages_deleted=True)


@router.put("/{user_id}")
def replace(user_id: str, user: UserIn, chat: Stream = Depends(get_chat)):
    payload = user.model_dump(exclude_none=True)
    return as_v1(chat.upsert_users(from_v1(UserRequest, {**payload, "id": user_id})))


@router.get("/{user_id}")
def show(user_id: str, chat: Stream = Depends(get_chat)):
    users = chat.query_users(payload=QueryUsersPayload(filter_conditions={"id": user_id})).data.users
    if not users:
        raise HTTPException(404, "nobody")
    return {"user": as_v1(users[0]), "online": users[0].online}
