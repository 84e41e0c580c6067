"""Calls each method of the services."""

from helpdesk.wiring import build, token_for

services = build()
tickets = services.tickets


def attempt(name, call):
    try:
        observe(name, call())
    except Exception as error:
        observe(name, error)


attempt("health", services.health)
attempt("welcome", lambda: tickets.welcome("jane", "Jane"))
attempt("token", lambda: token_for(services, "jane"))
attempt("open", lambda: tickets.open(17, "jane", "It does not start."))
attempt("answer", lambda: tickets.answer(17, "Is it plugged in?"))
attempt("remove", lambda: tickets.remove("message-1"))
attempt("quiet", lambda: tickets.quiet("john"))
attempt("close", lambda: tickets.close(17))
observe("audit", services.audit.entries)
