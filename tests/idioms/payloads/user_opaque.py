"""The payload comes from elsewhere: a parameter, a request body, a JSON file."""
import json
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def upsert(user):
    """Send whatever the caller has."""
    client.upsert_user(user)


def from_body(body):
    client.upsert_user(json.loads(body))


def from_rows(users):
    client.upsert_users(users)


def import_users(text):
    client.upsert_users([json.loads(line) for line in text.splitlines()])


# drive
attempt("upsert", lambda: upsert({"id": "jane", "name": "Jane", "email": "jane@example.com", "teams": ["blue"]}))
attempt("body", lambda: from_body('{"id": "john", "tier": {"level": 3}, "custom": {"a": 1}}'))
attempt("rows", lambda: from_rows([{"id": "a"}, {"id": "b", "role": "admin", "x": None}]))
attempt("import", lambda: import_users('{"id": "c"}\n{"id": "d", "city": "Oslo"}'))
