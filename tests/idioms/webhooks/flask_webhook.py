"""A Flask endpoint for Stream's webhooks, in front of a before-send hook."""
import os

from flask import Flask, abort, jsonify, request
from stream_chat import StreamChat

app = Flask(__name__)
chat = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])
BAD_WORDS = {"spam"}


@app.post("/webhook")
def webhook():
    if not chat.verify_webhook(request.data, request.headers["X-Signature"]):
        abort(403)
    event = request.get_json(force=True)
    if event["type"] == "user.banned":
        chat.channel("team", "moderators").send_message({"text": f"{event['user']['id']} is banned"}, "bot")
    return "", 204


@app.post("/before-send")
def before_send():
    if not chat.verify_webhook(request.data, request.headers.get("X-Signature")):
        abort(403)
    message = request.get_json(force=True)["message"]
    if BAD_WORDS & set(message["text"].split()):
        return jsonify(message={**message, "type": "error", "text": "no"})
    return jsonify(message=message)


# drive
import hmac as driver_hmac

http = app.test_client()


def call(path, body, signature=None):
    signed = driver_hmac.new(b"the-secret", body, "sha256").hexdigest()
    response = http.post(path, data=body, headers={"X-Signature": signature or signed})
    return [response.status_code, response.get_json(silent=True)]


attempt("banned", lambda: call("/webhook", b'{"type": "user.banned", "user": {"id": "bad"}}'))
attempt("unsigned", lambda: call("/webhook", b"{}", "no"))
attempt("good", lambda: call("/before-send", b'{"message": {"text": "hello"}}'))
attempt("spam", lambda: call("/before-send", b'{"message": {"text": "buy spam"}}'))
