"""Messages that are edited, marked, pinned and taken away."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def edit(message_id, text, user_id):
    client.update_message({"id": message_id, "text": text, "user_id": user_id, "edited_by_hand": True})


def mark_read(message_id, user_id):
    client.update_message_partial(message_id, {"set": {"handled": True}, "unset": ["flagged"]}, user_id)


def stream_answer(message_id, chunks, bot_id):
    text = ""
    for chunk in chunks:
        text += chunk
        client.update_message_partial(message_id, {"set": {"text": text, "generating": True}}, bot_id)
    client.update_message_partial(message_id, {"set": {"text": text, "generating": False}}, bot_id)


def remove(message_id):
    client.delete_message(message_id)


def remove_for_good(message_id):
    client.delete_message(message_id, hard=True)


def pin(message_id, user_id):
    client.pin_message(message_id, user_id)


# drive
attempt("edit", lambda: edit("m1", "New text", "jane"))
attempt("mark", lambda: mark_read("m1", "jane"))
attempt("stream", lambda: stream_answer("m2", ["One ", "two"], "bot"))
attempt("remove", lambda: remove("m1"))
attempt("hard", lambda: remove_for_good("m1"))
attempt("pin", lambda: pin("m1", "jane"))
