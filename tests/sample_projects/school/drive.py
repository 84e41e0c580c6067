"""Sends each request that the school answers. Where it fails it answers 500 and the next one is sent."""

from fastapi.testclient import TestClient
from school.main import app

with TestClient(app, raise_server_exceptions=False) as http:

    def say(method, path, **options):
        response = http.request(method, path, **options)
        body = response.json() if response.content and response.status_code < 500 else None
        observe(f"{method} {path}", [response.status_code, body])

    say("POST", "/people", json={"id": "jane", "name": "Jane", "email": "jane@example.com"})
    say("POST", "/people", json={"id": "tom", "name": "Tom", "teacher": True})
    say("PUT", "/people", json=[{"id": "ann", "name": "Ann"}, {"id": "bob", "name": "Bob", "email": "b@example.com"}])
    say("GET", "/people/jane")
    say("GET", "/people?search=ja")
    say("POST", "/courses", json={"slug": "maths", "title": "Mathematics", "teacher": "tom", "pupils": ["jane", "ann"]})
    say("POST", "/courses", json={"slug": "art", "title": "Art", "teacher": "tom", "room": "B12"})
    say("GET", "/courses?person=jane")
    say("GET", "/courses/maths")
    say("POST", "/courses/maths/lessons", json={"author": "tom", "text": "Page 12, please.", "homework": {"page": 12}})
    say("PATCH", "/courses/maths", json={"title": "Maths", "room": "A1"})
    say("DELETE", "/courses/maths/pupils/jane")
    say("DELETE", "/lessons/message-1")
