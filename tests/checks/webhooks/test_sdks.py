"""What the checks say of the two SDKs is what the SDKs do."""

from __future__ import annotations

import hashlib
import hmac
import json
import warnings
from collections.abc import Callable
from typing import Any

import pytest

from streammigrate.checks.webhooks import facts
from streammigrate.checks.webhooks.calls import PARSING, VERIFYING
from streammigrate.checks.webhooks.typed_events import CHECK as TYPED

v1 = pytest.importorskip("stream_chat.webhook")
v2 = pytest.importorskip("getstream.webhook")

_SECRET = "a secret that is longer than thirty-two bytes"
_ISO = "2026-01-02T03:04:05.678Z"
_BODY = json.dumps({"type": "message.new", "created_at": _ISO}).encode()
_SIGNATURE = hmac.new(_SECRET.encode(), _BODY, hashlib.sha256).hexdigest()


def _client() -> Any:
    from getstream import Stream

    return Stream(api_key="key", api_secret=_SECRET)


def _types() -> list[str]:
    return [value for name, value in vars(v2).items() if name.startswith("EVENT_TYPE_")]


def _parsed(type: str, created_at: object) -> object:
    with warnings.catch_warnings():
        # The bodies lack fields that do not matter here.
        warnings.simplefilter("ignore")
        return v2.parse_event(json.dumps({"type": type, "created_at": created_at}).encode())


def test_getstream_refuses_iso_times_of_every_event() -> None:
    types = _types()
    assert facts.known() < set(types)
    assert f"all of its {len(types)} event types" in TYPED.explanation
    for type in types:
        with pytest.raises(v2.InvalidWebhookError):
            _parsed(type, _ISO)
        assert not isinstance(_parsed(type, 1_767_322_800_000_000_000), v2.UnknownEvent)


def test_getstream_returns_an_unknown_event_for_other_types() -> None:
    assert isinstance(_parsed("message.sent", _ISO), v2.UnknownEvent)


@pytest.mark.parametrize(
    "call",
    [
        lambda: v2.verify_and_parse_webhook(_BODY, _SIGNATURE, _SECRET),
        lambda: v2.parse_webhook_event(_BODY),
        lambda: _client().verify_and_parse_webhook(_BODY, _SIGNATURE),
    ],
)
def test_the_other_ways_refuse_them_too(call: Callable[[], object]) -> None:
    with pytest.raises((v2.InvalidWebhookError, ValueError)):
        call()


def test_stream_chat_takes_iso_times() -> None:
    assert v1.verify_and_parse_webhook(_BODY, _SIGNATURE, _SECRET)["created_at"] == _ISO


_V2_TESTS: list[Callable[[Any], object]] = [
    lambda signature: v2.verify_signature(_BODY, signature, _SECRET),
    lambda signature: v2.verify_webhook_signature(_BODY, signature, _SECRET),
    lambda signature: v2.verify_and_parse_webhook(_BODY, signature, _SECRET),
    lambda signature: _client().verify_signature(_BODY, signature),
    lambda signature: _client().verify_and_parse_webhook(_BODY, signature),
]


@pytest.mark.parametrize("signature", [_SIGNATURE.encode(), None, "ü"], ids=["bytes", "none", "letters"])
@pytest.mark.parametrize("test", _V2_TESTS)
def test_getstream_raises_for_signatures_that_are_no_ascii_text(
    test: Callable[[Any], object], signature: object
) -> None:
    with pytest.raises(TypeError):
        test(signature)


@pytest.mark.parametrize("signature", [_SIGNATURE.encode(), None, "ü", "", _SIGNATURE])
def test_stream_chat_answers_for_any_signature(signature: Any) -> None:
    from stream_chat import StreamChat

    right = signature in (_SIGNATURE, _SIGNATURE.encode())
    assert v1.verify_signature(_BODY, signature, _SECRET) is right
    assert StreamChat("key", _SECRET).verify_webhook(_BODY, signature) is right


def test_an_empty_signature_is_wrong_for_both() -> None:
    assert v2.verify_signature(_BODY, "", _SECRET) is False


def test_the_names_are_those_of_the_sdks() -> None:
    from stream_chat import StreamChat

    clients = {*dir(StreamChat), *dir(_client())}
    assert all(hasattr(v1, name) or hasattr(v2, name) or name in clients for name in VERIFYING | PARSING)


def test_written_json_is_not_what_was_signed() -> None:
    body = b'{"type":"message.new","text":"\xc3\xbc"}'
    signature = hmac.new(_SECRET.encode(), body, hashlib.sha256).hexdigest()
    assert v1.verify_signature(body, signature, _SECRET) is True
    assert v1.verify_signature(json.dumps(json.loads(body)), signature, _SECRET) is False
