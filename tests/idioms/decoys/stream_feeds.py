"""Stream's feeds SDK and other streams: the same company, other objects."""


class StreamClient:
    """Stands for `stream.connect(…)` of the feeds SDK."""

    def __init__(self, key, secret):
        self.calls = []

    def create_user_token(self, user_id):
        return f"feed-{user_id}"

    def feed(self, slug, user_id):
        return self

    def add_activity(self, activity):
        self.calls.append(activity)
        return {"id": "1", **activity}


class Stream:
    """A stream of numbers."""

    def __init__(self, items):
        self.items = list(items)

    def query(self, **filters):
        return {"messages": self.items, **filters}

    def delete(self, hard=False):
        self.items.clear()


feeds = StreamClient("k", "s")
numbers = Stream(range(3))


def follow(user_id):
    feeds.feed("timeline", user_id).add_activity({"actor": user_id, "verb": "follow", "object": 1})
    return feeds.create_user_token(user_id), numbers.query(limit=2)["messages"]


# drive
attempt("follow", lambda: follow("jane"))
