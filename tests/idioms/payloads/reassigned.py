"""The payload's name is bound twice, in loops, in closures, by augmented assignment."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def twice(first, second):
    user = {"id": first, "name": first.title()}
    client.upsert_user(user)
    user = {"id": second, "city": "Oslo"}
    client.upsert_user(user)


def template(user_ids):
    user = {"role": "user", "origin": "import"}
    for user_id in user_ids:
        user["id"] = user_id
        client.upsert_user(user)


def inside(user_id):
    user = {"id": user_id}

    def fill():
        user["name"] = user_id.title()

    fill()
    client.upsert_user(user)


def joined(user_id, extra):
    user = {"id": user_id}
    user |= extra
    client.upsert_user(user)


def message_in_loop(texts):
    channel = client.channel("messaging", "general")
    message = {"silent": True}
    for number, text in enumerate(texts):
        message["text"] = text
        message["number"] = number
        channel.send_message(message, "bot")


def counted(rows):
    users = []
    for row in rows:
        users.append({"id": row, "position": len(users)})
    users[0]["first"] = True
    client.upsert_users(users)


# drive
attempt("twice", lambda: twice("a", "b"))
attempt("template", lambda: template(["a", "b"]))
attempt("inside", lambda: inside("jane"))
attempt("joined", lambda: joined("jane", {"city": "Oslo", "role": "user"}))
attempt("messages", lambda: message_in_loop(["One", "Two"]))
attempt("counted", lambda: counted(["a", "b"]))
