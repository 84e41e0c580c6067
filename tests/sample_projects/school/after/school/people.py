from typing import Any, Dict, List, Optional

from getstream.models import QueryUsersPayload, UserRequest

from school.chat import chat
from school.models import PersonIn
from school.stream_compat import as_v1, from_v1, from_v1_each


def _payload(person: PersonIn) -> Dict[str, Any]:
    payload = person.model_dump(exclude={"teacher"}, exclude_none=True)
    payload["role"] = "teacher" if person.teacher else "user"
    return payload


def save(person: PersonIn) -> Dict[str, Any]:
    response = chat.client.upsert_users(from_v1(UserRequest, _payload(person)))
    return {"person": as_v1(response.data.users[person.id]), "token": chat.client.create_token(user_id=person.id)}


def save_all(people: List[PersonIn]) -> Dict[str, Any]:
    return as_v1(chat.client.upsert_users(*from_v1_each(UserRequest, [_payload(person) for person in people])))


def find(person_id: str) -> Optional[Dict[str, Any]]:
    users = chat.client.query_users(payload=QueryUsersPayload(filter_conditions={"id": person_id})).data.users
    return as_v1(users[0]) if users else None


def search(text: str) -> List[Dict[str, Any]]:
    response = chat.client.query_users(
        payload=QueryUsersPayload(filter_conditions={"name": {"$autocomplete": text}}, limit=5),
    )
    return [{"id": user.id, "name": user.name if user.name is not None else user.id} for user in response.data.users]
