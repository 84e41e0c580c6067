"""Constructor arguments: keyword, positional, options of the transport."""
import os

from stream_chat import StreamChat

eu = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"], location="us-east")
slow = StreamChat(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"], 30)
proxied = StreamChat(
    os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"], base_url="https://chat-proxy.example.com"
)


def ping():
    eu.upsert_user({"id": "jane"})
    slow.upsert_user({"id": "john", "role": "user"})
    proxied.deactivate_user("joe")


# drive
attempt("ping", ping)
