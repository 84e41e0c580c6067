"""A test replaces the client by its name and asserts no call in detail."""
import chat_checks

attempt("open", chat_checks.check_open_order)
attempt("tell", chat_checks.check_tell_sends)
