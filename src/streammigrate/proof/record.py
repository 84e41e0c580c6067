"""Transports that record what a program sends and answer it, in place of the network.

requests, aiohttp and httpx are patched at the place where a finished request would go on the wire, so that all that an
SDK does to a request (default parameters, encoding, headers, timeouts) has happened. Not covered:

- connection pools, redirects, retries of urllib3 (stream-chat asks for one) and TLS are below the patched place;
- for aiohttp the patched place is `ClientSession._request`: its own checks of a request that run later are not seen;
- an httpx client with a transport of its own (`Stream(transport=...)`, `httpx.MockTransport`) is not recorded;
- a body that is sent as a stream is read whole; a file downloaded by v1's `send_file` from a URL is made up;
- the recording is global to the process while it lasts: one at a time, and not for programs in several processes.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cache
from types import SimpleNamespace
from typing import Any, Literal, NamedTuple
from unittest.mock import patch
from urllib.parse import parse_qsl, urlsplit

from streammigrate.proof.multipart import Part, parse_parts

MAX_REQUESTS = 200
"""More requests than this in one recording mean a loop that never ends, such as paging over generated answers."""


class TooManyRequests(BaseException):
    """The program sends without end. Not an Exception, so that no handler of the program keeps it going."""


class Request(NamedTuple):
    """One request as it would have gone on the wire."""

    sdk: Literal["v1", "v2"]
    """By the library that sent it: stream-chat uses requests and aiohttp, getstream httpx."""
    method: str
    """In capitals."""
    path: str
    """As sent: percent-encoded and with the prefix of the base URL and of the API version."""
    query: dict[str, str | tuple[str, ...]]
    """Decoded, without `api_key`; a key that is sent several times has all its values in their order."""
    body: Any
    """Parsed JSON; None without a body; `{"_raw": text}` for a body that is not JSON; None for multipart."""
    parts: tuple[Part, ...] | None
    """The parts of a multipart body, else None."""
    timeout: float | None
    """Seconds until an answer must have come (httpx: the read timeout); None means for ever."""
    host: str
    """Scheme and authority, such as `https://chat.stream-io-api.com`."""
    api_key: str
    """The query parameter `api_key`, empty when there is none."""


class Answer(NamedTuple):
    """What the transport gives back for a request."""

    status: int = 200
    json: Any = None
    """The body, serialised as JSON; None sends an empty body (`text` wins)."""
    headers: Mapping[str, str] = {}
    error: Literal["", "timeout", "connection"] = ""
    """Raise what the real library raises for a timeout or a lost connection, instead of an answer."""
    text: str = ""
    """A body that is not JSON, such as a gateway's HTML; its content type is text/html unless `headers` say so."""

    @property
    def content(self) -> bytes:
        """Return the body as bytes."""
        if self.text:
            return self.text.encode()
        return b"" if self.json is None else json.dumps(self.json).encode()

    @property
    def all_headers(self) -> dict[str, str]:
        """Return the headers with a content type."""
        return {"Content-Type": "text/html" if self.text else "application/json;charset=utf-8", **self.headers}


Answerer = Callable[[Request], Answer]


def empty_answers(request: Request) -> Answer:
    """Return an empty object with the status 200 for every request."""
    return Answer(json={})


class Recorder:
    """The requests of one recording, in the order in which they were sent."""

    def __init__(self, answer: Answerer) -> None:
        self.requests: list[Request] = []
        self._answer = answer
        self._lock = threading.Lock()

    def handle(self, request: Request) -> Answer:
        """Record a request and return its answer. Raises TooManyRequests after MAX_REQUESTS."""
        with self._lock:
            if len(self.requests) >= MAX_REQUESTS:
                raise TooManyRequests(f"more than {MAX_REQUESTS} requests")
            self.requests.append(request)
            return self._answer(request)


@contextmanager
def recording(answer: Answerer = empty_answers) -> Iterator[Recorder]:
    """Patch the three transports while the context lasts and give the recorder.

    Sessions of aiohttp that the program leaves open are detached at the end, so that none complains later.
    """
    recorder = Recorder(answer)
    with ExitStack() as stack:
        for patched in (*_patch_requests(recorder), *_patch_aiohttp(recorder, stack), *_patch_httpx(recorder)):
            stack.enter_context(patched)
        yield recorder


def make_request(
    sdk: Literal["v1", "v2"], method: str, url: str, content_type: str, body: bytes, timeout: float | None
) -> Request:
    """Return the request that a method, an absolute URL and a body make."""
    split = urlsplit(url)
    values: dict[str, list[str]] = {}
    for key, value in parse_qsl(split.query, keep_blank_values=True):
        values.setdefault(key, []).append(value)
    api_key = values.pop("api_key", [""])[-1]
    query = {key: found[0] if len(found) == 1 else tuple(found) for key, found in values.items()}
    parts = parse_parts(content_type, body) if content_type.startswith("multipart/") else None
    parsed = None if parts is not None else _parse_body(body)
    host = f"{split.scheme}://{split.netloc}"
    return Request(sdk, method.upper(), split.path, query, parsed, parts, timeout, host, api_key)


def _parse_body(body: bytes) -> Any:
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        return {"_raw": body.decode("utf-8", "replace")}


def _patch_requests(recorder: Recorder) -> list[Any]:
    import requests
    from requests.structures import CaseInsensitiveDict

    def send(
        self: object,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        given: Any = request.body or b""
        body = given.encode() if isinstance(given, str) else given if isinstance(given, bytes) else b"".join(given)
        seconds = timeout[1] if isinstance(timeout, tuple) else timeout
        content_type = str(request.headers.get("Content-Type", ""))
        sent = make_request("v1", request.method or "", request.url or "", content_type, body, seconds)
        answer = recorder.handle(sent)
        if answer.error == "timeout":
            retries = getattr(self, "max_retries", None)
            if retries is not None and retries.total and sent.method in (retries.allowed_methods or ()):
                # What is tried again at last fails so. The second request is not shown: getstream sends none.
                raise requests.exceptions.ConnectionError("timed out twice", request=request)
            raise requests.exceptions.ReadTimeout("timed out", request=request)
        if answer.error == "connection":
            raise requests.exceptions.ConnectionError("connection lost", request=request)
        response = requests.Response()
        response.status_code = answer.status
        response.headers = CaseInsensitiveDict(answer.all_headers)
        response.encoding = "utf-8"
        response.url = request.url or ""
        response.request = request
        response._content = answer.content
        return response

    def open_url(request: Any, *args: Any, **options: Any) -> Any:
        url = request if isinstance(request, str) else request.full_url
        recorder.handle(make_request("v1", "GET", url, "", b"", None))
        return SimpleNamespace(read=lambda: file_at(url))

    return [patch.object(requests.adapters.HTTPAdapter, "send", send), patch("stream_chat.client.urlopen", open_url)]


def file_at(url: str) -> bytes:
    """Return the made-up content of a file that v1's `send_file` downloads."""
    return f"the file at {url}".encode()


def _patch_aiohttp(recorder: Recorder, stack: ExitStack) -> list[Any]:
    import aiohttp
    from yarl import URL

    sessions: list[aiohttp.ClientSession] = []
    real_init = aiohttp.ClientSession.__init__

    def init(self: aiohttp.ClientSession, *args: Any, **options: Any) -> None:
        real_init(self, *args, **options)
        sessions.append(self)

    def detach() -> None:
        for session in sessions:
            if not session.closed:
                session.detach()

    stack.callback(detach)

    async def request(
        self: aiohttp.ClientSession,
        method: str,
        url: Any,
        *,
        params: Any = None,
        data: Any = None,
        json: Any = None,
        headers: Any = None,
        timeout: Any = None,
        **options: Any,
    ) -> Any:
        if self.closed:
            raise RuntimeError("Session is closed")
        # The same steps as the library: relative to the base URL, then the query in the order of the parameters.
        target = self._build_url(url)
        target = target.extend_query(params) if params else target
        if not isinstance(target, URL) or target.scheme not in ("http", "https"):
            raise aiohttp.NonHttpUrlClientError(target)
        content_type, body = await _aiohttp_body(data, json, headers or {})
        seconds = timeout.total if isinstance(timeout, aiohttp.ClientTimeout) else timeout
        answer = recorder.handle(make_request("v1", method, str(target), content_type, body, seconds))
        if answer.error == "timeout":
            raise asyncio.TimeoutError
        if answer.error == "connection":
            key: Any = SimpleNamespace(host=target.host, port=target.port, ssl=True, is_ssl=True)
            raise aiohttp.ClientConnectorError(key, OSError("connection lost"))
        return _AiohttpResponse(method, target, answer)

    return [
        patch.object(aiohttp.ClientSession, "__init__", init),
        patch.object(aiohttp.ClientSession, "_request", request),
    ]


async def _aiohttp_body(data: Any, json_data: Any, headers: Mapping[str, str]) -> tuple[str, bytes]:
    import aiohttp

    if isinstance(data, aiohttp.FormData):
        payload = data()
        chunks: list[bytes] = []

        async def write(chunk: bytes) -> None:
            chunks.append(bytes(chunk))

        writer: Any = SimpleNamespace(write=write)
        await payload.write(writer)
        return payload.headers["Content-Type"], b"".join(chunks)
    if json_data is not None:
        data = json.dumps(json_data)
    content_type = next((value for key, value in headers.items() if key.lower() == "content-type"), "")
    return content_type, data.encode() if isinstance(data, str) else data or b""


class _AiohttpResponse:
    """As much of an aiohttp response as stream-chat reads."""

    def __init__(self, method: str, url: Any, answer: Answer) -> None:
        from multidict import CIMultiDict

        self.method = method
        self.url = url
        self.status = answer.status
        self.headers = CIMultiDict(answer.all_headers)
        self._content = answer.content
        self.history = ()

    async def read(self) -> bytes:
        # stream-chat reads bytes only of the file that it downloads.
        return file_at(str(self.url))

    async def text(self) -> str:
        return self._content.decode()

    async def json(self) -> Any:
        import aiohttp

        kind = self.headers["Content-Type"]
        if "json" not in kind:
            info: Any = SimpleNamespace(real_url=self.url, url=self.url, method=self.method, headers=self.headers)
            message = f"Attempt to decode JSON with unexpected mimetype: {kind}"
            raise aiohttp.ContentTypeError(info, (), status=self.status, message=message, headers=self.headers)
        return json.loads(self._content)

    def release(self) -> None:
        return None

    async def wait_for_close(self) -> None:
        return None

    async def __aenter__(self) -> _AiohttpResponse:
        return self

    async def __aexit__(self, *exception: object) -> None:
        return None


def _patch_httpx(recorder: Recorder) -> list[Any]:
    import httpx

    def answer_to(request: httpx.Request, body: bytes) -> httpx.Response:
        seconds = request.extensions.get("timeout", {}).get("read")
        content_type = request.headers.get("Content-Type", "")
        answer = recorder.handle(make_request("v2", request.method, str(request.url), content_type, body, seconds))
        if answer.error == "timeout":
            raise httpx.ReadTimeout("timed out", request=request)
        if answer.error == "connection":
            raise httpx.ConnectError("connection lost", request=request)
        return httpx.Response(answer.status, headers=answer.all_headers, content=answer.content, request=request)

    def handle_request(self: object, request: httpx.Request) -> httpx.Response:
        return answer_to(request, request.read())

    async def handle_async_request(self: object, request: httpx.Request) -> httpx.Response:
        return answer_to(request, await request.aread())

    patches = [
        patch.object(httpx.HTTPTransport, "handle_request", handle_request),
        patch.object(httpx.AsyncHTTPTransport, "handle_async_request", handle_async_request),
    ]
    # Loading the certificates takes 20 ms for each client and nothing here speaks TLS.
    if hasattr(httpx._transports.default, "create_ssl_context"):
        patches.append(patch("httpx._transports.default.create_ssl_context", _shared_ssl_context))
    # Reading the annotations of each model again for each answer takes a third of the time of a run.
    patches.append(patch("dataclasses_json.core.get_type_hints", _type_hints))
    return patches


@cache
def _type_hints(kind: Any) -> dict[str, Any]:
    from typing import get_type_hints

    return get_type_hints(kind)


_SSL_CONTEXTS: list[Any] = []


def _shared_ssl_context(*args: Any, **options: Any) -> Any:
    if not _SSL_CONTEXTS:
        import ssl

        _SSL_CONTEXTS.append(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
    return _SSL_CONTEXTS[0]
