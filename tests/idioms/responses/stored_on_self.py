"""What a query said is kept on the object that asked."""
import os

from stream_chat import StreamChat


class Room:
    def __init__(self, room_id):
        client = StreamChat(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"])
        self.channel = client.channel("messaging", room_id)
        self.state = None
        self.messages = []

    def load(self):
        self.state = self.channel.query(messages={"limit": 10})
        self.messages = self.state["messages"]

    def members(self):
        return [member["user_id"] for member in self.state["members"]]

    def texts(self):
        return [message["text"] for message in self.messages]

    def title(self):
        if self.state is None:
            self.load()
        return self.state["channel"].get("name", self.state["channel"]["cid"])


# drive
room = Room("general")
attempt("title", room.title)
attempt("load", room.load)
attempt("members", room.members)
attempt("texts", room.texts)
