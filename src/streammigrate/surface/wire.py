"""A recording transport under the SDKs: the first request of a call, and what differs between two requests."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from email import message_from_bytes
from itertools import zip_longest
from types import TracebackType
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

_MISSING = object()


class Request(NamedTuple):
    """One request as it went out: the parsed body, or the fields of a form; the API key is left out of the query."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    form: dict[str, str]


class _Sent(BaseException):
    """Ends a call as soon as its request is out, so that no answer has to be invented.

    It derives from BaseException because SDKs catch Exception around a request.
    """

    def __init__(self, request: Request) -> None:
        self.request = request


class Wire:
    """While entered, httpx and requests send nothing: they end the call with its request."""

    def __init__(self) -> None:
        """Nothing is recorded yet."""
        self._undo: list[tuple[Any, str, Any]] = []

    def __enter__(self) -> Wire:
        """Replace the transports."""
        import httpx

        def handle(transport: Any, request: httpx.Request) -> httpx.Response:
            body = request.read()
            raise _Sent(parse(request.method, str(request.url), body, request.headers.get("content-type", "")))

        self._replace(httpx.HTTPTransport, "handle_request", handle)
        try:
            import requests
        except ImportError:
            return self

        def send(adapter: Any, request: requests.PreparedRequest, **_: Any) -> requests.Response:
            body: Any = request.body or b""
            data = body.encode() if isinstance(body, str) else bytes(body)
            kind = str(request.headers.get("content-type", ""))
            raise _Sent(parse(request.method or "", request.url or "", data, kind))

        self._replace(requests.adapters.HTTPAdapter, "send", send)
        return self

    def _replace(self, owner: Any, name: str, value: Any) -> None:
        self._undo.append((owner, name, getattr(owner, name)))
        setattr(owner, name, value)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put the transports back."""
        while self._undo:
            owner, name, value = self._undo.pop()
            setattr(owner, name, value)

    def first_request(self, call: Callable[[], Any]) -> Request | None:
        """Run `call` and return the request that it sends, or None when it returns without one."""
        try:
            call()
        except _Sent as sent:
            return sent.request
        return None


def parse(method: str, url: str, body: bytes, content_type: str) -> Request:
    """Return a request from its parts; a body that is neither JSON nor a form is kept as text."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    query.pop("api_key", None)
    form: dict[str, str] = {}
    data: Any = None
    if content_type.startswith("multipart/"):
        message = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
        for part in message.get_payload():
            assert not isinstance(part, str)
            name = str(part.get_param("name", header="content-disposition"))
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            form[name] = f"{part.get_filename() or ''}|{content.decode('latin-1')}"
    elif body:
        try:
            data = json.loads(body)
        except ValueError:
            data = body.decode("latin-1")
    return Request(method.upper(), unquote(parts.path), query, data, form)


def key_paths(request: Request) -> Iterator[tuple[str, Any]]:
    """Yield every value of a request that is not in its path, with its place: container:key.path.

    A list of objects is one place per key, key[].path; any other list is a value.
    """
    query = dict(request.query)
    payload = query.pop("payload", None)
    yield from _leaves("query:", query)
    yield from _leaves("form:", request.form)
    if payload is not None:
        yield from _leaves("payload:", json.loads(payload))
    if isinstance(request.body, dict):
        yield from _leaves("body:", request.body)
    elif request.body is not None:
        yield "body:", request.body


def _leaves(prefix: str, value: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, item in value.items():
        if isinstance(item, dict) and item:
            yield from _leaves(f"{prefix}{key}.", item)
        elif isinstance(item, list) and item and all(isinstance(each, dict) and each for each in item):
            held: dict[str, list[Any]] = {}
            for each in item:
                for place, inner in _leaves(f"{prefix}{key}[].", each):
                    held.setdefault(place, []).append(inner)
            yield from held.items()
        else:
            yield f"{prefix}{key}", item


def deep_changes(one: Request, other: Request) -> list[str]:
    """Return the places whose values differ, sorted; in the path by the index of the segment: path:2."""
    left, right = dict(key_paths(one)), dict(key_paths(other))
    places = {key for key in left.keys() | right.keys() if left.get(key, _MISSING) != right.get(key, _MISSING)}
    pairs = zip_longest(one.path.split("/"), other.path.split("/"))
    places |= {f"path:{index}" for index, (here, there) in enumerate(pairs) if here != there}
    return sorted(places)


def changed_places(one: Request, other: Request) -> list[str]:
    """Return the places in which two requests of one method differ, sorted: path, query:k, body:k, form:k, payload."""
    return sorted({_outer(place) for place in deep_changes(one, other)})


def _outer(place: str) -> str:
    container, _, key = place.partition(":")
    head = key.split(".")[0].removesuffix("[]")
    return container if container in ("path", "payload") or not head else f"{container}:{head}"
