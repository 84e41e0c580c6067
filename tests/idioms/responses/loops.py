"""Answers in loops: pages, accumulators, early ends, else."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def all_users(size=2):
    found = []
    offset = 0
    while True:
        response = client.query_users({"role": "user"}, limit=size, offset=offset)
        users = response.get("users", [])
        if not users:
            break
        found.extend(users)
        offset += size
    return [user["id"] for user in found]


def pages(channel_id):
    newest = None
    count = 0
    for _ in range(3):
        params = {"limit": 10}
        if newest:
            params["id_lt"] = newest
        messages = client.channel("messaging", channel_id).query(messages=params)["messages"]
        if not messages:
            break
        newest = messages[0]["id"]
        count += len(messages)
    return count, newest


def by_author(channel_id):
    grouped = {}
    for message in client.channel("messaging", channel_id).query(messages={"limit": 50})["messages"]:
        grouped.setdefault(message["user"]["id"], []).append(message["text"])
    return grouped


def find(channel_id, text):
    for message in client.channel("messaging", channel_id).query()["messages"]:
        if text in message["text"]:
            return message["id"]
    else:
        return None


def longest(channel_id):
    messages = client.channel("messaging", channel_id).query()["messages"]
    return max((len(m["text"]) for m in messages), default=0), any(m["silent"] for m in messages)


def numbered(channel_id):
    state = client.channel("messaging", channel_id).query()
    return [f"{n}. {m['text']}" for n, m in enumerate(state["messages"], 1)]


# drive
attempt("all", all_users)
attempt("pages", lambda: pages("general"))
attempt("author", lambda: by_author("general"))
attempt("find", lambda: find("general", "text"))
attempt("longest", lambda: longest("general"))
attempt("numbered", lambda: numbered("general"))
