"""FastAPI gives the client to each route."""
import os
from typing import Annotated

from fastapi import Depends, FastAPI
from stream_chat import StreamChat

app = FastAPI()


def get_chat() -> StreamChat:
    return StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


Chat = Annotated[StreamChat, Depends(get_chat)]


@app.post("/users/{user_id}")
def register(user_id: str, chat: Chat):
    chat.upsert_user({"id": user_id, "name": user_id.title()})
    return {"token": chat.create_token(user_id)}


@app.get("/channels")
def channels(user_id: str, chat: StreamChat = Depends(get_chat)):
    found = chat.query_channels({"members": {"$in": [user_id]}}, limit=30)
    return {"channels": [entry["channel"]["cid"] for entry in found["channels"]]}


@app.post("/channels/{channel_id}/messages")
async def post(channel_id: str, user_id: str, text: str, chat=Depends(get_chat)):
    return chat.channel("messaging", channel_id).send_message({"text": text}, user_id)


# drive
from fastapi.testclient import TestClient

with TestClient(app, raise_server_exceptions=False) as http:

    def call(method, path):
        response = http.request(method, path)
        return [response.status_code, None if response.is_error else response.json()]

    attempt("register", lambda: call("POST", "/users/jane"))
    attempt("channels", lambda: call("GET", "/channels?user_id=jane"))
    attempt("post", lambda: call("POST", "/channels/general/messages?user_id=jane&text=Hello"))
