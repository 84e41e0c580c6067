"""Answers become objects of the program."""
import os
from dataclasses import dataclass
from typing import Optional

from pydantic import BaseModel
from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


@dataclass
class Message:
    id: str
    text: str
    author: str

    @classmethod
    def from_stream(cls, data):
        return cls(id=data["id"], text=data["text"], author=data["user"]["id"])


class Profile(BaseModel):
    id: str
    role: str
    name: Optional[str] = None


def messages(channel_id):
    response = client.channel("messaging", channel_id).query(messages={"limit": 5})
    return [vars(Message.from_stream(message)) for message in response["messages"]]


def profile(user_id):
    user = client.query_users({"id": user_id})["users"][0]
    return Profile(id=user["id"], role=user["role"], name=user.get("name")).model_dump()


def profile_spread(user_id):
    return Profile(**client.query_users({"id": user_id})["users"][0]).model_dump()


def validated(user_id):
    return Profile.model_validate(client.query_users({"id": user_id})["users"][0]).id


# drive
attempt("messages", lambda: messages("general"))
attempt("profile", lambda: profile("jane"))
attempt("spread", lambda: profile_spread("jane"))
attempt("validated", lambda: validated("jane"))
