"""Messages as variables, grown, opaque and conditional."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def post(channel_id, user_id, text, parent=None, files=()):
    channel = client.channel("messaging", channel_id)
    message = {"text": text}
    if parent:
        message["parent_id"] = parent
    if files:
        message["attachments"] = [{"type": "file", "asset_url": url, "title": url.rsplit("/", 1)[-1]} for url in files]
    response = channel.send_message(message, user_id)
    return response["message"]["id"]


def post_payload(channel_id, payload, user_id):
    return client.channel("messaging", channel_id).send_message(payload, user_id)["message"]["id"]


def post_kind(channel_id, user_id, text, image):
    client.channel("messaging", channel_id).send_message(
        {"text": text, "attachments": [{"type": "image", "image_url": image}]} if image else {"text": text}, user_id
    )


def post_with_user(channel_id, user):
    message = {"text": "Hi", "user_id": user["id"], "lang": user["lang"]}
    client.channel("messaging", channel_id).send_message(message, user["id"])


def edit(message, text):
    message = {**message, "text": text}
    client.update_message(message)


# drive
attempt("post", lambda: post("general", "jane", "Hello"))
attempt("thread", lambda: post("general", "jane", "Hello", "m1", ["https://e.com/a.pdf"]))
attempt("payload", lambda: post_payload("general", {"text": "Hi", "mood": "good"}, "jane"))
attempt("image", lambda: post_kind("general", "jane", "Look", "https://e.com/i.png"))
attempt("no image", lambda: post_kind("general", "jane", "Look", None))
attempt("user", lambda: post_with_user("general", {"id": "jane", "lang": "en"}))
attempt("edit", lambda: edit({"id": "m1", "user_id": "jane", "text": "old", "mood": "bad"}, "new"))
