"""Data of a serializer or a form becomes a payload."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


class Serializer:
    def __init__(self, data):
        self.validated_data = {key: value for key, value in data.items() if value != ""}

    @property
    def data(self):
        return dict(self.validated_data)


def create(data):
    serializer = Serializer(data)
    user = serializer.validated_data
    client.upsert_user({"id": user["username"], "name": user["name"], **{k: user[k] for k in user if k.startswith("x_")}})


def create_whole(data):
    client.upsert_user(Serializer(data).data)


def post(room, data, user_id):
    payload = Serializer(data).data
    payload.setdefault("text", "")
    return client.channel("messaging", room).send_message(payload, user_id)["message"]["id"]


def edit(message_id, data, user_id):
    client.update_message({**Serializer(data).data, "id": message_id, "user_id": user_id})


# drive
attempt("create", lambda: create({"username": "jane", "name": "Jane", "x_level": 3}))
attempt("whole", lambda: create_whole({"id": "john", "name": "John", "city": "Oslo", "zip": ""}))
attempt("post", lambda: post("general", {"text": "Hi", "mood": "good", "parent_id": ""}, "jane"))
attempt("edit", lambda: edit("m1", {"text": "New", "mood": "bad"}, "jane"))
