"""When two requests, two values and two runs are the same: the rules of equality.md and nothing else forgiven.

`normalise` has the rules that respell a request (E1, E3 to E9, E11 to E14); here are E2 (API key, headers and host are
not looked at), E10 (times) and E15 (order). What no run shows is what Stream's server does with the two spellings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from streammigrate.proof.normalise import Call, normalise
from streammigrate.proof.record import Request
from streammigrate.proof.run import Trace
from streammigrate.proof.times import milliseconds


class _Absent:
    def __repr__(self) -> str:
        return "absent"


ABSENT: Any = _Absent()
"""What stands in a difference for a value that is not there."""


class Difference(NamedTuple):
    """One thing that differs."""

    path: str
    """Where: `[0].body.message.text` of the first request, `observed.name`, `error`."""
    expected: Any
    """What the program did before, ABSENT when nothing was there."""
    got: Any
    text: str
    """The whole in words."""


def compare_requests(before: Sequence[Request], after: Sequence[Request]) -> list[Difference]:
    """Return how the requests differ, in their order (E15); empty when they are the same requests.

    Each request is read by the API that it was sent to, so that `after` may hold requests of v1 too.
    """
    found: list[Difference] = []
    for index, (expected, got) in enumerate(zip(before, after, strict=False)):
        found += _compare_calls(f"[{index}]", normalise(expected), normalise(got))
    for index in range(len(after), len(before)):
        found.append(_differ(f"[{index}]", _name(normalise(before[index])), ABSENT))
    for index in range(len(before), len(after)):
        found.append(_differ(f"[{index}]", ABSENT, _name(normalise(after[index]))))
    return found


def compare_settings(before: Sequence[Request], after: Sequence[Request]) -> list[Difference]:
    """Return how the API key, the host and the timeout of the requests differ, for cases about constructors (E2)."""
    return [
        _differ(f"[{index}].{name}", getattr(expected, name), getattr(got, name))
        for index, (expected, got) in enumerate(zip(before, after, strict=False))
        for name in ("api_key", "host", "timeout")
        if getattr(expected, name) != getattr(got, name)
    ]


def compare_values(expected: Any, got: Any, path: str = "value") -> list[Difference]:
    """Return how two values that a program read differ. Times are equal by E10, tokens without v2's `iat`."""
    return list(_compare_values(path, expected, got))


def compare_traces(before: Trace, after: Trace, *, settings: bool = False) -> list[Difference]:
    """Return how two runs differ: the requests, the values observed and the error that ended them.

    `settings` compares keys, hosts and timeouts too. The output is not compared: what a program prints of a response is
    spelled differently by the SDKs.
    """
    found = compare_requests(before.requests, after.requests)
    if settings:
        found += compare_settings(before.requests, after.requests)
    for index, (expected, got) in enumerate(zip(before.observed, after.observed, strict=False)):
        path = f"observed[{index}]"
        if expected[0] != got[0]:
            found.append(_differ(f"{path}.name", expected[0], got[0]))
        else:
            found += compare_values(expected[1], got[1], f"{path}.{expected[0]}")
    if len(before.observed) != len(after.observed):
        found.append(_differ("observed.length", len(before.observed), len(after.observed)))
    if not same_error(before.error, after.error):
        found.append(_differ("error", before.error, after.error))
    return found


_API = ("getstream.exceptions.StreamApiException", "getstream.exceptions.StreamRateLimitException")
_TRANSPORT = ("getstream.exceptions.StreamTransportException",)
ERRORS: dict[str, tuple[str, ...]] = {
    "stream_chat.base.exceptions.StreamAPIException": _API,
    "stream_chat.base.exceptions.InvalidWebhookError": ("getstream.webhook.InvalidWebhookError",),
    "requests.exceptions.ReadTimeout": _TRANSPORT,
    "requests.exceptions.ConnectionError": _TRANSPORT,
    "TimeoutError": _TRANSPORT,
    "asyncio.exceptions.TimeoutError": _TRANSPORT,
    "aiohttp.client_exceptions.ClientConnectorError": _TRANSPORT,
}
"""What v2 raises where v1 raises the key."""


def same_error(before: str, after: str) -> bool:
    """Return whether the error texts of two runs (see `run.error_text`) are of exceptions that replace each other.

    Between the SDKs the classes count, since the texts differ; every other error must be the same with the same text.
    """
    if before == after:
        return True
    return _class(after) in ERRORS.get(_class(before), ())


def _class(error: str) -> str:
    return error.partition(":")[0]


def _compare_calls(path: str, expected: Call, got: Call) -> Iterator[Difference]:
    for call in (expected, got):
        for problem in call.problems:
            yield Difference(path, ABSENT, ABSENT, f"{path}: cannot be compared: {problem}")
    unknown = expected.operation is None or got.operation is None
    # Two requests to the same API need no operation to be the same.
    if _name(expected) != _name(got) or (unknown and expected.sdk != got.sdk):
        yield _differ(f"{path}.operation", _name(expected), _name(got))
        return
    yield from _compare(f"{path}.path", expected.values, got.values)
    yield from _compare(f"{path}.query", expected.query, got.query)
    yield from _compare(f"{path}.payload", expected.payload, got.payload)
    yield from _compare(f"{path}.body", expected.body, got.body)
    yield from _compare_parts(f"{path}.parts", expected.parts, got.parts)


def _name(call: Call) -> str:
    return f"{call.method} {call.path}"


def _compare_parts(path: str, expected: dict[str, Any] | None, got: dict[str, Any] | None) -> Iterator[Difference]:
    if expected is not None and got is not None:
        # The content type of a file counts only if v1 gave one.
        for name, part in expected.items():
            other = got.get(name)
            if isinstance(part, dict) and part.get("content_type") == "" and isinstance(other, dict):
                got = {**got, name: {**other, "content_type": ""}}
    yield from _compare(path, expected, got)


def _compare(path: str, expected: Any, got: Any) -> Iterator[Difference]:
    if isinstance(expected, dict) and isinstance(got, dict):
        for key in sorted(expected.keys() | got.keys(), key=str):
            yield from _compare(f"{path}.{key}", expected.get(key, ABSENT), got.get(key, ABSENT))
    elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        for index, (item, other) in enumerate(zip(expected, got, strict=True)):
            yield from _compare(f"{path}[{index}]", item, other)
    elif not _same_leaf(expected, got):
        yield _differ(path, expected, got)


def _same_leaf(expected: Any, got: Any) -> bool:
    if isinstance(expected, bool) or isinstance(got, bool):
        return expected is got
    if isinstance(expected, dict | list) or isinstance(got, dict | list):
        return type(expected) is type(got) and bool(expected == got)
    if expected == got:
        return True
    return _same_time(expected, got)


def _same_time(expected: Any, got: Any) -> bool:
    """E10: a text, a datetime and a number are equal when they name the same millisecond."""
    if isinstance(expected, int | float) and isinstance(got, int | float):
        return False
    moment = milliseconds(expected)
    return moment is not None and moment == milliseconds(got)


def _compare_values(path: str, expected: Any, got: Any) -> Iterator[Difference]:
    if isinstance(expected, dict) and isinstance(got, dict):
        if expected.keys() == {"exception"} == got.keys():
            if not same_error(expected["exception"], got["exception"]):
                yield _differ(path, expected["exception"], got["exception"])
            return
        for key in sorted(expected.keys() | got.keys(), key=str):
            yield from _compare_values(f"{path}.{key}", expected.get(key, ABSENT), got.get(key, ABSENT))
    elif isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        for index, (item, other) in enumerate(zip(expected, got, strict=True)):
            yield from _compare_values(f"{path}[{index}]", item, other)
    elif not _same_leaf(expected, got) and not _same_token(expected, got):
        yield _differ(path, expected, got)


def _same_token(expected: Any, got: Any) -> bool:
    # The signature cannot be compared since v2 signs `iat` too: a wrong secret is not seen here.
    claims, others = _claims(expected), _claims(got)
    if claims is None or others is None:
        return False
    ignored = set() if "iat" in claims else {"iat"}
    return claims == {key: value for key, value in others.items() if key not in ignored}


def _claims(token: Any) -> dict[str, Any] | None:
    if not isinstance(token, str) or token.count(".") != 2:
        return None
    import jwt

    try:
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except jwt.PyJWTError:
        return None
    return claims


def _differ(path: str, expected: Any, got: Any) -> Difference:
    if got is ABSENT:
        text = f"{path}: missing (expected {expected!r})"
    elif expected is ABSENT:
        text = f"{path}: unexpected {got!r}"
    else:
        text = f"{path}: expected {expected!r}, got {got!r}"
    return Difference(path, expected, got, text)
