"""A global that is made by the first who needs it."""
import os

from stream_chat import StreamChat

_client = None


def client() -> StreamChat:
    global _client
    if _client is None:
        _client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_SECRET"])
    return _client


def welcome(user):
    client().upsert_user({"id": user["id"], "name": user["name"], "onboarded": False})
    channel = client().channel("messaging", f"welcome-{user['id']}", {"name": "Welcome", "members": [user["id"]]})
    channel.create("concierge")
    channel.send_message({"text": f"Hello {user['name']}!"}, "concierge")


def token(user_id):
    return client().create_token(user_id)


# drive
attempt("welcome", lambda: welcome({"id": "jane", "name": "Jane"}))
attempt("token", lambda: token("jane"))
