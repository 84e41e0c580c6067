class Journal:
    """Remembers what was sent. `send_message` and `upsert_user` are its own."""

    def __init__(self):
        self.entries = []

    def upsert_user(self, user):
        self.entries.append({"user": user["id"], "keys": sorted(user)})

    def send_message(self, message, user_id):
        self.entries.append({"to": user_id, "message": message["id"], "text": message["text"]})
