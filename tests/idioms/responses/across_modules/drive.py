"""A service returns responses, and views in another module read them."""
import views

attempt("post", lambda: views.post({"channel": "general", "user": "jane", "text": "Hello"}))
attempt("people", lambda: views.people("ja"))
attempt("size", lambda: views.size("general"))
