"""FastAPI turns responses into JSON."""
import os

from fastapi import FastAPI, HTTPException
from fastapi.responses import JSONResponse
from stream_chat import StreamChat

app = FastAPI()
stream_client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


@app.get("/users/{user_id}")
def user(user_id: str):
    response = stream_client.query_users({"id": user_id})
    if not response["users"]:
        raise HTTPException(404)
    return {"user": response["users"][0]}


@app.get("/channels")
async def channels(user_id: str):
    found = stream_client.query_channels({"members": {"$in": [user_id]}}, sort=[{"last_message_at": -1}])
    return {"channels": found["channels"]}


@app.post("/channels/{channel_id}/messages")
def post(channel_id: str, user_id: str, text: str):
    return stream_client.channel("messaging", channel_id).send_message({"text": text}, user_id)


@app.get("/channels/{channel_id}")
def state(channel_id: str):
    response = stream_client.channel("messaging", channel_id).query(messages={"limit": 5})
    return JSONResponse({"channel": response["channel"], "messages": response["messages"]})


# drive
from fastapi.testclient import TestClient

with TestClient(app, raise_server_exceptions=False) as http:

    def call(method, path):
        response = http.request(method, path)
        return [response.status_code, None if response.is_error else response.json()]

    attempt("user", lambda: call("GET", "/users/jane"))
    attempt("channels", lambda: call("GET", "/channels?user_id=jane"))
    attempt("post", lambda: call("POST", "/channels/general/messages?user_id=jane&text=Hi"))
    attempt("state", lambda: call("GET", "/channels/general"))
