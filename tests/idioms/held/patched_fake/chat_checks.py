from unittest.mock import patch

from shop import chat


class FakeStream:
    def __init__(self):
        self.users = []

    def upsert_user(self, user):
        self.users.append(user["id"])


def check_register():
    fake = FakeStream()
    with patch("shop.chat.stream_client", fake):
        chat.register("jane")
    assert fake.users == ["jane"]
