import json
import time

from flask import Blueprint, current_app, jsonify, request
from getstream.models import QueryUsersPayload, UserRequest

from board.stream_compat import as_v1

bp = Blueprint("members", __name__)


@bp.post("/")
def join():
    chat = current_app.extensions["chat"]
    journal = current_app.extensions["journal"]
    user = {"id": request.form["id"], "name": request.form["name"], "team_mate": True}
    journal.upsert_user(user)
    chat.upsert_users(UserRequest(id=request.form["id"], name=request.form["name"], custom={"team_mate": True}))
    return jsonify(token=chat.create_token(user_id=request.form["id"], expiration=1893456000 - int(time.time()))), 201


@bp.post("/<member>/flag")
def flag(member):
    moderator = current_app.config["MODERATOR"]
    current_app.extensions["chat"].moderation.flag(entity_id=member, user_id=moderator, entity_type="stream:user")
    return "", 204


@bp.delete("/<member>")
def leave(member):
    chat = current_app.extensions["chat"]
    chat.chat.channel("messaging", "general").update(remove_members=[member])
    chat.deactivate_user(user_id=member)
    return "", 204


@bp.get("/<member>")
def card(member):
    cards = current_app.extensions["cards"]
    if member not in cards:
        cards[member] = json.dumps(_fetch(member))
    return jsonify(json.loads(cards[member]))


def _fetch(member):
    response = current_app.extensions["chat"].query_users(
        payload=QueryUsersPayload(filter_conditions={"id": member}, limit=1),
    )
    return as_v1(response.data.users[0]) if response.data.users else None
