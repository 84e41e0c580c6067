"""A test double that never was a client."""
from unittest.mock import MagicMock

client = MagicMock()
client.create_token.return_value = "token"


def go(user_id):
    client.upsert_user({"id": user_id})
    client.channel("messaging", "x").send_message({"text": "hi"}, user_id)
    return client.create_token(user_id)


# drive
attempt("go", lambda: go("jane"))
