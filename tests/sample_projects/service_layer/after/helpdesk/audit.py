class AuditLog:
    """Wraps nothing: the names of its methods are the only thing that it shares with the SDK."""

    def __init__(self):
        self.entries = []

    def upsert_user(self, user):
        self.entries.append(f"user {user['id']}")

    def add_members(self, members):
        self.entries.append(f"members {len(members)}")
