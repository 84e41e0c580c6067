"""Constants and class attributes are payloads."""
import copy
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])
SYSTEM_USER = {"id": "system", "name": "System", "role": "admin", "avatar_color": "#000"}


class Bot:
    USER = {"id": "bot", "name": "Bot", "invisible": True}
    WELCOME = {"text": "Hello, I am a bot", "kind": "welcome"}

    def install(self, channel_id):
        client.upsert_user(self.USER)
        channel = client.channel("messaging", channel_id)
        channel.add_members([self.USER["id"]])
        channel.send_message(self.WELCOME, self.USER["id"])


def install_system():
    client.upsert_user(SYSTEM_USER)


def install_copy(name):
    user = copy.deepcopy(SYSTEM_USER)
    user["name"] = name
    client.upsert_user(user)


# drive
attempt("bot", lambda: Bot().install("general"))
attempt("system", install_system)
attempt("copy", lambda: install_copy("Second"))
