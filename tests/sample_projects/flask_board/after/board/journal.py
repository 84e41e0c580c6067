class Journal:
    """A diary in memory; `upsert_user` and `send_message` are its own."""

    def __init__(self):
        self.lines = []

    def upsert_user(self, user):
        self.lines.append(f"user {user['id']}")

    def send_message(self, message, user_id):
        self.lines.append(f"{user_id}: {message['text']}")
