class FakeChat:
    """For the tests of services: has the names that they call, and remembers."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, object]] = []

    def upsert_user(self, user: dict) -> None:
        self.calls.append(("upsert_user", user))

    def delete_message(self, message_id: str, **options: object) -> None:
        self.calls.append(("delete_message", message_id))
