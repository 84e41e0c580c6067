"""Keys and options come from a settings module, as in Django."""
import signals

attempt("created", lambda: signals.user_saved({"pk": 1, "name": "Jane"}, True))
attempt("saved", lambda: signals.user_saved({"pk": 1, "name": "Janet"}, False))
attempt("group", lambda: signals.group_saved({"pk": 3, "name": "Blue", "people": [1, 2]}))
