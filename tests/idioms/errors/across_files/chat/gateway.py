import os

from stream_chat import StreamChat

client = StreamChat(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"])


def delete_message(message_id):
    client.delete_message(message_id)


def ban(user_id, by):
    client.ban_user(user_id, user_id=by)
