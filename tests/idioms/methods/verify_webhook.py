"""The endpoint that Stream calls; the signature comes in a header."""
import hashlib
import hmac
import json
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def webhook(body, headers):
    signature = headers.get("X-Signature", "")
    if not client.verify_webhook(body, signature):
        return 401
    event = json.loads(body)
    if event["type"] == "message.new":
        client.channel("messaging", event["channel_id"]).send_message({"text": "Thanks!"}, "bot")
    return 200


def webhook_by_hand(body, headers):
    expected = hmac.new(os.environ["STREAM_API_SECRET"].encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, headers.get("X-Signature", ""))


# drive
body = b'{"type": "message.new", "channel_id": "general"}'
signature = __import__("hmac").new(b"the-secret", body, "sha256").hexdigest()
attempt("good", lambda: webhook(body, {"X-Signature": signature}))
attempt("bad", lambda: webhook(body, {"X-Signature": "no"}))
attempt("none", lambda: webhook(body, {}))
attempt("by hand", lambda: webhook_by_hand(body, {"X-Signature": signature}))
