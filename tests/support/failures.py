"""Programs that meet errors: run before and after, with every kind of failure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from programs import rewrite_all, texts

from streammigrate.codemod.rewrite import Outcome
from streammigrate.proof.answers import failing
from streammigrate.proof.record import Answer, Answerer, empty_answers
from streammigrate.proof.run import Trace, run

HEAD = """
from stream_chat import StreamChat
from stream_chat.base.exceptions import StreamAPIException

chat = StreamChat("k", "s")
"""
STAYS = 'def rest():\n    chat.unflag_user("b")\n'
"""A call that stays with v1, so that handlers have to catch both classes."""


def _page(status: int) -> Answerer:
    return lambda request: Answer(status, text="<html>bad gateway</html>")


FAILURES: Mapping[str, Callable[[], Answerer]] = {
    "none": lambda: empty_answers,
    "400": lambda: failing(empty_answers, 400),
    "404": lambda: failing(empty_answers, 404),
    "429": lambda: failing(empty_answers, 429),
    "500": lambda: failing(empty_answers, 500),
    "time-out": lambda: failing(empty_answers, "timeout"),
    "connection": lambda: failing(empty_answers, "connection"),
    "a page": lambda: _page(502),
}
"""What makes the answers, by what goes wrong."""


class Both(NamedTuple):
    """A program of several files before and after."""

    outcome: Outcome
    before: Mapping[str, str]
    after: Mapping[str, str]

    def differences(self, *left_out: str) -> list[str]:
        """Return where the two observe or end differently, by the failure."""
        found = []
        for name, make in FAILURES.items():
            one, other = (_run(files, make()) for files in (self.before, self.after))
            same = one.observed == other.observed and bool(one.error) == bool(other.error)
            if name not in left_out and not same:
                found.append(f"{name}: {one.observed} {one.error} | {other.observed} {other.error}")
        return found

    @property
    def left(self) -> list[str]:
        """Why sites stay."""
        return [
            site.instruction for one in self.outcome.files for site in one.sites if not site.applied and site.facets
        ]

    @property
    def text(self) -> str:
        """The main file after."""
        return self.after["main.py"]


def both(files: Mapping[str, str] | str, **settings: Any) -> Both:
    """Return a program, or one file of it, before and after; `main.py` is run."""
    given = {"main.py": files} if isinstance(files, str) else files
    outcome = rewrite_all(given, **settings)
    return Both(outcome, texts(given), {one.path: one.after.decode() for one in outcome.files})


def _run(files: Mapping[str, str], answer: Answerer) -> Trace:
    modules = {path[:-3].replace("/", "."): text for path, text in files.items() if path != "main.py"}
    return run(files["main.py"], answer=answer, modules=modules)
