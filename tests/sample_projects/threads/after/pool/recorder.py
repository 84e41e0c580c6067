class Recorder:
    """Keeps what it is told. Not the chat."""

    def __init__(self):
        self.told = []

    def upsert_user(self, user):
        self.told.append(user["id"])

    def send_message(self, message, user_id):
        self.told.append(message["text"])
