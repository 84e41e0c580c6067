"""A message broker's channel has send_message, delete, query and create, too."""


class Broker:
    def channel(self, kind, name):
        return BrokerChannel(name)


class BrokerChannel:
    def __init__(self, name):
        self.name, self.messages = name, []

    def create(self, owner):
        return self

    def send_message(self, message, user_id=None):
        self.messages.append((message["text"], user_id))

    def query(self, messages=None):
        return {"messages": self.messages}

    def add_members(self, members):
        return len(members)


client = Broker()


def announce(text):
    channel = client.channel("messaging", "general")
    channel.create("system")
    channel.add_members(["a", "b"])
    channel.send_message({"text": text}, "system")
    return channel.query(messages={"limit": 1})["messages"][0]


# drive
attempt("announce", lambda: announce("Hello"))
