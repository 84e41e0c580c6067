"""The token endpoint that nearly every project has."""
import os
import time

from stream_chat import StreamChat

server_client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])
TOKEN_LIFETIME = 60 * 60 * 24


def chat_token(user_id):
    return server_client.create_token(user_id)


def token_for_user(user):
    token = server_client.create_token(str(user["pk"]))
    return {"token": token, "api_key": os.environ["STREAM_API_KEY"], "user_id": str(user["pk"])}


def short_token(user_id):
    return server_client.create_token(user_id, exp=int(time.time()) + TOKEN_LIFETIME)


def hour_token(user_id):
    expires_at = int(time.time()) + 3600
    return {"token": server_client.create_token(user_id, exp=expires_at), "expires_at": expires_at}


# drive
attempt("plain", lambda: chat_token("jane"))
attempt("user", lambda: token_for_user({"pk": 17}))
attempt("short", lambda: short_token("jane"))
attempt("hour", lambda: hour_token("jane"))
