class FakeChat:
    """Stands in for the chat in rehearsals and remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def upsert_user(self, user: dict) -> None:
        self.told.append(user["id"])

    async def delete_message(self, message_id: str) -> None:
        self.told.append(message_id)
