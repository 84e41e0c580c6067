"""Runs each handler and each job."""

import asyncio

from pool import jobs, web


def attempt(name, call):
    try:
        observe(name, call())
    except Exception as error:
        observe(name, error)


attempt("register", lambda: asyncio.run(web.register("jane", "Jane")))
attempt("post", lambda: asyncio.run(web.post("lobby", "jane", "Hello!")))
attempt("remove", lambda: asyncio.run(web.remove("message-1")))
attempt("leave", lambda: asyncio.run(web.leave("jane")))
attempt("flag", lambda: jobs.flag_all(["message-2", "message-3"], "mary"))
attempt("mute", lambda: jobs.mute("john", "mary"))
attempt("remember", lambda: jobs.remember("john", True))
observe("recorder", web.recorder.told)
