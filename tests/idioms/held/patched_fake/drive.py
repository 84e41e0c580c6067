"""Held: a test puts a fake of its own in the place of the client; it has to get the methods of v2."""
import chat_checks

attempt("register", chat_checks.check_register)
