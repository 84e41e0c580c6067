"""Sends a request to each view. What the board cannot answer is a 500, and the next one is sent."""

from board import create_app

app = create_app({"PROPAGATE_EXCEPTIONS": False, "MODERATOR": "mary"})
http = app.test_client()


def say(method, url, **options):
    response = http.open(url, method=method, **options)
    observe(f"{method} {url}", [response.status_code, response.get_json(silent=True)])


say("POST", "/topics/bikes", data={"user": "jane"})
say("POST", "/topics/bikes/posts", data={"user": "jane", "text": "Hello!"})
say("POST", "/topics/bikes/posts", data={"user": "john", "text": "Hello, Jane!", "parent": "message-1"})
say("DELETE", "/posts/message-1")
say("GET", "/topics?user=jane")
say("POST", "/members/", data={"id": "jane", "name": "Jane"})
say("POST", "/members/john/flag")
say("DELETE", "/members/john")
say("GET", "/topics/bikes")
say("POST", "/posts/message-1/like", data={"user": "jane", "topic": "bikes"})
say("GET", "/members/jane")
say("GET", "/members/jane")
observe("journal", app.extensions["journal"].lines)
