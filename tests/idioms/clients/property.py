"""A cached property makes the client."""
import os
from functools import cached_property

from stream_chat import StreamChat


class Backend:
    room_type = "messaging"

    @cached_property
    def chat(self):
        return StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])

    @property
    def lobby(self):
        return self.chat.channel(self.room_type, "lobby")

    def greet(self, user_id):
        self.lobby.add_members([user_id])
        return self.lobby.send_message({"text": f"Welcome {user_id}"}, "bot")["message"]["id"]


# drive
attempt("greet", lambda: Backend().greet("jane"))
