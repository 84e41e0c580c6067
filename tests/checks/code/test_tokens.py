"""SM644 to SM646 read how tokens are made: without an end, with a misread one, by a clock that Stream does not share."""

from __future__ import annotations

from pathlib import Path

import pytest
from checking import answers, places

from streammigrate.checks.code import endless_tokens, misread_times, token_clocks

_IMPORTS = "import calendar, datetime, time\nfrom datetime import datetime as dt, timedelta, timezone\n"
_V1 = _IMPORTS + "from stream_chat import StreamChat\nclient = StreamChat('k', 's')\n"
_V2 = _IMPORTS + "from getstream import Stream\nclient = Stream('k', 's')\n"
_OTHER = _IMPORTS + "class Chat:\n    def create_token(self, *a, **k): ...\nclient = Chat()\n"
_LINE = _V1.count("\n") + 1


def _code(head: str, arguments: str) -> dict[str, str]:
    return {"app.py": f"{head}token = client.create_token({arguments})\n"}


@pytest.mark.parametrize(
    ("head", "arguments"),
    [
        (_V1, "'jane', exp=int(time.time()) + 3600"),
        (_V1, "'jane', int(time.time()) + 3600"),
        (_V1, "'jane', exp=ends"),
        (_V1, "'jane', **claims"),
        (_V1, "*given"),
        (_V1, "'jane', expires_in=60"),
        (_V2, "'jane', 3600"),
        (_V2, "'jane', expiration=lifetime"),
        (_V2, "'jane', expiration=0"),
        (_OTHER, "'jane'"),
    ],
)
def test_a_token_with_an_end_is_silent(tmp_path: Path, head: str, arguments: str) -> None:
    assert places(endless_tokens.CHECK, tmp_path, _code(head, arguments)) == []


@pytest.mark.parametrize(
    ("head", "arguments"),
    [
        (_V1, "'jane'"),
        (_V1, "user_id='jane', exp=None"),
        (_V1, "'jane', exp=0"),
        (_V1, "'jane', iat=1, role='admin'"),
        (_V2, "'jane'"),
        (_V2, "'jane', None"),
        (_V2, "user_id=name, expiration=None"),
    ],
)
def test_a_token_without_an_end_is_told(tmp_path: Path, head: str, arguments: str) -> None:
    assert places(endless_tokens.CHECK, tmp_path, _code(head, arguments)) == [("app.py", _LINE)]


def test_tokens_of_tests_are_nobodys(tmp_path: Path) -> None:
    code = _V1 + "def test_it():\n    assert client.create_token('jane')\n"
    assert places(endless_tokens.CHECK, tmp_path, {"tests/test_tokens.py": code}) == []


@pytest.mark.parametrize(
    ("head", "arguments"),
    [
        (_V1, "'jane'"),
        (_V1, "'jane', exp=0"),
        (_V1, "'jane', exp=ends"),
        (_V1, "'jane', exp=settings.TOKEN_SECONDS"),
        (_V1, "'jane', exp=int(time.time()) + 3600"),
        (_V1, "'jane', exp=int(time.time() + 60 * 60 * 24)"),
        (_V1, "'jane', exp=1893456000"),
        (_V1, "'jane', exp=int(time.time_ns() / 1_000_000_000) + 60"),
        (_V1, "'jane', exp=int(time.time() * 1000) // 1000 + 60"),
        (_V1, "'jane', exp=int((dt.now(timezone.utc) + timedelta(hours=1)).timestamp())"),
        (_V1, "'jane', exp=dt.now(timezone.utc) + timedelta(hours=1)"),
        (_V1, "'jane', exp=int(time.time() + timedelta(hours=1).total_seconds())"),
        (_V1, "'jane', role='admin', experience=3"),
        (_V1, "'jane', exp=int(time.time()) + 60, expires_at='noon'"),
        (_V2, "'jane', 3600"),
        (_V2, "'jane', expiration=60 * 60 * 24 * 365"),
        (_V2, "'jane', expiration=int(timedelta(days=1).total_seconds())"),
        (_V2, "'jane', expiration=ends - int(time.time())"),
        (_V2, "'jane', expiration=1893456000 - int(time.time())"),
        (_V2, "'jane', expiration=int(time.time()) + 60 - int(time.time())"),
        (_OTHER, "'jane', exp=3600"),
        (_OTHER, "'jane', expiration=int(time.time()) + 3600"),
    ],
)
def test_an_end_that_is_right_or_not_known_is_silent(tmp_path: Path, head: str, arguments: str) -> None:
    assert places(misread_times.CHECK, tmp_path, _code(head, arguments)) == []


@pytest.mark.parametrize(
    ("head", "arguments", "said"),
    [
        (_V1, "'jane', exp=3600", "ended in 1970"),
        (_V1, "'jane', 60 * 60", "ended in 1970"),
        (_V1, "'jane', exp=int(timedelta(hours=1).total_seconds())", "ended in 1970"),
        (_V1, "'jane', exp=timedelta(hours=1)", "TypeError"),
        (_V1, "'jane', exp='2030-01-01'", "is a text"),
        (_V1, "'jane', exp=dt.now(timezone.utc).isoformat()", "is a text"),
        (_V1, "'jane', exp=int(time.time() * 1000) + 3600000", "thousands of years"),
        (_V1, "'jane', exp=time.time_ns() + 60", "thousands of years"),
        (_V1, "'jane', exp=1893456000000", "thousands of years"),
        (_V1, "'jane', expiration=3600", "never expires"),
        (_V1, "'jane', expires_in=3600", "never expires"),
        (_V2, "'jane', expiration=int(time.time()) + 3600", "decades"),
        (_V2, "'jane', int(time.time()) + 3600", "decades"),
        (_V2, "'jane', expiration=int((dt.now() + timedelta(days=1)).timestamp())", "decades"),
        (_V2, "'jane', expiration=1893456000", "decades"),
        (_V2, "'jane', expiration=timedelta(hours=1)", "TypeError"),
        (_V2, "'jane', expiration=dt.now() + timedelta(hours=1)", "TypeError"),
        (_V2, "'jane', expiration=int(timedelta(hours=1).total_seconds()) * 1000", "1000 times"),
        (_V2, "'jane', expiration=0", "has ended"),
        (_V2, "'jane', expiration=-1", "has ended"),
        (_V2, "'jane', exp=int(time.time()) + 3600", "no `exp`"),
        (_V2, "'jane', iat=1, expiration=60", "no `iat`"),
    ],
)
def test_a_misread_end_is_told(tmp_path: Path, head: str, arguments: str, said: str) -> None:
    (answer,) = answers(misread_times.CHECK, tmp_path, _code(head, arguments))
    assert said in answer.message
    assert answer.at.line == _LINE


def test_an_end_in_a_name_is_followed(tmp_path: Path) -> None:
    code = f"{_V1}HOUR = 60 * 60\ndef token(user):\n    lifetime = HOUR * 2\n    return client.create_token(user, exp=lifetime)\n"
    assert places(misread_times.CHECK, tmp_path, {"app.py": code}) == [("app.py", _LINE + 3)]


def test_a_name_with_two_values_is_not_known(tmp_path: Path) -> None:
    code = f"{_V1}ends = 60\nends += time.time()\nclient.create_token('jane', exp=ends)\n"
    assert places(misread_times.CHECK, tmp_path, {"app.py": code}) == []


@pytest.mark.parametrize(
    ("head", "arguments"),
    [
        (_V1, "'jane', exp=int(time.time()) + 60, iat=int(time.time()) - 5"),
        (_V1, "'jane', exp=dt.now(timezone.utc) + timedelta(hours=1)"),
        (_V1, "'jane', exp=dt.now(tz=ZONE) + timedelta(hours=1)"),
        (_V1, "'jane', exp=dt.utcnow() + timedelta(hours=1)"),
        (_V1, "'jane', exp=int(dt.now().timestamp()) + 60"),
        (_V1, "'jane', exp=int((dt.now() + timedelta(days=1)).timestamp())"),
        (_V1, "'jane', exp=dt.utcnow().replace(tzinfo=timezone.utc).timestamp() + 60"),
        (_V1, "'jane', exp=calendar.timegm(dt.utcnow().utctimetuple()) + 60"),
        (_V1, "'jane', exp=int(time.mktime(dt.now().timetuple())) + 60"),
        (_V1, "'jane', iat=moment"),
        (_V1, "'jane', iat=int(time.time() - 60)"),
        (_V2, "'jane', iat=int(time.time())"),
        (_OTHER, "'jane', exp=dt.now() + timedelta(hours=1)"),
    ],
)
def test_a_sound_clock_is_silent(tmp_path: Path, head: str, arguments: str) -> None:
    assert places(token_clocks.CHECK, tmp_path, _code(head, arguments)) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("'jane', exp=dt.now() + timedelta(hours=1)", "without its zone"),
        ("'jane', exp=datetime.datetime.now() + datetime.timedelta(hours=1)", "without its zone"),
        ("'jane', exp=int(dt.utcnow().timestamp()) + 60", "clock of one zone"),
        ("'jane', exp=(dt.utcnow() + timedelta(hours=1)).timestamp()", "clock of one zone"),
        ("'jane', exp=calendar.timegm(dt.now().timetuple()) + 60", "clock of one zone"),
        ("'jane', exp=int(time.mktime(dt.utcnow().timetuple())) + 60", "clock of one zone"),
        ("'jane', iat=int(time.time())", "this very second"),
        ("'jane', iat=dt.now(timezone.utc)", "this very second"),
        ("'jane', iat=int(time.time()) + 60", "lies ahead"),
        ("'jane', iat=time.time_ns()", "finer"),
    ],
)
def test_a_clock_that_is_not_streams_is_told(tmp_path: Path, arguments: str, said: str) -> None:
    (answer,) = answers(token_clocks.CHECK, tmp_path, _code(_V1, arguments))
    assert said in answer.message
    assert answer.at.line == _LINE


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ("int(time.time()) + 60", False),
        ("int(dt.now(timezone.utc).timestamp()) + 60", False),
        ("int((dt.utcnow() + timedelta(hours=1)).timestamp())", True),
    ],
)
def test_an_end_on_a_wrong_clock_is_told_after_the_rewrite_too(tmp_path: Path, end: str, told: bool) -> None:
    code = f"{_V2}end = {end}\nclient.create_token('jane', expiration=end - int(time.time()) if end else None)\n"
    found = [one.message for one in answers(token_clocks.CHECK, tmp_path, {"app.py": code})]
    said = "`expiration` takes the clock of one zone for that of another: it is off by the zone of the machine"
    assert found == ([said] if told else [])
