"""Fetching settings from a local server that speaks both generations, and one that fails in every way."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from streammigrate.checks import live
from streammigrate.checks.credentials import Credentials
from streammigrate.checks.settings import Shape
from streammigrate.errors import InputError, UsageError

KEY, SECRET = "key-abcdefgh", "secret-ijklmnop"
CREDENTIALS = Credentials(KEY, SECRET, "the environment")


class Server:
    """Answers by path; a path without an answer is not found. Keeps what was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, Any]] = {}
        self.headers: dict[str, dict[str, str]] = {}
        self.asked: list[tuple[str, str]] = []
        self.seen: list[dict[str, str]] = []
        self.instead: Callable[[BaseHTTPRequestHandler], None] | None = None
        server = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: Any) -> None:
                pass

            def answer(self) -> None:
                path = urlsplit(self.path).path
                server.asked.append((self.command, path))
                query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
                server.seen.append({**{name.lower(): value for name, value in self.headers.items()}, **query})
                if server.instead is not None:
                    server.instead(self)
                    return
                error = {"code": 16, "message": "not found", "StatusCode": 404}
                status, body = server.answers.get(path, (404, error))
                data = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                for name, value in server.headers.get(path, {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = answer  # noqa: N815

        class Patient(ThreadingHTTPServer):
            def handle_error(self, request: Any, client_address: Any) -> None:
                """A client that gives up is what some tests are about."""

        self.http = Patient(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server()
    yield found
    found.close()
    assert {method for method, _ in found.asked} <= {"GET"}


@pytest.fixture
def v1(server: Server, ready: dict[str, Any]) -> Server:
    """The server speaks v1."""
    server.answers = {
        "/app": (200, {"app": ready["app"], "duration": "1ms"}),
        "/channeltypes": (200, {"channel_types": ready["channel_types"], "duration": "1ms"}),
        "/push_providers": (200, {"push_providers": [], "duration": "1ms"}),
        "/external_storage": (200, {"external_storages": {}, "duration": "1ms"}),
    }
    return server


@pytest.fixture
def both(v1: Server) -> Server:
    """The server speaks v1 and v2."""
    places = {
        "/app": "/api/v2/app",
        "/channeltypes": "/api/v2/chat/channeltypes",
        "/push_providers": "/api/v2/push_providers",
        "/external_storage": "/api/v2/external_storage",
    }
    v1.answers |= {new: v1.answers[old] for old, new in places.items()}
    return v1


def refused(server: Server, timeout: float = 5) -> Any:
    with pytest.raises(InputError) as stop:
        live.fetch(CREDENTIALS, server.url, timeout)
    for secret in (KEY, SECRET, live.server_token(SECRET)):
        assert secret not in str(stop.value) + repr(stop.value.finding)
    assert stop.value.__cause__ is None
    return stop.value.finding


def test_v2_is_asked_first(both: Server) -> None:
    found = live.fetch(CREDENTIALS, both.url)
    assert found.shape is Shape.V2
    assert found.app is not None
    assert found.app.at.source == f"{both.url}/api/v2/app"
    assert found.channel_types is not None
    assert found.push_providers == []
    assert found.external_storages == []
    assert not found.missing
    assert [path for _, path in both.asked] == [
        "/api/v2/app",
        "/api/v2/chat/channeltypes",
        "/api/v2/push_providers",
        "/api/v2/external_storage",
    ]


def test_v1_is_asked_where_there_is_no_v2(v1: Server) -> None:
    found = live.fetch(CREDENTIALS, v1.url + "/")
    assert found.shape is Shape.V1
    assert [path for _, path in v1.asked][:3] == ["/api/v2/app", "/app", "/channeltypes"]


def test_nothing_but_get_is_sent(both: Server) -> None:
    live.fetch(CREDENTIALS, both.url)
    assert {method for method, _ in both.asked} == {"GET"}
    assert all("content-length" not in seen for seen in both.seen)


def test_the_request_is_signed_as_the_sdks_sign(both: Server) -> None:
    live.fetch(CREDENTIALS, both.url)
    seen = both.seen[0]
    assert seen["api_key"] == KEY
    assert seen["stream-auth-type"] == "jwt"
    header, claims, signature = seen["authorization"].split(".")
    assert json.loads(base64.urlsafe_b64decode(header + "==")) == {"alg": "HS256", "typ": "JWT"}
    assert json.loads(base64.urlsafe_b64decode(claims + "==")) == {"server": True}
    digest = hmac.new(SECRET.encode(), f"{header}.{claims}".encode(), hashlib.sha256).digest()
    assert base64.urlsafe_b64decode(signature + "==") == digest


def test_what_is_listed_beside_the_app_may_be_refused(both: Server) -> None:
    both.answers["/api/v2/chat/channeltypes"] = (403, {"code": 17, "message": "no", "StatusCode": 403})
    both.answers["/api/v2/external_storage"] = (200, {"external_storages": [1]})
    found = live.fetch(CREDENTIALS, both.url)
    assert found.channel_types is None
    assert "HTTP 403" in found.missing["channel_types"]
    assert "must be an object" in found.missing["external_storages"]


@pytest.mark.parametrize("status", [401, 403])
def test_wrong_credentials(both: Server, status: int) -> None:
    message = f"GetApp failed: api_key {KEY} is not valid for {SECRET}"
    both.answers["/api/v2/app"] = (status, {"code": 2, "message": message, "StatusCode": status})
    finding = refused(both)
    assert finding.id == "SM692"
    assert "from the environment" in finding.message
    assert "Stream error 2: GetApp failed: api_key *** is not valid for ***" in finding.message


@pytest.mark.parametrize(("headers", "words"), [({"Retry-After": "30"}, "wait 30 seconds"), ({}, "rate of requests")])
def test_a_rate_limit(both: Server, headers: dict[str, str], words: str) -> None:
    both.answers["/api/v2/app"] = (429, {"code": 9, "message": "slow down", "StatusCode": 429})
    both.headers["/api/v2/app"] = headers
    finding = refused(both)
    assert finding.id == "SM693"
    assert words in finding.message
    assert len(both.asked) == 1, "a request is not repeated"


def test_the_limits_time_of_reset_is_told(both: Server) -> None:
    both.answers["/api/v2/app"] = (429, b"")
    both.headers["/api/v2/app"] = {"X-RateLimit-Reset": str(int(time.time()) + 40)}
    assert "seconds" in refused(both).message


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((500, b"<html>oops</html>"), "HTTP 500"),
        ((503, {"code": -1, "message": "down"}), "Stream error -1: down"),
        ((302, b""), "redirects"),
        ((204, b""), "HTTP 204"),
        ((200, b""), "not JSON"),
        ((200, b"<html></html>"), "not JSON"),
        ((200, b'{"app": NaN}'), "not JSON"),
        ((200, b"\xff\xfe"), "not JSON"),
        ((200, b"[" * 100_000), "not JSON"),
        ((200, {}), "no `app`"),
        ((200, []), "no `app`"),
        ((200, {"app": None}), "no `app`"),
        ((200, {"app": "yes"}), "no `app`"),
    ],
)
def test_an_answer_that_is_none(both: Server, answer: tuple[int, Any], words: str) -> None:
    both.answers["/api/v2/app"] = answer
    finding = refused(both)
    assert finding.id == "SM695"
    assert words in finding.message


@pytest.mark.parametrize("app", [{}, {"moon": 1}])
def test_an_app_without_settings(both: Server, app: dict[str, Any]) -> None:
    both.answers["/api/v2/app"] = (200, {"app": app})
    assert refused(both).id == "SM690"


def test_a_redirect_is_not_followed_and_the_token_stays(both: Server) -> None:
    other = Server()
    try:
        both.answers["/api/v2/app"] = (307, b"")
        both.headers["/api/v2/app"] = {"Location": f"{other.url}/api/v2/app"}
        assert refused(both).id == "SM695"
        assert other.asked == []
    finally:
        other.close()


def test_neither_generation_is_there(server: Server) -> None:
    finding = refused(server)
    assert finding.id == "SM695"
    assert "HTTP 404, Stream error 16: not found" in finding.message
    assert finding.location.source == f"{server.url}/app"


def test_a_slow_server(both: Server) -> None:
    both.instead = lambda handler: time.sleep(2)
    started = time.monotonic()
    finding = refused(both, timeout=0.2)
    assert finding.id == "SM694"
    assert "no answer within 0.2 seconds" in finding.message
    assert time.monotonic() - started < 1.5


def test_a_server_that_drips_meets_the_time_out_too(both: Server) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(40):
            handler.wfile.write(b"X-Slow: %d\r\n" % number)
            handler.wfile.flush()
            time.sleep(0.05)

    both.instead = drip
    started = time.monotonic()
    assert "no answer within 0.3 seconds" in refused(both, timeout=0.3).message
    assert time.monotonic() - started < 1.5


def test_a_body_that_drips_meets_the_time_out_too(both: Server) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{"app": {')
        for _ in range(40):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.05)

    both.instead = drip
    started = time.monotonic()
    assert "no answer within 0.3 seconds" in refused(both, timeout=0.3).message
    assert time.monotonic() - started < 1.5


FAILURES: list[tuple[str, tuple[int, Any], str, str]] = [
    ("failing", (500, b"oops"), "SM695", "HTTP 500"),
    ("failing with the API's error", (400, {"code": 4, "message": "bad input"}), "SM695", "Stream error 4: bad input"),
    ("refusing", (401, {"code": 5, "message": "signature not valid"}), "SM692", "refused the credentials"),
    ("rate-limited", (429, {"code": 9, "message": "slow down"}), "SM693", "limits the rate"),
    ("redirecting", (301, b""), "SM695", "redirects"),
    ("an error that is called a success", (200, {"code": 2, "message": "no", "StatusCode": 401}), "SM695", "no `app`"),
    ("a page of a proxy", (200, b"<html>Please sign in</html>"), "SM695", "not JSON"),
    ("another document", (200, {"app": {"openapi": "3.0.3"}}), "SM690", "none of its keys"),
    ("settings of a wrong type", (200, {"app": {"permission_version": ["v2"]}}), "SM691", "text"),
]


@pytest.mark.parametrize("generation", ["v1", "v2"])
@pytest.mark.parametrize(("answer", "id", "words"), [row[1:] for row in FAILURES], ids=[row[0] for row in FAILURES])
def test_whichever_generation_answers_is_not_believed_blindly(
    v1: Server, generation: str, answer: tuple[int, Any], id: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from streammigrate import api

    path = "/app" if generation == "v1" else "/api/v2/app"
    v1.answers[path] = answer
    monkeypatch.setenv("STREAM_API_KEY", KEY)
    monkeypatch.setenv("STREAM_API_SECRET", SECRET)
    with pytest.raises(InputError) as stop:
        api.check(api.CheckOptions(live=True, base_url=v1.url))
    assert stop.value.finding.id == id
    assert words in stop.value.finding.message
    assert stop.value.finding.location.source == f"{v1.url}{path}"
    assert v1.asked[-1][1] == path or id == "SM691"


@pytest.mark.parametrize("generation", ["v1", "v2"])
def test_a_slow_app_of_either_generation(v1: Server, generation: str) -> None:
    slow = "/app" if generation == "v1" else "/api/v2/app"

    def wait(handler: BaseHTTPRequestHandler) -> None:
        if urlsplit(handler.path).path == slow:
            time.sleep(1)
        handler.send_error(404)

    v1.instead = wait
    finding = refused(v1, timeout=0.2)
    assert "no answer within 0.2 seconds" in finding.message
    assert finding.location.source == f"{v1.url}{slow}"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((429, b""), "limits the rate"),
        ((500, b""), "HTTP 500"),
        ((200, b"<html></html>"), "not JSON"),
        ((200, {"moon": []}), "no `push_providers`"),
        ((200, {"push_providers": {"a": 1}}), "list"),
    ],
)
def test_a_list_that_is_not_to_be_had_leaves_the_settings(both: Server, answer: tuple[int, Any], words: str) -> None:
    both.answers["/api/v2/push_providers"] = answer
    found = live.fetch(CREDENTIALS, both.url)
    assert found.push_providers is None
    assert words in found.missing["push_providers"]
    assert found.app is not None
    assert found.channel_types is not None


def test_what_is_shorter_than_it_says_is_not_judged(both: Server) -> None:
    def lie(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b'HTTP/1.0 200 OK\r\nContent-Length: 20\r\n\r\n{"app": {"suspended": true, "name": "x"}}')

    both.instead = lie
    assert "not JSON" in refused(both).message


def test_an_answer_that_is_compressed_unasked(both: Server) -> None:
    both.answers["/api/v2/app"] = (200, b"\x1f\x8b\x08\x00\x00\x00\x00\x00")
    both.headers["/api/v2/app"] = {"Content-Encoding": "gzip"}
    assert "not JSON" in refused(both).message


def test_an_answer_that_is_cut_off(both: Server) -> None:
    def cut(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b'HTTP/1.0 200 OK\r\nContent-Length: 500\r\n\r\n{"app": {')

    both.instead = cut
    assert "closed the connection early" in refused(both).message


def test_an_answer_without_end(both: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "MAX_BYTES", 1000)
    both.answers["/api/v2/app"] = (200, b" " * 5000)
    assert "larger than" in refused(both).message


def test_what_is_not_http(both: Server) -> None:
    def greet(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"SSH-2.0-hello\r\n")

    both.instead = greet
    assert refused(both).id == "SM694"


def test_an_unreachable_host() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(InputError) as stop:
        live.fetch(CREDENTIALS, url, 2)
    assert stop.value.finding.id == "SM694"
    assert "refused the connection" in stop.value.finding.message


def test_a_name_that_is_not_resolved() -> None:
    with pytest.raises(InputError) as stop:
        live.fetch(CREDENTIALS, "https://nowhere.invalid", 5)
    assert stop.value.finding.id == "SM694"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://chat.stream-io-api.com", "https"),
        ("ftp://127.0.0.1", "address"),
        ("chat.stream-io-api.com", "address"),
        ("https://", "address"),
        ("https://user:pass@host.example", "credentials"),
        ("https://host.example/?api_key=1", "query"),
        ("https://host.example:port", "valid"),
        ("https://[::1", "valid"),
        ("https://host\nname.example", "address"),
        ("", "address"),
    ],
)
def test_an_address_that_is_wrong_or_would_leak(url: str, words: str) -> None:
    if "\n" in url:
        # Python takes line ends out of an address; what is left is one.
        assert live.check_base_url(url) == "https://hostname.example"
        return
    with pytest.raises(UsageError, match=words):
        live.check_base_url(url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://chat.stream-io-api.com/", "https://chat.stream-io-api.com"),
        ("http://localhost:3030", "http://localhost:3030"),
        ("http://[::1]:3030/proxy/", "http://[::1]:3030/proxy"),
    ],
)
def test_an_address_is_cleaned(url: str, expected: str) -> None:
    assert live.check_base_url(url) == expected


def test_from_the_environment_to_the_verdict(
    both: Server, ready: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from streammigrate import api

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STREAM_API_KEY", KEY)
    monkeypatch.setenv("STREAM_API_SECRET", SECRET)
    ready["app"]["user_search_disallowed_roles"] = [KEY, SECRET]
    ready["app"]["new_setting"] = live.server_token(SECRET)
    both.answers["/api/v2/app"] = (200, {"app": ready["app"]})
    outcome = api.check(api.CheckOptions(live=True, base_url=both.url))
    assert {found.finding.id for found in outcome.result.found()} == {"SM602", "SM615", "SM616"}
    for format in api.CHECK_FORMATS:
        text = api.render_check(outcome, format)
        assert not any(secret in text for secret in (KEY, SECRET, live.server_token(SECRET)))
        assert format == "junit" or f"{both.url}/api/v2/app" in text or format == "markdown"


def test_the_defaults_of_the_api_are_those_of_the_client() -> None:
    from streammigrate import api

    assert (live.BASE_URL, live.TIMEOUT) == (api.DEFAULT_BASE_URL, api.DEFAULT_TIMEOUT)


@pytest.mark.filterwarnings("ignore")
def test_the_token_is_what_the_sdk_makes() -> None:
    stream_chat = pytest.importorskip("stream_chat")
    import jwt

    long = "s" * 64
    client = stream_chat.StreamChat(api_key="k", api_secret=long)
    assert jwt.decode(live.server_token(long), long, algorithms=["HS256"]) == jwt.decode(
        client.auth_token, long, algorithms=["HS256"]
    )
