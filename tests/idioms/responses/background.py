"""Background tasks of a web framework get answers and parts of them."""
import os

from fastapi import BackgroundTasks, FastAPI
from stream_chat import StreamChat

app = FastAPI()
client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])
audit = []


def write_audit(message, state=None):
    audit.append({"id": message["id"], "keys": "text" in message, "members": len((state or {}).get("members", []))})


@app.post("/rooms/{room}/messages")
def post(room: str, text: str, tasks: BackgroundTasks):
    channel = client.channel("messaging", room)
    response = channel.send_message({"text": text}, "bot")
    tasks.add_task(write_audit, response["message"], state=channel.query())
    return {"id": response["message"]["id"]}


# drive
from fastapi.testclient import TestClient

with TestClient(app, raise_server_exceptions=False) as http:

    def call():
        response = http.post("/rooms/general/messages?text=Hi")
        return [response.status_code, None if response.is_error else response.json()]

    attempt("post", call)
observe("audit", audit)
