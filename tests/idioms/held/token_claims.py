"""Held: v2 makes no tokens with claims of one's own, nor with an `iat`."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def token(user_id, tenant):
    return client.create_token(user_id, tenant=tenant)


# drive
attempt("token", lambda: token("jane", "acme"))
