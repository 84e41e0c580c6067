"""Keys that are missing are told at the start."""
import os
import sys

from stream_chat import StreamChat

REQUIRED = ("STREAM_API_KEY", "STREAM_API_SECRET")


def read_keys():
    missing = [name for name in REQUIRED if not os.environ.get(name)]
    if missing:
        sys.exit(f"missing: {', '.join(missing)}")
    return {name.lower()[7:]: os.environ[name] for name in REQUIRED}


def main():
    client = StreamChat(**read_keys())
    client.upsert_user({"id": "admin", "role": "admin"})
    channel = client.channel("team", "lobby", {"name": "Lobby"})
    channel.create("admin")
    print("ready")


# drive
attempt("main", main)
