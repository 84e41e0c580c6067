"""A wrapper of the project with the SDK's method names, over the SDK."""
import os

from stream_chat import StreamChat


class Chat:
    """Hides the SDK; its methods have the same names and other arguments."""

    def __init__(self):
        self._client = StreamChat(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"])

    def create_token(self, user):
        return self._client.create_token(user["id"])

    def upsert_user(self, user, extra=None):
        payload = {"id": user["id"], "name": user["name"]}
        payload.update(extra or {})
        self._client.upsert_user(payload)

    def send_message(self, room, text, author="bot"):
        return self._client.channel("messaging", room).send_message({"text": text}, author)["message"]["id"]

    def __getitem__(self, room):
        return self._client.channel("messaging", room)


chat = Chat()


def main(user):
    chat.upsert_user(user, {"city": "Oslo"})
    chat.upsert_user(user)
    chat["lobby"].add_members([user["id"]])
    return chat.send_message("lobby", "Hello"), chat.create_token(user)


# drive
attempt("main", lambda: main({"id": "jane", "name": "Jane"})[0])
