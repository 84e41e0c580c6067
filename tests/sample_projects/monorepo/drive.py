"""Calls what the service offers."""

from api import rehearsal, rooms, users


def attempt(name, call):
    try:
        observe(name, call())
    except Exception as error:
        observe(name, error)


attempt("sign up", lambda: users.sign_up("jane", "Jane", plan="team"))
attempt("create", lambda: rooms.create("lobby", "jane", ["john", "mary"]))
attempt("say", lambda: rooms.say("lobby", "jane", "Hello!"))
attempt("unsay", lambda: rooms.unsay("message-1"))
attempt("sign off", lambda: users.sign_off("jane"))
attempt("rehearsal", rehearsal.rehearse)
