from typing import Any, Dict


def user_payload(user) -> Dict[str, Any]:
    payload = {"id": str(user["id"]), "name": user["name"]}
    if user.get("premium"):
        payload["plan"] = "premium"
    return payload


def message_payload(text, **extra) -> Dict[str, Any]:
    return {"text": text, **extra}
