"""Fetches the settings of an app from Stream. Only GET requests are made, and no redirect is followed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from time import monotonic
from typing import Any, NamedTuple

from streammigrate.checks import problems, settings
from streammigrate.checks.credentials import Credentials
from streammigrate.checks.settings import AppSettings, Shape
from streammigrate.checks.show import Scrubber
from streammigrate.errors import InputError, UsageError
from streammigrate.findings import Location

BASE_URL = "https://chat.stream-io-api.com"
TIMEOUT = 10.0
"""Seconds for a request, from connecting to the last byte."""

MAX_BYTES = 16 * 2**20
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


class _Paths(NamedTuple):
    """Where a generation of the API answers; `shape` is how it writes the settings."""

    app: str
    lists: tuple[tuple[str, str], ...]
    shape: Shape


_V2 = _Paths(
    "/api/v2/app",
    (
        ("channel_types", "/api/v2/chat/channeltypes"),
        ("push_providers", "/api/v2/push_providers"),
        ("external_storages", "/api/v2/external_storage"),
    ),
    Shape.V2,
)
_V1 = _Paths(
    "/app",
    (
        ("channel_types", "/channeltypes"),
        ("push_providers", "/push_providers"),
        ("external_storages", "/external_storage"),
    ),
    Shape.V1,
)


class _Answer(NamedTuple):
    status: int
    body: bytes
    reason: str
    retry_after: str


class _FailedError(Exception):
    """A request that got no answer. Carries the reason, which holds nothing of the request."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def server_token(secret: str) -> str:
    """Return the token that both APIs take from servers: a JWT (HS256) that claims `server`."""
    header, claims = (
        _encode(json.dumps(part, separators=(",", ":")).encode())
        for part in ({"alg": "HS256", "typ": "JWT"}, {"server": True})
    )
    signed = f"{header}.{claims}"
    return f"{signed}.{_encode(hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest())}"


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def check_base_url(text: str) -> str:
    """Return the address without a slash at its end. Raises UsageError for one that is wrong or would leak the token."""
    from urllib.parse import urlsplit

    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        port = parts.port
    except ValueError:
        raise UsageError("--base-url is not a valid address") from None
    if parts.scheme not in ("http", "https") or not host or not _is_host(host):
        raise UsageError("--base-url must be an address such as https://chat.stream-io-api.com")
    if parts.username is not None or parts.query or parts.fragment:
        raise UsageError("--base-url takes no credentials, query or fragment")
    if parts.scheme == "http" and host not in _LOOPBACK:
        raise UsageError("--base-url must use https: the request carries a token (http is taken for this machine only)")
    where = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{where}" + (f":{port}" if port is not None else "") + parts.path.rstrip("/")


def _is_host(host: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9.:_-]+", host) is not None


def fetch(credentials: Credentials, base_url: str = BASE_URL, timeout: float = TIMEOUT) -> AppSettings:
    """Return the settings as API v2 answers them, or API v1 where there is no v2. Raises InputError and UsageError.

    What the API lists beside the app (channel types, push providers, external storages) may be refused; the settings
    then say so in `missing`.
    """
    client = _Client(credentials, check_base_url(base_url), timeout)
    paths = _V2
    answer = client.get(paths.app)
    if answer.status == 404:
        paths = _V1
        answer = client.get(paths.app)
    tree = client.document(paths.app, answer)
    label = client.label(paths.app)
    if not isinstance(tree, dict) or not isinstance(tree.get("app"), dict):
        raise problems.BAD_ANSWER.error(Location(label), "the answer is JSON, but has no `app`")
    found = settings.read([(label, tree)])
    found.shape = paths.shape
    for name, path in paths.lists:
        _add_list(found, client, name, path)
    return found


def _add_list(found: AppSettings, client: _Client, name: str, path: str) -> None:
    """Take in what the API lists beside the app, or the reason why it is not to be had."""
    label = client.label(path)
    try:
        part = client.document(path, client.get(path))
        if not isinstance(part, dict) or name not in part:
            raise problems.BAD_ANSWER.error(Location(label), f"the answer has no `{name}`")
        listed = settings.read([(label, {name: part[name]})])
    except InputError as error:
        found.missing[name] = f"{label}: {error.finding.message}"
    else:
        setattr(found, name, getattr(listed, name))


class _Client:
    """Makes the requests. Its errors name the path alone: the address has the key in its query."""

    def __init__(self, credentials: Credentials, base_url: str, timeout: float) -> None:
        self._base_url = base_url
        self._is_local = base_url.startswith("http:")
        self._timeout = timeout
        self._credentials = credentials
        self._token = server_token(credentials.secret)
        self._scrubber = Scrubber((credentials.key, credentials.secret, self._token))

    def label(self, path: str) -> str:
        """Return what a path is called in reports."""
        return self._base_url + path

    def get(self, path: str) -> _Answer:
        """Return what the server answers. Raises InputError when it does not."""
        try:
            return self._get(path)
        except _FailedError as error:
            raise problems.UNREACHABLE.error(Location(self.label(path)), error.reason) from None

    def document(self, path: str, answer: _Answer) -> Any:
        """Return the JSON of an answer. Raises InputError for an answer that is none."""
        at = Location(self.label(path))
        if answer.status in (401, 403):
            message = f"the server refused the credentials from {self._credentials.source}{self._said(answer)}"
            raise problems.REFUSED.error(at, message)
        if answer.status == 429:
            wait = f"; it asks to wait {answer.retry_after}" if answer.retry_after else ""
            raise problems.RATE_LIMITED.error(at, f"the server limits the rate of requests{wait}")
        if 300 <= answer.status < 400:
            raise problems.BAD_ANSWER.error(at, f"the server redirects (HTTP {answer.status}), which is not followed")
        if answer.status != 200:
            raise problems.BAD_ANSWER.error(at, f"the server answered with an error{self._said(answer)}")
        try:
            return json.loads(answer.body.decode("utf-8"), parse_constant=_refuse)
        except (ValueError, RecursionError):
            raise problems.BAD_ANSWER.error(at, "the answer is not JSON") from None

    def _said(self, answer: _Answer) -> str:
        """Return the status, and what of the API's error can be told: the code and the message, without secrets."""
        text = f" (HTTP {answer.status}"
        try:
            error = json.loads(answer.body.decode("utf-8"))
        except (ValueError, RecursionError):
            return text + ")"
        if isinstance(error, dict):
            if isinstance(error.get("code"), int):
                text += f", Stream error {error['code']}"
            if isinstance(error.get("message"), str):
                words = " ".join("".join(sign if sign.isprintable() else " " for sign in error["message"]).split())
                text += f": {self._scrubber.text(words)[:200]}"
        return text + ")"

    def _get(self, path: str) -> _Answer:
        """Run the request in a thread of its own: a server that drips headers never meets a socket's time-out."""
        import threading

        held: list[_Answer | BaseException] = []

        def work() -> None:
            try:
                held.append(self._request(path))
            except BaseException as error:
                held.append(error)

        thread = threading.Thread(target=work, daemon=True, name="streammigrate-live")
        thread.start()
        thread.join(self._timeout)
        if not held:
            raise _FailedError(f"no answer within {self._timeout:g} seconds")
        found = held[0]
        if isinstance(found, _Answer):
            return found
        raise _FailedError(self._explain(found)) from None

    def _request(self, path: str) -> _Answer:
        import urllib.error
        import urllib.request
        from urllib.parse import urlencode

        from streammigrate import __version__

        query = urlencode({"api_key": self._credentials.key})
        headers = {
            "Authorization": self._token,
            "Stream-Auth-Type": "jwt",
            "X-Stream-Client": f"streammigrate-{__version__}",
            "User-Agent": f"streammigrate/{__version__}",
            "Accept": "application/json",
        }
        request = urllib.request.Request(f"{self._base_url}{path}?{query}", headers=headers, method="GET")
        opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler({} if self._is_local else None),
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(),
            urllib.request.UnknownHandler(),
        ):
            opener.add_handler(handler)
        # No handler of errors or redirects: whatever the server answers comes back as an answer.
        with opener.open(request, timeout=self._timeout) as response:
            deadline = monotonic() + self._timeout
            body = b""
            while len(body) <= MAX_BYTES and (chunk := response.read1(2**16)):
                body += chunk
                if monotonic() > deadline:
                    raise TimeoutError
            if len(body) > MAX_BYTES:
                raise _FailedError(f"the answer is larger than {MAX_BYTES // 2**20} MiB")
            length = response.headers.get("Content-Length", "")
            if length.isascii() and length.isdigit() and len(body) < int(length):
                raise ConnectionResetError
            return _Answer(response.status, body, str(response.reason), _patience(response.headers))

    def _explain(self, error: BaseException) -> str:
        """Return why there is no answer, in words of our own: the library's may hold the address with the key."""
        import socket
        import ssl
        import urllib.error

        reason: object = error.reason if isinstance(error, urllib.error.URLError) else error
        if isinstance(reason, _FailedError):
            return reason.reason
        if isinstance(reason, TimeoutError):
            return f"no answer within {self._timeout:g} seconds"
        if isinstance(reason, ssl.SSLCertVerificationError):
            return f"the certificate cannot be verified: {reason.verify_message}"
        if isinstance(reason, ssl.SSLError):
            return "no secure connection could be made"
        if isinstance(reason, socket.gaierror):
            return "the name of the host cannot be resolved"
        if isinstance(reason, ConnectionRefusedError):
            return "the host refused the connection"
        if isinstance(reason, ConnectionError):
            return "the host closed the connection early"
        if isinstance(reason, OSError):
            return f"the host cannot be reached ({reason.strerror or 'no reason is given'})"
        return "the answer is not HTTP"


def _refuse(name: str) -> None:
    raise ValueError


def _patience(headers: Any) -> str:
    """Return how long the server asks to wait, in words, from Retry-After or from the limit's time of reset."""
    import time

    for name in ("Retry-After", "X-RateLimit-Reset"):
        text = str(headers.get(name, "")).strip()
        if text.isascii() and text.isdigit() and len(text) < 12:
            seconds = int(text) if name == "Retry-After" else int(text) - int(time.time())
            if 0 < seconds <= 86_400:
                return f"{seconds} seconds"
    return ""
