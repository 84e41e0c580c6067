"""Only the text of the error is shown to people."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


class HTTPException(Exception):
    def __init__(self, status_code, detail):
        super().__init__(detail)
        self.status_code = status_code
        self.detail = detail


def send(channel_id, user_id, text):
    try:
        client.channel("messaging", channel_id).send_message({"text": text}, user_id)
    except Exception as e:
        raise HTTPException(status_code=500, detail=f"Message failed: {e}")
    return {"ok": True}


def answer(call):
    try:
        return 200, call()
    except HTTPException as error:
        return error.status_code, None


# drive
attempt("send", lambda: answer(lambda: send("general", "jane", "Hi")))
