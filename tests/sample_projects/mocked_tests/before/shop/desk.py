"""The help desk, which is given its client."""

from stream_chat import StreamChat


class Desk:
    def __init__(self, client: StreamChat, agent: str):
        self.client = client
        self.agent = agent

    def enter(self, name):
        self.client.upsert_user({"id": self.agent, "name": name})
        return self.client.create_token(self.agent)

    def leave(self):
        self.client.deactivate_user(self.agent)


def make_desk(agent):
    from shop.clients import get_client

    return Desk(get_client(), agent)
