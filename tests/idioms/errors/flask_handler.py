"""An error handler of the web framework."""
import os

from flask import Flask, jsonify
from stream_chat import StreamChat
from stream_chat.base.exceptions import StreamAPIException

app = Flask(__name__)
client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


@app.errorhandler(StreamAPIException)
def chat_failed(error):
    return jsonify(error="chat", status=error.status_code), 502


@app.delete("/messages/<message_id>")
def delete(message_id):
    client.delete_message(message_id)
    return "", 204


@app.post("/users/<user_id>")
def create(user_id):
    client.upsert_user({"id": user_id, "name": user_id})
    return jsonify(id=user_id), 201


# drive
http = app.test_client()


def call(method, path):
    response = http.open(path, method=method)
    return [response.status_code, response.get_json(silent=True)]


attempt("delete", lambda: call("DELETE", "/messages/m1"))
attempt("create", lambda: call("POST", "/users/jane"))
