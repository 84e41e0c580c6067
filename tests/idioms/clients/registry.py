"""Clients by tenant, in a dict."""
import os

from stream_chat import StreamChat

_clients = {}


def client_for(tenant):
    if tenant not in _clients:
        _clients[tenant] = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])
    return _clients[tenant]


def enrol(tenant, user_id):
    client = client_for(tenant)
    client.upsert_user({"id": f"{tenant}-{user_id}", "teams": [tenant]})
    return client.create_token(f"{tenant}-{user_id}")


def dismiss(tenant, user_id):
    client_for(tenant).deactivate_user(f"{tenant}-{user_id}")


# drive
attempt("enrol", lambda: enrol("acme", "jane"))
attempt("dismiss", lambda: dismiss("acme", "jane"))
