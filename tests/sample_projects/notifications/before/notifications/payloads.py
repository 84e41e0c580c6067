"""What is sent, made of what the jobs hold."""

from typing import Any, Dict


def user_payload(user: Dict[str, Any]) -> Dict[str, Any]:
    payload = {"id": f"user-{user['id']}", "name": user["name"]}
    for key in ("email", "plan"):
        if user.get(key):
            payload[key] = user[key]
    if user.get("teams"):
        payload["teams"] = user["teams"]
    return payload


def message_payload(text: str, **extra: Any) -> Dict[str, Any]:
    message: Dict[str, Any] = {"text": text, "notification": True}
    link = extra.pop("link", None)
    if link:
        message["attachments"] = [{"type": "link", "title_link": link}]
    message.update(extra)
    return message
