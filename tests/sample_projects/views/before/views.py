"""Views of a small web application. `route` and `Response` stand for the framework's."""

import os
from dataclasses import dataclass, field

import stream_chat

ROUTES = {}


@dataclass
class Response:
    status: int
    body: dict = field(default_factory=dict)


def route(path):
    def add(view):
        ROUTES[path] = view
        return view

    return add


def get_client():
    return stream_chat.StreamChat(os.getenv("STREAM_API_KEY"), os.getenv("STREAM_API_SECRET"))


@route("/token")
def token(form):
    client = get_client()
    client.upsert_user({"id": form["user"], "name": form.get("name", "somebody")})
    return Response(200, {"token": client.create_token(form["user"])})


@route("/support")
def support(form):
    client = get_client()
    channel = client.channel("messaging", "support-" + form["user"])
    channel.create(form["user"])
    sent = channel.send_message({"text": form["text"]}, form["user"])
    return Response(201, {"message": sent["message"]["id"]})


@route("/people")
def people(form):
    client = get_client()
    response = client.query_users({"role": "user"}, [{"field": "created_at", "direction": -1}], limit=20)
    names = [user.get("name") for user in response["users"]]
    return Response(200, {"names": names, "count": len(response["users"])})


@route("/leave")
def leave(form):
    get_client().channel("messaging", form["channel"]).remove_members([form["user"]])
    return Response(204)


if __name__ == "__main__":
    FORM = {"user": "jane", "name": "Jane", "text": "Hello?", "channel": "general"}
    for path, view in ROUTES.items():
        print(path, view(FORM).status)
