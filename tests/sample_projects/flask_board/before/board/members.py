import json

from flask import Blueprint, current_app, jsonify, request

bp = Blueprint("members", __name__)


@bp.post("/")
def join():
    chat = current_app.extensions["chat"]
    journal = current_app.extensions["journal"]
    user = {"id": request.form["id"], "name": request.form["name"], "team_mate": True}
    journal.upsert_user(user)
    chat.upsert_user({"id": request.form["id"], "name": request.form["name"], "team_mate": True})
    return jsonify(token=chat.create_token(request.form["id"], exp=1893456000)), 201


@bp.post("/<member>/flag")
def flag(member):
    moderator = current_app.config["MODERATOR"]
    current_app.extensions["chat"].flag_user(member, user_id=moderator)
    return "", 204


@bp.delete("/<member>")
def leave(member):
    chat = current_app.extensions["chat"]
    chat.channel("messaging", "general").remove_members([member])
    chat.deactivate_user(member)
    return "", 204


@bp.get("/<member>")
def card(member):
    cards = current_app.extensions["cards"]
    if member not in cards:
        cards[member] = json.dumps(_fetch(member))
    return jsonify(json.loads(cards[member]))


def _fetch(member):
    response = current_app.extensions["chat"].query_users({"id": member}, limit=1)
    return response["users"][0] if response["users"] else None
