"""Flask's jsonify, with whole responses and parts."""
import os

from flask import Flask, jsonify, request
from stream_chat import StreamChat

app = Flask(__name__)
client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


@app.post("/users")
def create():
    body = request.get_json()
    response = client.upsert_user({"id": body["id"], "name": body["name"], "city": body.get("city", "")})
    return jsonify(response), 201


@app.get("/users/<user_id>")
def show(user_id):
    users = client.query_users({"id": user_id}).get("users", [])
    return jsonify({"users": users, "count": len(users)})


@app.delete("/messages/<message_id>")
def delete(message_id):
    response = client.delete_message(message_id)
    return jsonify(message=response["message"])


@app.get("/settings")
def settings():
    return jsonify(client.get_app_settings())


# drive
http = app.test_client()


def call(method, path, **options):
    response = http.open(path, method=method, **options)
    return [response.status_code, response.get_json(silent=True)]


attempt("create", lambda: call("POST", "/users", json={"id": "jane", "name": "Jane", "city": "Oslo"}))
attempt("show", lambda: call("GET", "/users/jane"))
attempt("delete", lambda: call("DELETE", "/messages/m1"))
attempt("settings", lambda: call("GET", "/settings"))
