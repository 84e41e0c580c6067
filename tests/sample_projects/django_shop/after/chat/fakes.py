class FakeChat:
    """Prints instead of sending, for dry runs."""

    def __init__(self, out):
        self.out = out

    def upsert_users(self, users):
        for user in users:
            self.out.write(f"would send {user['id']}\n")

    def channel(self, kind, room):
        self.out.write(f"would open {kind}:{room}\n")
