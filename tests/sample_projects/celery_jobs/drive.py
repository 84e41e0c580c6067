"""Runs each task in this process."""

import os

os.environ["EAGER"] = "1"

from jobs.celery import app
from jobs.digest import clean_up, count_unread, post_digest
from jobs.users import import_users, profile, rename_user, suspend_users, sync_user

app.set_default()


def attempt(name, call):
    try:
        observe(name, call())
    except Exception as error:
        observe(name, error)


attempt("sync", lambda: sync_user.delay("jane", "Jane", teams=["blue"]).get())
attempt("rename", lambda: rename_user.run("jane", "Janet"))
attempt("suspend", lambda: suspend_users.delay(["john", "mary"]).get())
attempt("digest", lambda: post_digest.run("general", ["One thing.", "Another thing."]))
attempt("unread", lambda: count_unread.delay("jane").get())
attempt("clean up", lambda: clean_up.run(["general", "old"]))
ROWS = [{"id": "ann", "name": "Ann", "email": "ann@example.com"}, {"id": "bob", "name": "Bob", "extra": {"age": 7}}]
attempt("import", lambda: import_users.delay(ROWS).get())
attempt("profile", lambda: profile.run("jane"))
