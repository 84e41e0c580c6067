"""FastAPI's response_model filters what Stream answered."""
import os
from typing import List, Optional

from fastapi import FastAPI
from pydantic import BaseModel
from stream_chat import StreamChat

app = FastAPI()
client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


class UserOut(BaseModel):
    id: str
    role: str
    name: Optional[str] = None
    created_at: Optional[str] = None


class Page(BaseModel):
    users: List[UserOut]
    duration: str


@app.get("/users", response_model=Page)
def users(role: str):
    return client.query_users({"role": role}, limit=20)


@app.get("/users/{user_id}", response_model=UserOut)
async def user(user_id: str):
    return client.query_users({"id": user_id})["users"][0]


@app.get("/ids")
def ids(role: str) -> List[str]:
    return [UserOut(**user).id for user in client.query_users({"role": role})["users"]]


# drive
from fastapi.testclient import TestClient

with TestClient(app, raise_server_exceptions=False) as http:

    def call(path):
        response = http.get(path)
        return [response.status_code, None if response.is_error else response.json()]

    attempt("users", lambda: call("/users?role=admin"))
    attempt("user", lambda: call("/users/jane"))
    attempt("ids", lambda: call("/ids?role=admin"))
