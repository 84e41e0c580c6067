"""An own wrapper over HTTP has the names of the SDK's methods."""
import json
import urllib.parse


class ChatBackend:
    """Our chat server; not Stream's."""

    def __init__(self, base_url):
        self.base_url = base_url
        self.sent = []

    def _post(self, path, payload):
        self.sent.append((urllib.parse.urljoin(self.base_url, path), json.dumps(payload)))
        return {"users": {payload.get("id"): payload}, "message": {"id": "1", **payload}}

    def create_token(self, user_id, exp=None):
        return f"{user_id}.{exp}"

    def upsert_user(self, user):
        return self._post("users", user)

    def channel(self, channel_type, channel_id, data=None):
        return Room(self, f"{channel_type}:{channel_id}", data)


class Room:
    def __init__(self, backend, cid, data):
        self.backend, self.cid, self.data = backend, cid, data or {}

    def send_message(self, message, user_id):
        return self.backend._post(f"rooms/{self.cid}", {**message, "user_id": user_id})


stream_client = ChatBackend("https://chat.example.com")


def register(user_id, name):
    stream_client.upsert_user({"id": user_id, "name": name})
    stream_client.channel("messaging", "lobby").send_message({"text": "Hi"}, user_id)
    return stream_client.create_token(user_id, exp=5)


# drive
attempt("register", lambda: register("jane", "Jane"))
observe("sent", stream_client.sent)
