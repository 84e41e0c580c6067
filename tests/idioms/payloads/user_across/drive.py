"""The payload is made in one module and sent in another."""
from people import sync

attempt("one", lambda: sync.sync({"id": 1, "name": "Jane", "premium": True}))
attempt("all", lambda: sync.sync_all([{"id": 1, "name": "Jane"}, {"id": 2, "name": "John", "premium": True}]))
attempt("greet", lambda: sync.greet({"id": 1, "name": "Jane"}, "general"))
