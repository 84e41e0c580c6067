"""The judge sees what is wrong: a rewrite that loses, swaps, repeats or touches something makes a program differ."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.differential import judge as judging
from tests.differential.generator import Failure, Program
from tests.differential.shrink import kind_of, shrink

from streammigrate.codemod.model import FileResult
from streammigrate.codemod.settings import RewriteSettings
from streammigrate.proof.run import run

SOURCE = """\
import json
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
print(sorted(response["users"][0])[:1])
print({"id": "x", "count": len(response["users"])})
print("text", len(response["users"]))
observe("at", "at " + response["users"][0]["created_at"])
observe("json", json.dumps(response, sort_keys=True))
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
    "a printed text is another": ('print("text"', 'print("texts"', "printed[2]"),
    "a printed mapping is another": ('"id": "x", ', "", "printed[1].id"),
    "a line is not printed": ('print({"id"', '({"id"', "printed"),
    "a time is spelled otherwise": (
        'response["users"][0]["created_at"]',
        'response["users"][0]["created_at"].replace("T", " ").replace("Z", "+00:00")',
        "observed[4].at",
    ),
    "JSON is in another order": ("sort_keys=True", "sort_keys=False", "observed[5].json"),
    "JSON lacks something": ("json.dumps(response,", 'json.dumps({"users": response["users"]},', "observed[5].json"),
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


def test_the_order_of_a_printed_mapping_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = '"id": "x", "count": len(response["users"])', '"count": len(response["users"]), "id": "x"'
    assert old in SOURCE
    monkeypatch.setattr(judging, "rewrite_source", _rewriting(lambda text: text.replace(old, new)))
    assert judging.judge(MADE).differences == ()


FAILING = """\
import json

from stream_chat import StreamChat

client = StreamChat("key", "secret")
try:
    client.upsert_user({"id": "jane"})
except Exception as error:
    observe("caught", error)
    observe("status", getattr(error, "status_code", None))
observe("done", client.query_users({})["users"][0].get("nothing", "none"))
"""


@pytest.mark.parametrize("failure", [404, 429, 500, "timeout", "connection", "page", "bad gateway", "empty"])
@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("Exception", "Exception", ""),
        ("Exception", "ValueError", "[1]: missing"),
        ('observe("caught", error)', 'observe("caught", ValueError())', "observed[0].caught"),
        ('"status_code", None', '"status", None', "observed[1].status"),
        ('{"id": "jane"}', '{"id": "john"}', "[0].body.users"),
    ],
)
def test_an_error_that_is_met_otherwise_is_seen(
    failure: Failure, old: str, new: str, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = MADE._replace(source=FAILING, verbatim=(), failure=failure)
    if place == "observed[1].status" and failure in ("timeout", "connection"):
        place = ""
    monkeypatch.setattr(judging, "rewrite_source", _rewriting(lambda text: text.replace(old, new)))
    differences = judging.judge(made).differences
    assert [one.startswith(place) for one in differences[:1]] == ([True] if place else [])


LACKING = """\
from stream_chat import StreamChat

client = StreamChat("key", "secret")
response = client.query_users({})
observe("before", 1)
READ
observe("after", 1)
"""
READS = {
    "the read of what is missing ends the program in both": (
        'response["nothing"]["more"]',
        'response.get("nothing")["more"]',
        True,
    ),
    "the read of what is missing goes on": ('response["nothing"]["more"]', 'response.get("nothing")', False),
    "another error ends the program": ('response["nothing"]["more"]', 'int("x")', False),
    "the error of None was not there before": ("pass", 'response.get("nothing")["more"]', False),
    "the error of None comes earlier": (
        'observe("now", 1)\nresponse["nothing"]["more"]',
        'response.get("nothing")["more"]',
        False,
    ),
    "the error of None is caught otherwise": (
        'try:\n    response["nothing"]["more"]\nexcept KeyError:\n    observe("missing", 1)',
        'try:\n    response.get("nothing")["more"]\nexcept KeyError:\n    observe("missing", 1)',
        False,
    ),
}


@pytest.mark.parametrize(
    ("label", "old", "new", "forgiven"),
    [
        ("class", "StreamAPIException", "StreamApiException", True),
        ("class", "StreamAPIException", "StreamRateLimitException", True),
        ("class", "ReadTimeout", "StreamTransportException", True),
        ("class", "StreamAPIException", "StreamTransportException", False),
        ("class", "ValueError", "StreamApiException", False),
        ("class", "StreamApiException", "StreamAPIException", False),
        ("caught", "StreamAPIException", "StreamApiException", False),
    ],
)
def test_only_the_class_of_an_exception_may_have_another_name(
    label: str, old: str, new: str, forgiven: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = MADE._replace(source=f'import stream_chat\nobserve("{label}", "{old}")\n', verbatim=())
    monkeypatch.setattr(judging, "rewrite_source", _rewriting(lambda text: text.replace(old, new)))
    assert (judging.judge(made).differences == ()) == forgiven


@pytest.mark.parametrize("what", READS)
def test_only_the_end_by_what_is_missing_is_forgiven(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    old, new, forgiven = READS[what]
    made = MADE._replace(source=LACKING.replace("READ", old), verbatim=())
    monkeypatch.setattr(judging, "rewrite_source", _rewriting(lambda text: text.replace(old, new)))
    assert (judging.judge(made).differences == ()) == forgiven


def test_requests_fail_as_often_as_the_program_says() -> None:
    source = (
        'from stream_chat import StreamChat\n\nclient = StreamChat("key", "secret")\nfor _ in range(4):\n    try:\n'
        '        client.query_users({})\n        print("good")\n    except Exception:\n        print("bad")\n'
    )
    made = Program(1, source, (), "page", 1, 2)
    trace = run(source, answer=judging.answers(made))
    assert trace.output.split() == ["good", "bad", "bad", "good"]


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
