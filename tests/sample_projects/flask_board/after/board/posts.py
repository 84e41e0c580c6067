from flask import Blueprint, current_app, g, jsonify, request
from getstream import StreamApiException
from getstream.models import ChannelInput, MessagePaginationParams, MessageRequest, ReactionRequest, SortParamRequest

from board.stream_compat import as_v1, from_v1

bp = Blueprint("posts", __name__)


@bp.before_request
def connect():
    g.chat = current_app.extensions["chat"]


@bp.post("/topics/<topic>")
def open_topic(topic):
    channel = g.chat.chat.channel("messaging", topic)
    channel.get_or_create(data=ChannelInput(created_by_id=request.form["user"]), state=False)
    return "", 201


@bp.post("/topics/<topic>/posts")
def add_post(topic):
    text, user = request.form["text"], request.form["user"]
    current_app.extensions["journal"].send_message({"text": text}, user)
    message = {"text": text}
    if "parent" in request.form:
        message["parent_id"] = request.form["parent"]
    response = g.chat.chat.channel("messaging", topic).send_message(
        message=from_v1(MessageRequest, {**message, "user": {"id": user}}),
    )
    return jsonify(id=response.data.message.id), 201


@bp.delete("/posts/<post_id>")
def remove_post(post_id):
    try:
        g.chat.chat.delete_message(id=post_id)
    except StreamApiException as error:
        if error.status_code != 404:
            raise
        return jsonify(removed=False)
    return jsonify(removed=True)


@bp.get("/topics")
def topics():
    filters = {"type": "messaging", "members": {"$in": [request.args["user"]]}}
    response = g.chat.chat.query_channels(
        filter_conditions=filters,
        sort=[SortParamRequest(field="last_message_at", direction=-1)],
        limit=5,
        state=True,
    )
    return jsonify(count=len(response.data.channels))


@bp.get("/topics/<topic>")
def show_topic(topic):
    state = g.chat.chat.channel("messaging", topic).get_or_create(
        messages=MessagePaginationParams(limit=10),
        state=True,
    )
    newest = [post.id for post in state.data.messages if post.type != "deleted"]
    return jsonify(channel=as_v1(state)["channel"], newest=newest)


@bp.post("/posts/<post_id>/like")
def like(post_id):
    response = g.chat.chat.send_reaction(
        id=post_id,
        reaction=ReactionRequest(type="like", user_id=request.form["user"]),
    )
    return jsonify(as_v1(response))
