from flask import Blueprint, current_app, g, jsonify, request
from stream_chat.base.exceptions import StreamAPIException

bp = Blueprint("posts", __name__)


@bp.before_request
def connect():
    g.chat = current_app.extensions["chat"]


@bp.post("/topics/<topic>")
def open_topic(topic):
    channel = g.chat.channel("messaging", topic)
    channel.create(request.form["user"])
    return "", 201


@bp.post("/topics/<topic>/posts")
def add_post(topic):
    text, user = request.form["text"], request.form["user"]
    current_app.extensions["journal"].send_message({"text": text}, user)
    message = {"text": text}
    if "parent" in request.form:
        message["parent_id"] = request.form["parent"]
    response = g.chat.channel("messaging", topic).send_message(message, user)
    return jsonify(id=response["message"]["id"]), 201


@bp.delete("/posts/<post_id>")
def remove_post(post_id):
    try:
        g.chat.delete_message(post_id)
    except StreamAPIException as error:
        if error.status_code != 404:
            raise
        return jsonify(removed=False)
    return jsonify(removed=True)


@bp.get("/topics")
def topics():
    filters = {"type": "messaging", "members": {"$in": [request.args["user"]]}}
    response = g.chat.query_channels(filters, [{"field": "last_message_at", "direction": -1}], limit=5)
    return jsonify(count=len(response["channels"]))


@bp.get("/topics/<topic>")
def show_topic(topic):
    state = g.chat.channel("messaging", topic).query(messages={"limit": 10})
    newest = [post["id"] for post in state.get("messages", []) if post.get("type") != "deleted"]
    return jsonify(channel=state["channel"], newest=newest)


@bp.post("/posts/<post_id>/like")
def like(post_id):
    response = g.chat.channel("messaging", request.form["topic"]).send_reaction(
        post_id, {"type": "like"}, request.form["user"]
    )
    return jsonify(response)
