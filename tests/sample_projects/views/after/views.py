"""Views of a small web application. `route` and `Response` stand for the framework's."""

import os
from dataclasses import dataclass, field

from getstream import Stream
from getstream.models import ChannelInput, MessageRequest, QueryUsersPayload, SortParamRequest, UserRequest

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
    return Stream(api_key=os.getenv("STREAM_API_KEY"), api_secret=os.getenv("STREAM_API_SECRET"), timeout=6.0)


@route("/token")
def token(form):
    client = get_client()
    client.upsert_users(UserRequest(id=form["user"], name=form.get("name", "somebody")))
    return Response(200, {"token": client.create_token(user_id=form["user"])})


@route("/support")
def support(form):
    client = get_client()
    channel = client.chat.channel("messaging", "support-" + form["user"])
    channel.get_or_create(data=ChannelInput(created_by_id=form["user"]), state=False)
    sent = channel.send_message(message=MessageRequest(text=form["text"], user_id=form["user"]))
    return Response(201, {"message": sent.data.message.id})


@route("/people")
def people(form):
    client = get_client()
    response = client.query_users(
        payload=QueryUsersPayload(
            filter_conditions={"role": "user"},
            sort=[SortParamRequest(field="created_at", direction=-1)],
            limit=20,
        ),
    )
    names = [user.name for user in response.data.users]
    return Response(200, {"names": names, "count": len(response.data.users)})


@route("/leave")
def leave(form):
    get_client().chat.channel("messaging", form["channel"]).update(remove_members=[form["user"]])
    return Response(204)


if __name__ == "__main__":
    FORM = {"user": "jane", "name": "Jane", "text": "Hello?", "channel": "general"}
    for path, view in ROUTES.items():
        print(path, view(FORM).status)
