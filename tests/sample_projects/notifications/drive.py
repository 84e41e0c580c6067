"""Lets the worker work off jobs of every kind, and one that nobody knows."""

from notifications.queue import Queue
from notifications.worker import Worker

queue = Queue()
worker = Worker(queue)


def attempt(name, call):
    try:
        observe(name, call())
    except Exception as error:
        observe(name, error)


def job(kind, **data):
    queue.put({"kind": kind, **data})
    return worker.run()


attempt("sync", lambda: job("sync_user", user={"id": 1, "name": "Jane", "email": "jane@example.com", "teams": ["blue"]}))
attempt("sync bare", lambda: job("sync_user", user={"id": 2, "name": "John"}))
attempt("many", lambda: job("sync_users", users=[{"id": 3, "name": "Joe"}, {"id": 4, "name": "Ann", "plan": "pro"}]))
attempt("notify", lambda: job("notify", user="user-1", text="Your parcel is here.", data={"parcel": 7, "urgent": True}))
attempt("notify again", lambda: job("notify", user="user-1", text="Your parcel is still here.", link="https://e.com/7"))
attempt("profile", lambda: job("profile", user="user-1"))
attempt("profile again", lambda: job("profile", user="user-1"))
attempt("retract", lambda: job("retract", message="message-1"))
attempt("digest", lambda: job("digest", user="user-1"))
attempt("unknown", lambda: job("dance"))
observe("sent", worker.journal.entries)
observe("dead", queue.dead)
