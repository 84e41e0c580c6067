"""The judge sees what is wrong: a rewrite that loses, swaps, repeats or touches something makes a program differ."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.differential import judge as judging
from tests.differential.generator import Program
from tests.differential.shrink import kind_of, shrink

from streammigrate.codemod.model import FileResult
from streammigrate.codemod.settings import RewriteSettings

SOURCE = """\
import random

from stream_chat import StreamChat

client = StreamChat("key", "secret")


def seen(value):
    observe("seen", [value, random.random()])
    return value


# a comment
client.upsert_user({"id": seen("jane"), "name": "Jane"})
response = client.query_users({"role": seen("user")}, limit=5)
observe("count", len(response["users"]))
observe("token", client.create_token("jane"))
"""
MADE = Program(1, SOURCE, ("# a comment",), None, 0)

MUTATIONS: dict[str, tuple[str, str, str]] = {
    "a request is lost": ('client.upsert_user({"id": seen("jane"), "name": "Jane"})', 'seen("jane")', "[0]"),
    "a value is lost": (', "name": "Jane"', "", "[0].body.users.jane.name"),
    "a value is another": ('"Jane"', '"John"', "[0].body.users.jane.name"),
    "an effect is lost": ('seen("jane")', '"jane"', "observed[0].seen[0]"),
    "an effect comes later": (
        'client.upsert_user({"id": seen("jane"), "name": "Jane"})',
        'client.upsert_user({"id": "jane", "name": "Jane"}); seen("jane")',
        "observed[0].seen[1]",
    ),
    "a value that is read is another": ('len(response["users"])', 'len(response["users"]) + 1', "observed[2].count"),
    "a token is another": ('create_token("jane")', 'create_token("john")', "observed[3].token"),
    "the secret is kept, the time-out is not": ('"secret")', '"secret", timeout=30)', "[0].timeout"),
    "a comment is lost": ("# a comment\n", "", "touched"),
    "an error comes": ('observe("count"', 'raise ValueError("no")\nobserve("count"', "observed.length"),
    "the result is no program": ('observe("count"', ')observe("count"', "syntax"),
    "the line endings change": ("\r", "", "touched"),
}


def _rewriting(change: Callable[[str], str]) -> Callable[[bytes, str, RewriteSettings], FileResult]:
    def rewrite(source: bytes, path: str, settings: RewriteSettings) -> FileResult:
        return FileResult(path, source, change(source.decode()).encode())

    return rewrite


def test_a_program_that_stays_differs_in_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "rewrite_source", _rewriting(lambda text: text))
    verdict = judging.judge(MADE)
    assert (verdict.differences, verdict.broken, verdict.requests) == ((), "", 2)


@pytest.mark.parametrize("what", MUTATIONS)
def test_a_wrong_rewrite_is_seen(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new, place = MUTATIONS[what]
    made = MADE._replace(source=SOURCE.replace("\n", "\r\n")) if old == "\r" else MADE
    assert old in made.source
    monkeypatch.setattr(judging, "rewrite_source", _rewriting(lambda text: text.replace(old, new)))
    assert judging.judge(made).differences[0].startswith(place)


def test_a_second_run_that_changes_more_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "rewrite_source", _rewriting(lambda text: text + "# more\n"))
    assert kind_of(judging.judge(MADE)) == "again"


def test_a_crash_is_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(text: str) -> str:
        raise ValueError("the engine fell over")

    monkeypatch.setattr(judging, "rewrite_source", _rewriting(crash))
    assert kind_of(judging.judge(MADE)) == "ValueError: the engine fell over"


def test_a_program_that_never_worked_is_broken() -> None:
    assert judging.judge(MADE._replace(source="undefined\n")).broken == "NameError: name 'undefined' is not defined"


def test_shrinking_keeps_what_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "rewrite_source", _rewriting(lambda text: text.replace("limit=5", "limit=6")))
    small = shrink(MADE)
    assert kind_of(judging.judge(small)) == kind_of(judging.judge(MADE))
    assert "limit=5" in small.source
    assert "create_token" not in small.source
    assert len(small.source.splitlines()) <= 5
