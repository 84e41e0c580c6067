"""A cloud function answers with a JSON text."""
import json
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def handler(event, context):
    body = json.loads(event["body"])
    try:
        response = client.channel("messaging", body["channel"]).send_message({"text": body["text"]}, body["user"])
        return {"statusCode": 200, "body": json.dumps(response)}
    except Exception:
        return {"statusCode": 500, "body": json.dumps({"error": "failed"})}


def export(event, context):
    users = client.query_users({"role": "admin"}, limit=100)["users"]
    return {"statusCode": 200, "body": json.dumps({"users": users}, sort_keys=True)}


# drive
import json as driver_json


def answer(call, body):
    found = call({"body": driver_json.dumps(body)}, None)
    return [found["statusCode"], driver_json.loads(found["body"])]


attempt("handler", lambda: answer(handler, {"channel": "general", "text": "Hi", "user": "jane"}))
attempt("export", lambda: answer(export, {}))
