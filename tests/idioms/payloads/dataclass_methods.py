"""Objects of the program know their payloads; some of them inherit."""
import os
from dataclasses import dataclass, field
from typing import Any, Dict, List

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


@dataclass
class Person:
    id: str
    name: str
    tags: List[str] = field(default_factory=list)

    def payload(self) -> Dict[str, Any]:
        return {"id": self.id, "name": self.name, "tags": self.tags}


@dataclass
class Coach(Person):
    sport: str = "chess"

    def payload(self) -> Dict[str, Any]:
        return {**super().payload(), "role": "coach", "sport": self.sport}


class Post:
    def __init__(self, text, author):
        self.text, self.author = text, author

    def as_dict(self):
        return {"text": self.text, "author_name": self.author.name}

    def send(self, room):
        return client.channel("messaging", room).send_message(self.as_dict(), self.author.id)["message"]["id"]


def save(people: List[Person]):
    client.upsert_users([person.payload() for person in people])


def save_one(person: Person):
    client.upsert_user(person.payload())


# drive
attempt("save", lambda: save([Person("a", "Ann"), Coach("b", "Bob", ["x"])]))
attempt("one", lambda: save_one(Coach("c", "Cy")))
attempt("send", lambda: Post("Hello", Person("a", "Ann")).send("general"))
