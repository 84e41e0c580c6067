"""Answers are rendered by templates."""
import os

from jinja2 import Environment
from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])
page = Environment(autoescape=True).from_string(
    "{{ user.id }}: {{ user.role }}{% for m in messages %}|{{ m.user.id }} {{ m['text'] }}{% endfor %}"
)


def render(user_id, channel_id):
    user = client.query_users({"id": user_id})["users"][0]
    state = client.channel("messaging", channel_id).query(messages={"limit": 3})
    return page.render(user=user, messages=state["messages"])


def formatted(user_id):
    user = client.query_users({"id": user_id})["users"][0]
    return "{id} is a {role}".format(**user), "%(id)s" % user, f"{user['id']!r:>20}"


# drive
attempt("render", lambda: render("jane", "general"))
attempt("formatted", lambda: formatted("jane"))
