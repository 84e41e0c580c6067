"""The SDK is imported where it is needed."""
import os


def token(user_id):
    from stream_chat import StreamChat

    client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])
    return client.create_token(user_id)


def remove(channel_id, user_id):
    from stream_chat import StreamChat
    from stream_chat.base.exceptions import StreamAPIException

    client = StreamChat(os.environ["STREAM_API_KEY"], os.environ["STREAM_API_SECRET"])
    try:
        client.channel("messaging", channel_id).remove_members([user_id])
    except StreamAPIException as error:
        return error.status_code
    return 200


# drive
attempt("token", lambda: token("jane"))
attempt("remove", lambda: remove("general", "jane"))
