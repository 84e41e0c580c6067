"""Attachments: literals, built in loops, from uploads."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def image(room, url):
    client.channel("messaging", room).send_message(
        {"text": "", "attachments": [{"type": "image", "image_url": url, "thumb_url": url, "width": 10}]}, "jane"
    )


def card(room, product):
    attachment = {"type": "product", "title": product["name"], "title_link": product["url"]}
    if product.get("price"):
        attachment["price"] = product["price"]
    message = {"text": product["name"], "attachments": [attachment]}
    client.channel("messaging", room).send_message(message, "shop")


def files(room, urls):
    attachments = []
    for url in urls:
        attachments.append({"type": "file", "asset_url": url, "file_size": len(url)})
    client.channel("messaging", room).send_message({"text": "Files", "attachments": attachments}, "jane")


def buttons(room):
    client.channel("messaging", room).send_message(
        {
            "text": "Choose",
            "attachments": [
                {
                    "type": "buttons",
                    "actions": [{"name": "yes", "text": "Yes", "type": "button", "value": "1"}],
                    "fields": [{"title": "Price", "value": "5", "short": True}],
                }
            ],
        },
        "bot",
    )


# drive
attempt("image", lambda: image("general", "https://e.com/i.png"))
attempt("card", lambda: card("general", {"name": "Lamp", "url": "https://e.com/l", "price": 5}))
attempt("no price", lambda: card("general", {"name": "Lamp", "url": "https://e.com/l"}))
attempt("files", lambda: files("general", ["https://e.com/a.pdf", "https://e.com/b.pdf"]))
attempt("buttons", lambda: buttons("general"))
