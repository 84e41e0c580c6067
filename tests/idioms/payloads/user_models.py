"""Payloads of pydantic models, dataclasses and typed dicts."""
import os
from dataclasses import asdict, dataclass
from typing import Optional, TypedDict

from pydantic import BaseModel
from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


class UserIn(BaseModel):
    id: str
    name: str
    email: Optional[str] = None
    image: Optional[str] = None


@dataclass
class Player:
    id: str
    name: str
    level: int = 1


class ChatUser(TypedDict, total=False):
    id: str
    name: str
    nickname: str


def register(user: UserIn):
    client.upsert_user(user.model_dump(exclude_none=True))
    return client.create_token(user.id)


def register_all(users: list[UserIn]):
    client.upsert_users([user.model_dump() for user in users])


def add_player(player: Player):
    client.upsert_user(asdict(player))


def add_typed(user_id: str, nickname: str):
    user: ChatUser = {"id": user_id, "nickname": nickname}
    client.upsert_user(user)


# drive
attempt("register", lambda: register(UserIn(id="jane", name="Jane", email="jane@example.com")))
attempt("all", lambda: register_all([UserIn(id="a", name="Ann"), UserIn(id="b", name="Bob", image="https://e.com/b.png")]))
attempt("player", lambda: add_player(Player("p1", "Player One", 7)))
attempt("typed", lambda: add_typed("jane", "JD"))
