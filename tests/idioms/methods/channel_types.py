"""A set-up script makes channel types, commands and permissions."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])
TYPE = "support"


def make():
    client.create_channel_type({"name": TYPE, "commands": ["giphy"], "typing_events": True, "max_message_length": 5000})


def change():
    client.update_channel_type(TYPE, automod="disabled", max_message_length=2000)


def read():
    kind = client.get_channel_type(TYPE)
    return kind["name"], kind["max_message_length"], kind["typing_events"]


def drop():
    client.delete_channel_type(TYPE)


def command():
    client.create_command({"name": "ticket", "description": "Opens a ticket", "args": "[title]"})


# drive
attempt("make", make)
attempt("change", change)
attempt("read", read)
attempt("drop", drop)
attempt("command", command)
