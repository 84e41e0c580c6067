"""Sends each request that the service answers. Where it fails it answers 500 and the next one is sent."""

from app.main import app
from fastapi.testclient import TestClient

with TestClient(app, raise_server_exceptions=False) as http:

    def say(method, path, **options):
        response = http.request(method, path, **options)
        observe(f"{method} {path}", [response.status_code, response.text if response.is_error else response.content and response.json()])

    say("POST", "/users", json={"id": "jane", "name": "Jane", "email": "jane@example.com"})
    say("POST", "/users", json={"id": "john", "name": "John"})
    say("PATCH", "/users/jane?name=Janet")
    say("GET", "/users?prefix=Ja")
    say("POST", "/channels/ticket-1?owner=jane")
    say("POST", "/channels/ticket-1/messages?author=jane", json={"text": "It does not start."})
    say("DELETE", "/channels/messages/message-1")
    say("POST", "/channels/ticket-1/close")
    say("DELETE", "/users/john")
    say("GET", "/audit")
    say("PUT", "/users/jane", json={"id": "jane", "name": "Jane Doe"})
    say("GET", "/users/jane")
    say("GET", "/channels/ticket-1?limit=5")
