"""Inner functions, lambdas and comprehensions see the answer."""
import os

from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_API_KEY"], api_secret=os.environ["STREAM_API_SECRET"])


def reader(channel_id):
    state = client.channel("messaging", channel_id).query(messages={"limit": 3})

    def text(index):
        return state["messages"][index]["text"]

    def count():
        return len(state["messages"])

    return [text(index) for index in range(count())]


def lazy(user_id):
    response = client.query_users({"id": user_id})
    name = lambda: response["users"][0].get("name", "?")  # noqa: E731
    return name()


def nested(channel_ids):
    return {
        cid: [m["text"] for m in state["messages"] if m.get("user", {}).get("id")]
        for cid in channel_ids
        for state in [client.channel("messaging", cid).query()]
    }


def flat(channel_ids):
    return [
        message["id"]
        for channel_id in channel_ids
        for message in client.channel("messaging", channel_id).query()["messages"]
    ]


# drive
attempt("reader", lambda: reader("general"))
attempt("lazy", lambda: lazy("jane"))
attempt("nested", lambda: nested(["a"]))
attempt("flat", lambda: flat(["b"]))
