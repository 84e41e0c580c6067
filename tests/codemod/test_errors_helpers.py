"""The helpers for errors: what they say of the exceptions of both SDKs, and of others'."""

from __future__ import annotations

import types
from typing import Any

import httpx
import pytest
from getstream.exceptions import (
    StreamApiException,
    StreamRateLimitException,
    StreamTransportException,
    build_api_exception,
    wrap_transport_error,
)
from stream_chat.base.exceptions import StreamAPIException

from streammigrate.codemod.compat.library import module_text

NAMES = ("error_field", "error_text", "has_error_field", "stream_api_error", "transport_error")
BODIES = {
    "an error": '{"code": 16, "message": "no such user", "StatusCode": 404, "duration": "", "more_info": "", "details": []}',
    "a page": "<html>bad gateway</html>",
    "nothing": "",
}


@pytest.fixture(scope="module")
def helpers() -> Any:
    module = types.ModuleType("stream_compat")
    exec(module_text(NAMES), module.__dict__)
    return module


class ForeignError(Exception):
    """An exception of another library."""

    error_code = 3
    message = "foreign"


@pytest.mark.parametrize("name", ["error_code", "message", "status_code", "args"])
def test_other_exceptions_are_asked_themselves(helpers: Any, name: str) -> None:
    for error in (ForeignError("x"), ValueError("x"), StreamAPIException("x", 400)):
        assert helpers.has_error_field(error, name) == hasattr(error, name)
        assert helpers.error_field(error, name, "none") == getattr(error, name, "none")
        assert helpers.error_text(error) == str(error)


@pytest.mark.parametrize("status", [400, 404, 429, 500])
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("made", ["by the SDK", "by the program"])
def test_getstreams_exceptions_read_as_stream_chats(helpers: Any, status: int, body: str, made: str) -> None:
    old = StreamAPIException(body, status)
    new = build_api_exception(httpx.Response(status, text=body))
    if made == "by the program":
        new = helpers.stream_api_error(body, status)
        assert type(new) is (StreamRateLimitException if status == 429 else StreamApiException)
    for name in ("error_code", "error_message", "response_text", "json_response", "status_code", "args"):
        assert helpers.has_error_field(new, name) == hasattr(old, name)
        assert helpers.error_field(new, name, "none") == getattr(old, name, "none")
        if not hasattr(old, name):
            with pytest.raises(AttributeError, match=name):
                helpers.error_field(new, name)
    for name in ("code", "message", "details", "api_error", "unheard"):
        assert helpers.error_field(new, name, "none") == getattr(old, name, "none")
    assert helpers.error_text(new) == str(old)
    new.seen = True
    assert helpers.error_field(new, "seen") is True


def test_a_body_that_lacks_fields(helpers: Any) -> None:
    body = '{"code": 4}'
    old, new = StreamAPIException(body, 400), helpers.stream_api_error(body, 400)
    assert (new.code, new.message) == (old.error_code, old.error_message) == (4, "unknown")
    assert helpers.error_text(new) == str(old)


def test_lost_connections_have_nothing_of_an_answer(helpers: Any) -> None:
    error = StreamTransportException("timeout")
    assert helpers.error_field(error, "status_code", None) is None
    assert not helpers.has_error_field(error, "error_type")
    assert helpers.error_text(error) == str(error)


def _lost(kind: type[httpx.RequestError], method: str) -> StreamTransportException:
    cause = kind("lost", request=httpx.Request(method, "https://example.com"))
    error = wrap_transport_error(cause)
    error.__cause__ = cause
    return error


def _named(name: str, module: str) -> type[BaseException]:
    return type(name, (Exception,), {"__module__": module})


REQUESTS = ("ConnectionError", "ConnectTimeout", "ReadTimeout", "Timeout")
LOST = [
    (httpx.ConnectTimeout, "GET", {"ConnectionError", "ConnectTimeout", "Timeout"}, {"TimeoutError"}),
    (httpx.ReadTimeout, "POST", {"ReadTimeout", "Timeout"}, {"TimeoutError"}),
    (httpx.ReadTimeout, "PATCH", {"ReadTimeout", "Timeout"}, {"TimeoutError"}),
    (httpx.ReadTimeout, "GET", {"ConnectionError"}, {"TimeoutError"}),
    (httpx.ReadTimeout, "PUT", {"ConnectionError"}, {"TimeoutError"}),
    (httpx.ReadTimeout, "DELETE", {"ConnectionError"}, {"TimeoutError"}),
    (httpx.ConnectError, "POST", {"ConnectionError"}, {"ClientError", "ClientConnectionError"}),
    (httpx.ReadError, "GET", {"ConnectionError"}, {"ClientError", "ClientConnectionError"}),
]


@pytest.mark.parametrize(("kind", "method", "plain", "asynchronous"), LOST)
def test_what_a_lost_connection_stands_for(
    helpers: Any, kind: type[httpx.RequestError], method: str, plain: set[str], asynchronous: set[str]
) -> None:
    caught: dict[str, set[str]] = {"requests": set(), "aiohttp": set()}
    for module, names in (
        ("requests", REQUESTS),
        ("aiohttp", ("ClientError", "ClientConnectionError", "TimeoutError")),
    ):
        for name in names:
            old = _named(name, "builtins" if name == "TimeoutError" else f"{module}.exceptions")
            try:
                try:
                    raise _lost(kind, method)
                except (old, helpers.transport_error(old)):
                    caught[module].add(name)
            except StreamTransportException as error:
                assert not isinstance(error, helpers.transport_error(old, error))
    assert caught == {"requests": plain, "aiohttp": asynchronous}


def test_another_exception_passes(helpers: Any) -> None:
    late = _named("Timeout", "requests.exceptions")
    with pytest.raises(KeyError):
        try:
            raise KeyError("x")
        except (late, helpers.transport_error(late)):
            pass
    assert not issubclass(StreamTransportException, helpers.transport_error(late))
    lost = _lost(httpx.ReadTimeout, "POST")
    assert isinstance(lost, helpers.transport_error(late, lost))
