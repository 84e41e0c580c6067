"""The help desk, which is given its client."""

from getstream import Stream
from getstream.models import UserRequest


class Desk:
    def __init__(self, client: Stream, agent: str):
        self.client = client
        self.agent = agent

    def enter(self, name):
        self.client.upsert_users(UserRequest(id=self.agent, name=name))
        return self.client.create_token(user_id=self.agent)

    def leave(self):
        self.client.deactivate_user(user_id=self.agent)


def make_desk(agent):
    from shop.clients import get_client

    return Desk(get_client(), agent)
