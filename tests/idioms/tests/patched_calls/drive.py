"""A test replaces the client by its name and asserts what it is called with."""
import chat_checks

attempt("register", chat_checks.check_register)
