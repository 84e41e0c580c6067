"""Runs what the shop does; its own tests are in tests/."""

import asyncio

from shop import announcements, desk, rooms, users


def attempt(name, call):
    try:
        observe(name, call())
    except Exception as error:
        observe(name, error)


attempt("register", lambda: bool(users.register("jane", "Jane")))
attempt("register again", lambda: bool(users.register("joe", "Joe", vip=True)))
attempt("forget", lambda: users.forget("joe"))
attempt("names", lambda: users.names(["jane", "joe"]))
attempt("open", lambda: rooms.open_room(5, "jane"))
attempt("tell", lambda: rooms.tell(5, "On its way"))
attempt("close", lambda: rooms.close_room(5, "jane"))
ann = desk.make_desk("ann")
attempt("enter", lambda: bool(ann.enter("Ann")))
attempt("leave", lambda: ann.leave())
attempt("announce", lambda: asyncio.run(announcements.announce("Sale!", ["lobby", "yard"])))
