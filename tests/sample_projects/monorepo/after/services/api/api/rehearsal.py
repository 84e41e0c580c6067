from chatlib.testing import FakeChat


def rehearse() -> list:
    chat = FakeChat()
    chat.upsert_user({"id": "nobody"})
    chat.delete_message("nothing", hard=True)
    return chat.calls
