"""Lets the bot work off one line after the other, and all of them."""

from bot.main import main

LINES = [
    "lobby hello jane",
    "lobby invite jane john",
    "lobby purge message-1 message-2",
    "lobby mute john",
]


def attempt(name, call):
    try:
        observe(name, call())
    except Exception as error:
        observe(name, error)


attempt("rehearsal", lambda: main(LINES, rehearsal=True))
for line in LINES:
    attempt(line, lambda: main([line]))
attempt("all", lambda: main(LINES))
