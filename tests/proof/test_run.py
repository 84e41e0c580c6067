"""Running programs over recording transports: the quickstart of both SDKs end to end, and what a program sees."""

from __future__ import annotations

import sys
import time
import types
from pathlib import Path
from typing import Any

import pytest

from streammigrate.proof.answers import answerer, failing
from streammigrate.proof.equality import compare_traces
from streammigrate.proof.record import MAX_REQUESTS, Answer
from streammigrate.proof.run import CLOCK, Trace, run

ENV = {"STREAM_KEY": "key", "STREAM_SECRET": "secret-of-at-least-32-characters-length"}

QUICKSTART_V1 = """
import os
from stream_chat import StreamChat

client = StreamChat(api_key=os.environ["STREAM_KEY"], api_secret=os.environ["STREAM_SECRET"])
client.upsert_user({"id": "chuck", "name": "Chuck", "belt": "black"})
observe("token", client.create_token("chuck"))
channel = client.channel("messaging", "kung-fu", {"name": "Kung Fu"})
state = channel.create("chuck")
observe("channel", state["channel"]["id"])
sent = channel.send_message({"text": "AMA about kung-fu", "mood": "calm"}, "chuck")
observe("text", sent["message"]["text"])
observe("mood", sent["message"]["mood"])
observe("at", sent["message"]["created_at"])
"""

QUICKSTART_V2 = """
import os
from getstream import Stream
from getstream.models import ChannelInput, MessageRequest, UserRequest

client = Stream(api_key=os.environ["STREAM_KEY"], api_secret=os.environ["STREAM_SECRET"], timeout=6.0)
client.upsert_users(UserRequest(id="chuck", name="Chuck", custom={"belt": "black"}))
observe("token", client.create_token("chuck"))
channel = client.chat.channel("messaging", "kung-fu")
state = channel.get_or_create(data=ChannelInput(created_by_id="chuck", custom={"name": "Kung Fu"}), state=False)
observe("channel", state.data.channel.id)
sent = channel.send_message(message=MessageRequest(text="AMA about kung-fu", user_id="chuck", custom={"mood": "calm"}))
observe("text", sent.data.message.text)
observe("mood", sent.data.message.custom["mood"])
observe("at", sent.data.message.created_at)
"""


def test_the_quickstart_in_both_sdks_is_the_same_run() -> None:
    before = run(QUICKSTART_V1, env=ENV, answer=answerer(1))
    after = run(QUICKSTART_V2, env=ENV, answer=answerer(1))
    assert (before.error, after.error) == ("", "")
    assert [(r.sdk, r.method, r.path) for r in before.requests] == [
        ("v1", "POST", "/users"),
        ("v1", "POST", "/channels/messaging/kung-fu/query"),
        ("v1", "POST", "/channels/messaging/kung-fu/message"),
    ]
    assert {r.sdk for r in after.requests} == {"v2"}
    assert len(before.observed) == 5
    assert compare_traces(before, after, settings=True) == []


@pytest.mark.parametrize(
    ("right", "wrong", "where"),
    [
        (', custom={"belt": "black"}', "", "[0].body.users.chuck.custom"),
        (", state=False", "", "[1].body.state"),
        (', custom={"name": "Kung Fu"}', "", "[1].body.data.custom"),
        ('user_id="chuck", ', "", "[2].body.message.user_id"),
        ('"kung-fu")', '"kung-fa")', "[1].path.id"),
        (", timeout=6.0", "", "[0].timeout"),
        ('create_token("chuck")', 'create_token("norris")', "observed[0].token"),
        ("sent.data.message.created_at", "sent.data.message.updated_at", "observed[4].at"),
        ("client.upsert_users(", "print(", "[0].operation"),
    ],
)
def test_a_wrong_quickstart_is_told_apart(right: str, wrong: str, where: str) -> None:
    assert right in QUICKSTART_V2
    before = run(QUICKSTART_V1, env=ENV, answer=answerer(1))
    after = run(QUICKSTART_V2.replace(right, wrong), env=ENV, answer=answerer(1))
    found = [difference.path for difference in compare_traces(before, after, settings=True)]
    assert found
    assert where in found


ASYNC_V1 = """
import asyncio
from stream_chat import StreamChatAsync

async def main():
    async with StreamChatAsync("key", "secret-of-at-least-32-characters-length") as client:
        await asyncio.gather(*[client.get_message(name) for name in "abc"])
        await asyncio.sleep(3600)
        await client.delete_message("a", hard=True)

asyncio.run(main())
"""

ASYNC_V2 = """
import asyncio
from getstream import AsyncStream

async def main():
    async with AsyncStream("key", "secret-of-at-least-32-characters-length", timeout=6.0) as client:
        await asyncio.gather(*[client.chat.get_message(id=name) for name in "abc"])
        await asyncio.sleep(3600)
        await client.chat.delete_message(id="a", hard=True)

asyncio.run(main())
"""


def test_async_programs_send_in_a_steady_order_and_sleep_in_no_time() -> None:
    started = time.perf_counter()
    before, after = run(ASYNC_V1), run(ASYNC_V2)
    assert time.perf_counter() - started < 60
    assert (before.error, after.error) == ("", "")
    assert [r.path for r in before.requests] == ["/messages/a", "/messages/b", "/messages/c", "/messages/a"]
    assert compare_traces(before, after, settings=True) == []


HANDLED_V1 = """
from stream_chat import StreamChat
from stream_chat.base.exceptions import StreamAPIException
import requests

client = StreamChat("key", "secret-of-at-least-32-characters-length")
try:
    client.get_app_settings()
except StreamAPIException as error:
    observe("handler", "api")
    observe("code", error.error_code)
    observe("status", error.status_code)
except requests.exceptions.RequestException:
    observe("handler", "transport")
"""

HANDLED_V2 = """
from getstream import Stream
from getstream.exceptions import StreamApiException, StreamTransportException

client = Stream("key", "secret-of-at-least-32-characters-length")
try:
    client.get_app()
except StreamApiException as error:
    observe("handler", "api")
    observe("code", error.code)
    observe("status", error.status_code)
except StreamTransportException:
    observe("handler", "transport")
"""


@pytest.mark.parametrize("failure", [400, 404, 429, 500, "timeout", "connection"])
def test_errors_reach_the_same_handler(failure: Any) -> None:
    before = run(HANDLED_V1, answer=failing(answerer(1), failure))
    after = run(HANDLED_V2, answer=failing(answerer(1), failure))
    assert (before.error, after.error) == ("", "")
    assert before.observed[0] == ("handler", "api" if isinstance(failure, int) else "transport")
    assert compare_traces(before, after) == []


@pytest.mark.parametrize("failure", [404, 429, "timeout", "connection"])
@pytest.mark.parametrize(("v1", "v2"), [(QUICKSTART_V1, QUICKSTART_V2), (ASYNC_V1, ASYNC_V2)])
def test_errors_that_nothing_handles_replace_each_other(v1: str, v2: str, failure: Any) -> None:
    before = run(v1, env=ENV, answer=failing(answerer(1), failure, at=1))
    after = run(v2, env=ENV, answer=failing(answerer(1), failure, at=1))
    assert before.error
    assert compare_traces(before, after) == []


def test_a_handler_that_is_not_reached_any_more_is_told_apart() -> None:
    narrow = HANDLED_V2.replace("except StreamApiException", "except ZeroDivisionError")
    before = run(HANDLED_V1, answer=failing(answerer(1), 404))
    after = run(narrow, answer=failing(answerer(1), 404))
    assert [found.path for found in compare_traces(before, after)] == ["observed.length", "error"]


def test_a_gateways_page_is_an_error_of_the_api_in_both() -> None:
    page = Answer(502, text="<html>Bad gateway</html>")
    before = run(HANDLED_V1.replace("error.error_code", "0"), answer=lambda request: page)
    after = run(HANDLED_V2, answer=lambda request: page)
    assert before.observed == after.observed == (("handler", "api"), ("code", 0), ("status", 502))


def test_both_sdks_in_one_program() -> None:
    trace = run(QUICKSTART_V1 + QUICKSTART_V2, env=ENV, answer=answerer(1))
    assert trace.error == ""
    assert [r.sdk for r in trace.requests] == ["v1"] * 3 + ["v2"] * 3


SURROUNDINGS = """
import datetime, os, random, sys, time
from datetime import date, datetime as when
print("seen")
observe("env", dict(os.environ))
observe("time", [time.time(), when.now(datetime.timezone.utc).isoformat(), when.utcnow().isoformat()])
time.sleep(90)
observe("later", time.time())
observe("kinds", [isinstance(when.now(), datetime.datetime), isinstance(date.today(), date), type(when(2020, 1, 1)).__name__])
observe("random", random.random())
observe("main", __name__)
"""


def test_what_a_program_sees() -> None:
    first, second = run(SURROUNDINGS, env={"A": "1"}), run(SURROUNDINGS, env={"A": "1"})
    assert first == second
    observed = dict(first.observed)
    assert first.output == "seen\n"
    assert observed["env"] == {"A": "1"}
    assert observed["time"] == [CLOCK, "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00"]
    assert observed["later"] == CLOCK + 90
    assert observed["kinds"] == [True, True, "datetime"]
    assert observed["main"] == "__main__"
    assert run(SURROUNDINGS, clock=0.0).observed[1][1][0] == 0


def test_the_surroundings_are_put_back() -> None:
    import os
    import sys

    before = (dict(os.environ), sys.modules["__main__"], sys.stdin, sys.argv, list(sys.meta_path))
    run("import os\nos.environ.clear()\nraise ValueError", modules={"helper": ""})
    assert before == (dict(os.environ), sys.modules["__main__"], sys.stdin, sys.argv, list(sys.meta_path))


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("raise ValueError('no')", "ValueError: no"),
        ("class Own(Exception): pass\nraise Own('x')", "Own: x"),
        ("import sys\nsys.exit(3)", "SystemExit: 3"),
        ("import sys\nsys.exit()", ""),
        ("input()", "EOFError: EOF when reading a line"),
    ],
)
def test_how_a_program_ends(source: str, error: str) -> None:
    assert run(source).error == error


def test_a_program_that_does_not_compile_is_the_callers_error() -> None:
    with pytest.raises(SyntaxError):
        run("def")


def test_a_program_that_never_stops_sending_is_stopped() -> None:
    endless = QUICKSTART_V1 + "while True:\n    try:\n        client.get_app_settings()\n    except Exception: pass\n"
    trace = run(endless, env=ENV, answer=answerer(1))
    assert len(trace.requests) == MAX_REQUESTS
    assert "TooManyRequests" in trace.error


def test_a_program_imports_modules_given_as_texts() -> None:
    modules = {"app.helper": "import time\ndef now(): return time.time()", "app.other": "from . import helper"}
    trace = run("from app import other\nobserve('now', other.helper.now())", modules=modules)
    assert trace == Trace((), (("now", CLOCK),), "", "")
    assert run("import app.helper").error.startswith("ModuleNotFoundError")


def test_a_program_imports_from_folders_that_are_forgotten_afterwards(tmp_path: Path) -> None:
    _write(tmp_path, "app/__init__.py", "")
    _write(tmp_path, "app/helper.py", "import time\ndef now(): return time.time()")
    _write(tmp_path, "app/jobs/other.py", "from ..helper import now\nSTARTED = now()\nobserve('file', __file__)")
    _write(tmp_path, "loose/main.py", "import importlib\nother = importlib.import_module('app.jobs.other')")
    source = "from loose import main\nobserve('started', main.other.STARTED)"
    before = (dict(sys.modules), list(sys.path), list(sys.meta_path))
    trace = run(source, path=[str(tmp_path)])
    assert trace == Trace((), (("file", str(tmp_path / "app/jobs/other.py")), ("started", CLOCK)), "", "")
    assert before == (dict(sys.modules), list(sys.path), list(sys.meta_path))
    assert [path.name for path in tmp_path.rglob("*.pyc")] == []
    # What changes in a folder between two runs is seen, however soon.
    _write(tmp_path, "app/helper.py", "def now(): return 'now'")
    assert run(source, path=[str(tmp_path)]).observed[1] == ("started", "now")
    assert run(source).error.startswith("ModuleNotFoundError")


def test_a_folder_hides_a_module_of_the_process_while_the_program_runs(tmp_path: Path) -> None:
    mine = types.ModuleType("helper_of_two")
    sys.modules["helper_of_two"] = mine
    try:
        _write(tmp_path, "helper_of_two.py", "NAME = 'of the program'")
        source = "import helper_of_two\nobserve('name', helper_of_two.NAME)"
        assert run(source, path=[str(tmp_path)]).observed == (("name", "of the program"),)
        assert sys.modules["helper_of_two"] is mine
    finally:
        del sys.modules["helper_of_two"]


def test_a_package_that_is_named_is_imported_anew() -> None:
    import wsgiref.util

    before = wsgiref.util
    source = "import wsgiref.util as util\nutil.mark = getattr(util, 'mark', 0) + 1\nobserve('mark', util.mark)"
    for _ in range(2):
        assert run(source, fresh=["wsgiref"]).observed == (("mark", 1),)
    assert sys.modules["wsgiref.util"] is before
    assert not hasattr(before, "mark")


def _write(root: Path, name: str, text: str) -> None:
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_what_was_observed_does_not_change_later() -> None:
    trace = run("value = {'a': [1]}\nobserve('value', value)\nvalue['a'].append(2)")
    assert trace.observed == (("value", {"a": [1]}),)
