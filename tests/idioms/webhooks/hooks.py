"""Webhooks in the way of FastAPI and Django: raw body, header, events of several kinds."""
import json
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def verify(request_body, x_signature):
    return bool(x_signature) and client.verify_webhook(request_body, x_signature)


def on_message(event):
    message = event.get("message") or {}
    if message.get("user", {}).get("id") == "bot":
        return None
    channel = client.channel(event["channel_type"], event["channel_id"])
    channel.send_event({"type": "typing.start"}, "bot")
    response = channel.send_message({"text": f"You said: {message.get('text', '')}", "ai_generated": True}, "bot")
    return response["message"]["id"]


def on_event(body, signature):
    if not verify(body, signature):
        return {"status": 403}
    event = json.loads(body)
    if event["type"] == "message.new":
        return {"status": 200, "message": on_message(event)}
    return {"status": 200}


# drive
import hmac as driver_hmac

body = b'{"type": "message.new", "channel_type": "messaging", "channel_id": "general", "message": {"text": "Hi", "user": {"id": "jane"}}}'
signature = driver_hmac.new(b"the-secret", body, "sha256").hexdigest()
attempt("good", lambda: on_event(body, signature))
attempt("bad", lambda: on_event(body, "bad"))
attempt("none", lambda: on_event(body, None))
