"""Users are mirrored into the chat on registration, login and change of profile."""
import os

from stream_chat import StreamChat

chat = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def register(user_id, name):
    chat.upsert_user({"id": user_id, "name": name})


def login(user):
    chat.upsert_user({"id": str(user["id"]), "name": user["name"], "role": "user", "email": user["email"]})
    return chat.create_token(str(user["id"]))


def set_avatar(user_id, url):
    chat.upsert_user({"id": user_id, "image": url, "username": user_id.lower(), "show_online": True})


def make_bot(bot_id):
    chat.upsert_user(
        {
            "id": bot_id,
            "name": "Helper",
            "role": "admin",
            "persona": {"tone": "friendly", "language": "en"},
            "invisible": False,
        }
    )


# drive
attempt("register", lambda: register("jane", "Jane"))
attempt("login", lambda: login({"id": 12, "name": "Twelve", "email": "12@example.com"}))
attempt("avatar", lambda: set_avatar("Jane", "https://example.com/jane.png"))
attempt("bot", lambda: make_bot("helper-bot"))
