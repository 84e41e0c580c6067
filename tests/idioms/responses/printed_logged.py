"""Scripts print responses, services log them."""
import logging
import os
import pprint

from stream_chat import StreamChat

logger = logging.getLogger(__name__)
client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def seed():
    print(client.upsert_user({"id": "jane", "name": "Jane"}))
    response = client.channel("messaging", "general").create("jane")
    print("created", response)
    pprint.pprint(client.query_users({"id": "jane"}))


def post(channel_id, text):
    response = client.channel("messaging", channel_id).send_message({"text": text}, "bot")
    logger.info("sent: %s", response)
    logger.debug(f"message {response['message']['id']} sent: {response}")
    return response["message"]["id"]


def delete(channel_id):
    result = client.channel("messaging", channel_id).delete()
    logger.info("deleted %s: %s", channel_id, result)


# drive
attempt("seed", seed)
attempt("post", lambda: post("general", "Hello"))
attempt("delete", lambda: delete("general"))
