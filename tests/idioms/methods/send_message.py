"""Messages of people, of the system, with attachments and in threads."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def say(channel_id, user_id, text):
    channel = client.channel("messaging", channel_id)
    response = channel.send_message({"text": text}, user_id)
    return response["message"]["id"]


def announce(channel_id, text):
    channel = client.channel("team", channel_id)
    message = {"text": text, "type": "system", "silent": True, "announcement": "weekly"}
    channel.send_message(message, user_id="system", skip_push=True)


def share_order(channel_id, user_id, order):
    channel = client.channel("messaging", channel_id)
    channel.send_message(
        {
            "text": f"Order #{order['number']}",
            "attachments": [
                {"type": "order", "title": order["title"], "asset_url": order["url"], "order_number": order["number"]}
            ],
            "order": order["number"],
        },
        user_id,
    )


def answer(channel_id, parent_id, text, author):
    client.channel("messaging", channel_id).send_message(
        {"text": text, "parent_id": parent_id, "show_in_channel": False, "mentioned_users": ["jane"]}, author
    )


# drive
attempt("say", lambda: say("general", "jane", "Hello"))
attempt("announce", lambda: announce("general", "Lunch"))
attempt("share", lambda: share_order("general", "jane", {"number": 4, "title": "Lamp", "url": "https://e.com/4"}))
attempt("answer", lambda: answer("general", "message-1", "Yes", "john"))
