from typing import Any, Dict, List, Optional

from school.chat import chat
from school.models import PersonIn


def _payload(person: PersonIn) -> Dict[str, Any]:
    payload = person.model_dump(exclude={"teacher"}, exclude_none=True)
    payload["role"] = "teacher" if person.teacher else "user"
    return payload


def save(person: PersonIn) -> Dict[str, Any]:
    response = chat.client.upsert_user(_payload(person))
    return {"person": response["users"][person.id], "token": chat.client.create_token(person.id)}


def save_all(people: List[PersonIn]) -> Dict[str, Any]:
    return chat.client.upsert_users([_payload(person) for person in people])


def find(person_id: str) -> Optional[Dict[str, Any]]:
    users = chat.client.query_users({"id": person_id})["users"]
    return users[0] if users else None


def search(text: str) -> List[Dict[str, Any]]:
    response = chat.client.query_users({"name": {"$autocomplete": text}}, limit=5)
    return [{"id": user["id"], "name": user.get("name", user["id"])} for user in response["users"]]
