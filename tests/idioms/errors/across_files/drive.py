"""The handlers are in another file than the calls, and translate."""
from chat import views

attempt("delete", lambda: views.handle(views.delete, "m1"))
attempt("ban", lambda: views.handle(views.ban, "bad", "admin"))
