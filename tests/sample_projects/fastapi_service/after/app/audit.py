class AuditLog:
    """What the service did, for the back office. Not a client of anything."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, str]] = []

    def upsert_user(self, user: dict) -> None:
        self.entries.append(("user", user["id"]))

    def delete_message(self, message_id: str, hard: bool = False) -> None:
        self.entries.append(("message", message_id))


audit = AuditLog()


def get_audit() -> AuditLog:
    return audit
