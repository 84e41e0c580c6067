"""Held: a test asserts the arguments of v1 calls on a mock; it has to say what v2 is called with."""
import chat_checks

attempt("register", chat_checks.check_register)
