"""The client of a module is imported by the others, which do not name the SDK."""
from app import tasks, views

attempt("token", lambda: views.token("jane"))
attempt("join", lambda: views.join("general", "jane"))
attempt("sync", lambda: tasks.sync_user({"id": 1, "name": "Jane", "email": "jane@example.com"}))
attempt("sync again", lambda: tasks.sync_user({"id": 2, "name": "John"}))
attempt("last", lambda: tasks.last_text("general"))
