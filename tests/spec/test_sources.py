"""Whatever a user types either gives the bytes of a document or an error that says what to do."""

from __future__ import annotations

import base64
import hashlib
import io
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from streammigrate.errors import EXIT_INPUT, InputError
from streammigrate.findings import Finding, Severity
from streammigrate.spec import problems, sources
from streammigrate.spec.sources import fetch

DOCUMENT = b"openapi: 3.0.3\n"
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@pytest.fixture(autouse=True)
def surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in an empty directory, with an empty cache and without proxies."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("STREAMMIGRATE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))


def failure(source: str, **options: Any) -> Finding:
    with pytest.raises(InputError) as caught:
        fetch(source, **options)
    assert caught.value.exit_code == EXIT_INPUT
    assert "\n" not in caught.value.finding.message
    return caught.value.finding


def test_a_file_is_read(tmp_path: Path) -> None:
    Path("docs").mkdir()
    Path("docs/api.yaml").write_bytes(DOCUMENT)
    fetched, findings = fetch("docs/api.yaml")
    assert fetched.data == DOCUMENT
    assert fetched.label == "docs/api.yaml"
    assert fetched.sha256 == hashlib.sha256(DOCUMENT).hexdigest()
    assert fetched.base == str(tmp_path / "work" / "docs") + os.sep
    assert findings == []


def test_a_missing_file_gets_suggestions() -> None:
    Path("chat-openapi.yaml").write_bytes(DOCUMENT)
    finding = failure("chat-openapi.yml")
    assert finding.id == problems.NOT_FOUND.id
    assert finding.message == "there is no such file"
    assert finding.hint == "Did you mean chat-openapi.yaml?"
    assert finding.location.source == "chat-openapi.yml"


def test_a_suggestion_keeps_the_directory() -> None:
    Path("docs").mkdir()
    Path("docs/api.yaml").write_bytes(DOCUMENT)
    assert failure("docs/api.yml").hint == f"Did you mean {Path('docs', 'api.yaml')}?"
    assert "spelling" in failure("nowhere/api.yml").hint


def test_a_misspelt_name_of_a_stream_document_gets_a_suggestion() -> None:
    assert "stream-v2" in failure("stream-v3").hint


@pytest.mark.parametrize("source", ["", "no\0thing", "x" * 5000, "api.yaml/x", "C:\\api.yaml", "c:/api.yaml", "a\nb:c"])
def test_names_that_cannot_be_are_not_found(source: str) -> None:
    Path("api.yaml").write_bytes(DOCUMENT)
    assert failure(source).id == problems.NOT_FOUND.id


@pytest.mark.parametrize("source", ["ftp://host/api.yaml", "file:///etc/hostname", "s3://bucket/api.yaml"])
def test_other_schemes_are_not_read(source: str) -> None:
    finding = failure(source)
    assert finding.id == problems.NOT_FOUND.id
    assert "only http and https" in finding.message


def test_a_directory_is_no_file_and_its_documents_are_named() -> None:
    Path("docs").mkdir()
    assert failure("docs").id == problems.NOT_A_FILE.id
    Path("docs/b.yaml").write_bytes(DOCUMENT)
    finding = failure("docs")
    assert finding.message == "this is a directory, not a file"
    assert str(Path("docs", "b.yaml")) in finding.hint


def test_a_file_that_may_not_be_read_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("api.yaml").write_bytes(DOCUMENT)

    def refuse(*_: Any, **__: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    for name in ("open", "stat"):
        with monkeypatch.context() as patch:
            patch.setattr(Path, name, refuse)
            finding = failure("api.yaml")
        assert finding.id == problems.UNREADABLE.id
        assert finding.message == "the file cannot be read: permission denied"


def test_a_large_file_is_refused_at_once() -> None:
    with Path("large.yaml").open("wb") as file:
        file.truncate(200 * 2**20)
    before = time.perf_counter()
    finding = failure("large.yaml")
    assert time.perf_counter() - before < 0.5
    assert finding.id == problems.TOO_LARGE.id
    assert finding.message == "the input is larger than the limit of 64 MiB"
    assert "--max-size" in finding.hint


def test_the_limit_can_be_reached_but_not_passed() -> None:
    Path("api.yaml").write_bytes(b"x" * 1000)
    assert len(fetch("api.yaml", max_bytes=1000)[0].data) == 1000
    assert failure("api.yaml", max_bytes=999).message == "the input is larger than the limit of 999 bytes"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_read_to_its_end_and_within_the_limit() -> None:
    os.mkfifo("pipe")

    def write(data: bytes) -> threading.Thread:
        def run() -> None:
            with suppress(BrokenPipeError):
                Path("pipe").write_bytes(data)

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    writer = write(DOCUMENT * 20_000)
    assert fetch("pipe")[0].data == DOCUMENT * 20_000
    writer.join()
    writer = write(b"x" * 4_000_000)
    assert failure("pipe", max_bytes=1000).id == problems.TOO_LARGE.id
    writer.join()


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="the system has no /dev/zero")
def test_an_endless_device_is_too_large() -> None:
    assert failure("/dev/zero", max_bytes=10_000).id == problems.TOO_LARGE.id


def test_standard_input_is_read() -> None:
    fetched, findings = fetch("-", stdin=io.BytesIO(DOCUMENT))
    assert (fetched.label, fetched.data, fetched.base, findings) == ("<stdin>", DOCUMENT, "", [])


def test_standard_input_has_the_limit_too() -> None:
    finding = failure("-", stdin=io.BytesIO(b"x" * 2000), max_bytes=1000)
    assert finding.id == problems.TOO_LARGE.id
    assert finding.location.source == "<stdin>"


def test_a_terminal_is_no_document() -> None:
    class Terminal(io.BytesIO):
        def isatty(self) -> bool:
            return True

    finding = failure("-", stdin=Terminal())
    assert finding.id == problems.UNREADABLE.id
    assert finding.message == "standard input is a terminal"


def test_a_closed_standard_input_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.BytesIO()
    closed.close()
    assert failure("-", stdin=closed).message == "standard input is closed"
    monkeypatch.setattr(sys, "stdin", None)
    assert failure("-").message == "standard input is closed"


@pytest.fixture
def checkout() -> Iterator[Path]:
    def git(*arguments: str) -> None:
        subprocess.run(["git", *arguments], check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    Path("sub/deep").mkdir(parents=True)
    Path("api.yaml").write_bytes(b"root: 1\n")
    Path("sub/api.yaml").write_bytes(b"sub: 1\n")
    Path("sub/only.yaml").write_bytes(b"only: 1\n")
    git("add", ".")
    git("-c", "user.email=a@example.org", "-c", "user.name=a", "commit", "-q", "-m", "first")
    git("branch", "feature/x")
    Path("api.yaml").write_bytes(b"root: 2\n")
    yield Path.cwd()


@needs_git
def test_a_revision_is_read(checkout: Path) -> None:
    fetched, findings = fetch("HEAD:api.yaml")
    assert (fetched.data, fetched.label, fetched.base, findings) == (b"root: 1\n", "HEAD:api.yaml", "HEAD:", [])
    assert fetch("feature/x:sub/api.yaml")[0].base == "feature/x:sub/"
    assert fetch("api.yaml")[0].data == b"root: 2\n"
    assert fetch(":api.yaml")[0].data == b"root: 1\n"


@needs_git
def test_below_the_root_a_path_may_start_at_either(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("sub")
    assert fetch("HEAD:api.yaml")[0].data == b"root: 1\n"
    assert fetch("HEAD:only.yaml")[0].data == b"only: 1\n"
    assert fetch("HEAD:only.yaml")[0].base == "HEAD:./"
    assert fetch("HEAD:./api.yaml")[0].data == b"sub: 1\n"
    assert fetch("HEAD:../api.yaml")[0].data == b"root: 1\n"


@needs_git
def test_an_existing_path_wins_over_a_revision(checkout: Path) -> None:
    Path("HEAD:api.yaml").write_bytes(b"file: 1\n")
    assert fetch("HEAD:api.yaml")[0].data == b"file: 1\n"


@needs_git
def test_what_a_revision_lacks_is_not_found(checkout: Path) -> None:
    finding = failure("HEAD:sub/onyl.yaml")
    assert finding.id == problems.NOT_FOUND.id
    assert finding.message == "the revision 'HEAD' has no file 'sub/onyl.yaml'"
    assert finding.hint == "Did you mean HEAD:sub/only.yaml?"
    finding = failure("nope:api.yaml")
    assert finding.id == problems.NOT_FOUND.id
    assert "no git revision 'nope'" in finding.message
    assert failure("HEAD:sub").id == problems.NOT_A_FILE.id
    assert failure("HEAD:nowhere/api.yaml").id == problems.NOT_FOUND.id


@needs_git
def test_a_file_of_a_revision_has_the_limit_too(checkout: Path) -> None:
    assert failure("HEAD:api.yaml", max_bytes=3).id == problems.TOO_LARGE.id


@needs_git
def test_options_are_no_revisions(checkout: Path) -> None:
    finding = failure("--output=x:api.yaml")
    assert finding.id == problems.NOT_FOUND.id
    assert not Path("x").exists()


@needs_git
def test_outside_a_checkout_git_says_so() -> None:
    finding = failure("HEAD:api.yaml")
    assert finding.id == problems.GIT_FAILED.id
    assert "not a git repository" in finding.message


def test_without_git_the_error_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    finding = failure("HEAD:api.yaml")
    assert finding.id == problems.GIT_FAILED.id
    assert "git is not installed" in finding.message


def test_a_git_that_hangs_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*_: Any, timeout: float, **__: Any) -> Any:
        raise subprocess.TimeoutExpired("git", timeout)

    monkeypatch.setattr(subprocess, "run", hang)
    assert failure("HEAD:api.yaml", timeout=3).message == "git did not answer within 3 seconds"


@dataclass
class Site:
    """A server whose answers a test sets, and that notes what it was asked."""

    address: str
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    delay: float = 0

    def answer(self, path: str, body: bytes = DOCUMENT, status: int = 200, **headers: str) -> str:
        self.answers[path] = (status, {name.replace("_", "-"): value for name, value in headers.items()}, body)
        return self.address + path


@pytest.fixture(name="site")
def serve() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            status, headers, body = site.answers.get(self.path, (404, {}, b"nothing here"))
            if site.delay:
                time.sleep(site.delay)
            if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in {"Content-Type": "text/plain", "Content-Length": str(len(body)), **headers}.items():
                if value:
                    self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    site = Site(f"http://127.0.0.1:{server.server_port}")
    yield site
    server.shutdown()
    server.server_close()
    thread.join()


def refused_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def test_an_address_is_fetched(site: Site) -> None:
    url = site.answer("/docs/api.yaml?ref=a%20b")
    fetched, findings = fetch(url)
    assert (fetched.data, fetched.label, fetched.base, findings) == (DOCUMENT, url, site.address + "/docs/", [])
    assert site.asked[0][1]["user-agent"].startswith("streammigrate/")
    assert site.asked[0][1].get("accept-encoding", "identity") == "identity"


def test_a_fragment_is_not_sent_and_odd_characters_are_escaped(site: Site) -> None:
    site.answer("/%C3%A9%20b.yaml")
    assert fetch(site.address + "/é b.yaml#/paths")[0].data == DOCUMENT


def test_names_stand_for_streams_documents(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sources.ALIASES["stream-v1"].endswith("/openapi/chat-openapi.yaml")
    assert sources.ALIASES["stream-v2"].endswith("/openapi/v2/chat-serverside-api.yaml")
    monkeypatch.setitem(sources.ALIASES, "stream-v1", site.answer("/api.yaml"))
    assert fetch("stream-v1")[0].label == "stream-v1"


def test_a_second_fetch_asks_whether_the_copy_is_current(site: Site) -> None:
    url = site.answer("/api.yaml", ETag='"1"', Last_Modified="Mon, 01 Jan 2024 00:00:00 GMT")
    fetch(url)
    fetched, findings = fetch(url)
    assert (fetched.data, findings) == (DOCUMENT, [])
    assert site.asked[1][1]["if-none-match"] == '"1"'
    assert site.asked[1][1]["if-modified-since"] == "Mon, 01 Jan 2024 00:00:00 GMT"
    site.answer("/api.yaml", b"new: 1", ETag='"2"')
    assert fetch(url)[0].data == b"new: 1"


def test_what_may_not_be_stored_is_not(site: Site, tmp_path: Path) -> None:
    fetch(site.answer("/api.yaml", Cache_Control="private, no-store"))
    assert not (tmp_path / "cache").exists()


def test_the_cache_can_be_put_elsewhere(site: Site, tmp_path: Path) -> None:
    fetch(site.answer("/api.yaml"), cache_dir=tmp_path / "other")
    assert (tmp_path / "other" / "index.json").exists()
    assert not (tmp_path / "cache").exists()


def test_a_cache_that_cannot_be_written_is_no_failure(site: Site, tmp_path: Path) -> None:
    (tmp_path / "cache").write_bytes(b"a file")
    assert fetch(site.answer("/api.yaml"))[0].data == DOCUMENT


def test_a_damaged_copy_is_fetched_again(site: Site, tmp_path: Path) -> None:
    url = site.answer("/api.yaml", ETag='"1"')
    sha256 = fetch(url)[0].sha256
    (tmp_path / "cache" / sha256).write_bytes(b"damaged")
    assert fetch(url)[0].data == DOCUMENT
    assert "if-none-match" not in site.asked[1][1]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_refusal_says_its_status(site: Site, status: int) -> None:
    url = site.answer("/api.yaml", ETag='"1"')
    fetch(url)
    finding = failure(site.answer("/api.yaml", b"no", status))
    assert finding.id == problems.HTTP_ERROR.id
    assert f"the server answers {status} " in finding.message
    assert finding.location.source == url


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_server_in_trouble_lets_the_copy_be_used(site: Site, status: int) -> None:
    url = site.answer("/api.yaml", b"trouble", status)
    assert failure(url).id == problems.HTTP_ERROR.id
    sha256 = fetch(site.answer("/api.yaml"))[0].sha256
    site.answer("/api.yaml", b"trouble", status)
    fetched, findings = fetch(url)
    assert fetched.data == DOCUMENT
    assert [(finding.id, finding.severity) for finding in findings] == [(problems.CACHED_COPY.id, Severity.WARNING)]
    assert str(status) in findings[0].message
    assert sha256[:12] in findings[0].message


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/xhtml+xml"])
def test_a_page_is_no_document(site: Site, kind: str) -> None:
    url = site.answer("/api.yaml", b"<html>", Content_Type=kind)
    assert failure(url).id == problems.HTML_PAGE.id
    assert failure(url, offline=True).id == problems.OFFLINE.id


def test_a_redirect_is_followed_and_moves_the_base(site: Site) -> None:
    site.answer("/v2/api.yaml")
    url = site.answer("/api.yaml", b"", 302, Location="/v2/api.yaml")
    assert fetch(url)[0].base == site.address + "/v2/"
    assert fetch(url, offline=True)[0].base == site.address + "/v2/"


@pytest.mark.parametrize("target", ["file:///etc/hostname", "ftp://127.0.0.1/x", "data:text/plain,x", "gopher://x/y"])
def test_a_redirect_out_of_the_web_is_refused(site: Site, target: str) -> None:
    finding = failure(site.answer("/api.yaml", b"", 302, Location=target))
    assert finding.id == problems.HTTP_ERROR.id
    assert "302" in finding.message


def test_redirects_in_a_circle_end(site: Site) -> None:
    url = site.answer("/api.yaml", b"", 302, Location="/api.yaml")
    assert failure(url).id == problems.HTTP_ERROR.id


def test_a_large_answer_is_refused_by_its_length_and_by_its_bytes(site: Site) -> None:
    url = site.answer("/api.yaml", b"x" * 5000)
    assert failure(url, max_bytes=1000).id == problems.TOO_LARGE.id
    site.answer("/api.yaml", b"x" * 5_000_000, Content_Length="")
    assert failure(url, max_bytes=1000).id == problems.TOO_LARGE.id
    assert failure(url, offline=True).id == problems.OFFLINE.id


def test_a_copy_has_the_limit_too(site: Site) -> None:
    url = site.answer("/api.yaml", b"x" * 5000)
    fetch(url)
    assert failure(url, offline=True, max_bytes=1000).id == problems.TOO_LARGE.id


def test_a_cut_answer_is_not_used(site: Site) -> None:
    finding = failure(site.answer("/api.yaml", b"x" * 500, Content_Length="1000"), timeout=0.5)
    assert finding.id == problems.OFFLINE.id


def test_a_slow_server_is_left(site: Site) -> None:
    url = site.answer("/api.yaml")
    site.delay = 0.5
    before = time.perf_counter()
    finding = failure(url, timeout=0.1)
    assert time.perf_counter() - before < 0.4
    assert finding.id == problems.OFFLINE.id
    assert finding.message == "127.0.0.1 did not answer within 0.1 seconds"


def test_a_server_that_drips_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(10_000)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
            with suppress(OSError):
                for _ in range(200):
                    connection.sendall(b"x")
                    time.sleep(0.02)

    thread = threading.Thread(target=drip)
    thread.start()
    before = time.perf_counter()
    finding = failure(f"http://127.0.0.1:{listener.getsockname()[1]}/", timeout=0.1)
    assert time.perf_counter() - before < 2
    assert finding.id == problems.OFFLINE.id
    thread.join()
    listener.close()


def test_an_answer_that_is_not_http_is_told() -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def speak() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(10_000)
            connection.sendall(b"220 mail.example.org ESMTP\r\n")

    thread = threading.Thread(target=speak)
    thread.start()
    finding = failure(f"http://127.0.0.1:{listener.getsockname()[1]}/")
    assert finding.id == problems.OFFLINE.id
    assert finding.message == "the answer of 127.0.0.1 is not HTTP"
    thread.join()
    listener.close()


def test_a_refused_connection_is_told_and_the_copy_is_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    url = refused_address() + "/api.yaml"
    finding = failure(url)
    assert finding.id == problems.OFFLINE.id
    assert finding.message == "127.0.0.1 refused the connection"
    monkeypatch.setitem(sources.ALIASES, "stream-v1", site.answer("/api.yaml"))
    fetch("stream-v1")
    site.answers.clear()
    monkeypatch.setattr(sources, "_open", lambda *_: (_ for _ in ()).throw(socket.gaierror(-2, "unknown")))
    fetched, findings = fetch("stream-v1")
    assert fetched.data == DOCUMENT
    assert findings[0].id == problems.CACHED_COPY.id
    assert findings[0].location.source == "stream-v1"
    assert "the name 127.0.0.1 cannot be resolved" in findings[0].message


def test_a_certificate_that_cannot_be_verified_is_told(site: Site) -> None:
    finding = failure(site.address.replace("http:", "https:") + "/api.yaml", timeout=2)
    assert finding.id == problems.OFFLINE.id
    assert "secure connection" in finding.message


def test_offline_only_the_cache_is_used(site: Site) -> None:
    url = site.answer("/api.yaml")
    finding = failure(url, offline=True)
    assert finding.id == problems.OFFLINE.id
    assert "Run the command once with a connection" in finding.hint
    assert site.asked == []
    fetch(url)
    fetched, findings = fetch(url, offline=True)
    assert (fetched.data, findings, len(site.asked)) == (DOCUMENT, [], 1)


def test_credentials_are_sent_and_never_shown(site: Site, tmp_path: Path) -> None:
    host = site.address.removeprefix("http://")
    site.answer("/elsewhere")
    site.answer("/api.yaml", b"", 302, Location="/elsewhere")
    fetched, _ = fetch(f"http://me:s3%40cret@{host}/api.yaml")
    assert fetched.label == f"http://{host}/api.yaml"
    assert site.asked[0][1]["authorization"] == "Basic " + base64.b64encode(b"me:s3@cret").decode()
    assert "authorization" not in site.asked[1][1]
    assert b"cret" not in (tmp_path / "cache" / "index.json").read_bytes()
    assert fetched.base == f"http://{host}/"


def test_secrets_in_a_query_are_sent_and_never_shown(site: Site, tmp_path: Path) -> None:
    host = site.address.removeprefix("http://")
    site.answer("/api.yaml?v=1&access_token=s3cret")
    site.answer("/api.yaml?v=1&access_token=other", b"other: 1\n")
    fetched, _ = fetch(f"http://{host}/api.yaml?v=1&access_token=s3cret")
    assert fetched.label == f"http://{host}/api.yaml?v=1&access_token=***"
    assert site.asked[0][0] == "/api.yaml?v=1&access_token=s3cret"
    assert fetched.base == f"http://{host}/"
    other, _ = fetch(f"http://{host}/api.yaml?v=1&access_token=other")
    assert other.data == b"other: 1\n"
    offline, _ = fetch(f"http://{host}/api.yaml?v=1&access_token=s3cret", offline=True)
    assert offline.data == fetched.data
    assert b"s3cret" not in (tmp_path / "cache" / "index.json").read_bytes()


@pytest.mark.parametrize(
    "source",
    ["http://me:s3cret@/x", "https://me:s3cret@host:port/x", "https://me:s3/cret@host/x", "http://[me:s3cret@::1/x"],
)
def test_an_address_that_is_none_shows_no_credentials(source: str) -> None:
    finding = failure(source)
    assert finding.id == problems.NOT_FOUND.id
    assert finding.message == "this is not a valid address"
    assert "cret" not in str(finding)
