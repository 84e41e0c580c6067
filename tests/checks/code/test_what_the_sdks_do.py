"""What the checks of code say of the SDKs, seen by running them over the recording transport."""

from __future__ import annotations

import pytest

pytest.importorskip("stream_chat", reason="the SDKs come with the extra `proof`")
pytest.importorskip("getstream", reason="the SDKs come with the extra `proof`")

from streammigrate.proof.run import CLOCK, Trace, run

_V1 = "import datetime, time, jwt\nfrom stream_chat import StreamChat\nclient = StreamChat('key', 's' * 40)\n"
_V2 = "import datetime, time, jwt\nfrom getstream import Stream\nclient = Stream('key', 's' * 40)\n"
_READ = "observe('claims', jwt.decode(token, options={'verify_signature': False}))\n"
_NOW = int(CLOCK)


def _claims(head: str, arguments: str) -> Trace:
    return run(f"{head}token = client.create_token({arguments})\n{_READ}")


def _sent(code: str) -> tuple[list[object], str]:
    trace = run(code)
    return [request.body for request in trace.requests], trace.error.partition(":")[0]


@pytest.mark.parametrize(
    ("head", "arguments", "claims"),
    [
        (_V1, "'u'", {"user_id": "u"}),
        (_V1, "'u', exp=0", {"user_id": "u"}),
        (_V1, "'u', exp=3600", {"user_id": "u", "exp": 3600}),
        (_V1, "'u', expiration=3600", {"user_id": "u", "expiration": 3600}),
        (_V1, "'u', exp='2030-01-01'", {"user_id": "u", "exp": "2030-01-01"}),
        # A datetime without a zone is read as UTC.
        (_V1, "'u', exp=datetime.datetime(2026, 1, 1)", {"user_id": "u", "exp": _NOW}),
        (_V2, "'u'", {"user_id": "u", "iat": _NOW - 5}),
        (_V2, "'u', expiration=0", {"user_id": "u", "iat": _NOW - 5, "exp": _NOW}),
        (_V2, "'u', 3600", {"user_id": "u", "iat": _NOW - 5, "exp": _NOW + 3600}),
        (_V2, "'u', int(time.time()) + 3600", {"user_id": "u", "iat": _NOW - 5, "exp": 2 * _NOW + 3600}),
    ],
)
def test_what_a_token_holds(head: str, arguments: str, claims: dict[str, object]) -> None:
    assert dict(_claims(head, arguments).observed) == {"claims": claims}


@pytest.mark.parametrize(
    ("head", "arguments"),
    [
        (_V1, "'u', exp=datetime.timedelta(hours=1)"),
        (_V2, "'u', expiration=datetime.timedelta(hours=1)"),
        (_V2, "'u', expiration=datetime.datetime(2026, 5, 1)"),
        (_V2, "'u', exp=3600"),
        (_V2, "'u', iat=1"),
    ],
)
def test_what_makes_no_token(head: str, arguments: str) -> None:
    assert _claims(head, arguments).error.startswith("TypeError")


_CHANNEL = _V1 + "channel = client.channel('team', 'x')\n"
_CHANNEL_V2 = _V2 + "channel = client.chat.channel('team', 'x')\n"
_ALWAYS = {"watch": False, "presence": False, "state": False}


@pytest.mark.parametrize(
    ("code", "body"),
    [
        (_CHANNEL + "channel.create(None)\n", {"data": {"created_by": {"id": None}}, **_ALWAYS}),
        (_CHANNEL + "channel.create('u', watch=True, state=True)\n", {"data": {"created_by": {"id": "u"}}, **_ALWAYS}),
        (_CHANNEL + "channel.create('u', data={'name': 'x'})\n", {"data": {"name": "x"}, **_ALWAYS}),
        (_CHANNEL + "channel.query(watch=True)\n", {"state": True, "data": {}, "watch": True}),
        (_CHANNEL_V2 + "channel.create('u')\n", {"hide_for_creator": "u"}),
        (_CHANNEL_V2 + "channel.get_or_create()\n", {}),
        (_V1 + "client.update_app_settings(permission_version='v1')\n", {"permission_version": "v1"}),
        (_V2 + "client.update_app(permission_version='v1')\n", {"permission_version": "v1"}),
    ],
)
def test_what_is_sent(code: str, body: object) -> None:
    assert _sent(code) == ([body], "")


@pytest.mark.parametrize(
    "code",
    [
        _CHANNEL + "channel.create(created_by_id='u')\n",
        _CHANNEL + "channel.create()\n",
        _CHANNEL_V2 + "channel.create(user_id='u')\n",
        _CHANNEL_V2 + "channel.get_or_create(watch=True)\n",
        _V2 + "client.chat.query_channels(watch=True)\n",
    ],
)
def test_what_sends_nothing(code: str) -> None:
    assert _sent(code) == ([], "TypeError")


def test_a_client_of_chat_has_nothing_of_feeds() -> None:
    for head in (_V1, _V2):
        assert run(f"{head}client.feed('user', 'jane')\n").error.startswith("AttributeError")
