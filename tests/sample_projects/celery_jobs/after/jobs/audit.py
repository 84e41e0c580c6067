class AuditLog:
    def __init__(self):
        self.entries = []

    def upsert_user(self, user):
        self.entries.append(user["id"])


audit = AuditLog()
