"""From what a user typed to the bytes of a document: a file, an address, a git revision or standard input."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from streammigrate.errors import InputError
from streammigrate.findings import Finding, Location
from streammigrate.spec import problems
from streammigrate.spec.model import Fetched

if TYPE_CHECKING:
    from streammigrate.spec.cache import Cache, Entry

MAX_BYTES = 64 * 2**20
TIMEOUT = 30.0

ALIASES = {
    "stream-v1": "https://raw.githubusercontent.com/GetStream/protocol/main/openapi/chat-openapi.yaml",
    "stream-v2": "https://raw.githubusercontent.com/GetStream/protocol/main/openapi/v2/chat-serverside-api.yaml",
}
"""Names for Stream's own documents."""

_CHUNK = 2**20
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_SECRET = re.compile(r"([?&][^=&#]*(?:token|key|secret|sig|auth|pass)[^=&#]*=)[^&#]*", re.IGNORECASE)
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


def fetch(
    source: str,
    *,
    max_bytes: int = MAX_BYTES,
    offline: bool = False,
    cache_dir: Path | None = None,
    timeout: float = TIMEOUT,
    stdin: BinaryIO | None = None,
) -> tuple[Fetched, list[Finding]]:
    """Return the document that a source names, and what to say about how it was got. Raises InputError.

    A source is `-`, a name from ALIASES, an http(s) address, a path, or `REV:path` of a git checkout; an existing path
    wins over a revision. At most `max_bytes` are read. `offline` allows an address only from the cache.
    """
    if source == "-":
        return _from_stdin(stdin, max_bytes), []
    scheme = _SCHEME.match(source)
    if source in ALIASES or (scheme and scheme[1].lower() in ("http", "https")):
        return _Address(source, max_bytes, timeout).fetch(cache_dir, offline=offline)
    if scheme and scheme[1].lower() in ("file", "ftp", "ftps", "git", "ssh", "s3", "gs"):
        hint = "Download the document and name the file."
        raise problems.NOT_FOUND.error(_at(source), f"{scheme[1]} addresses are not read, only http and https", hint)
    found = _from_path(source, max_bytes) if source else None
    if found is None and _is_revision(source):
        found = _from_git(source, max_bytes, timeout)
    if found is None:
        raise problems.NOT_FOUND.error(_at(source), "there is no such file", _suggestion(source))
    return found, []


def _at(label: str) -> Location:
    return Location(label)


def _fetched(label: str, data: bytes, base: str) -> Fetched:
    return Fetched(label, data, hashlib.sha256(data).hexdigest(), base)


def _too_large(label: str, max_bytes: int) -> InputError:
    limit = f"{max_bytes / 2**20:g} MiB" if max_bytes >= 2**20 else f"{max_bytes:,} bytes"
    return problems.TOO_LARGE.error(_at(label), f"the input is larger than the limit of {limit}")


def _read(read: Callable[[int], bytes], label: str, max_bytes: int) -> bytes:
    """Read to the end, but never much beyond the limit. Raises InputError (TOO_LARGE) and what `read` raises."""
    chunks: list[bytes] = []
    size = 0
    while chunk := read(_CHUNK):
        size += len(chunk)
        if size > max_bytes:
            raise _too_large(label, max_bytes)
        chunks.append(chunk)
    return b"".join(chunks)


def _from_stdin(stdin: BinaryIO | None, max_bytes: int) -> Fetched:
    label = "<stdin>"
    stream = stdin or getattr(sys.stdin, "buffer", None)  # sys.stdin is None when the caller closed it
    try:
        if stream is None:
            raise ValueError
        if stream.isatty():
            hint = "Pipe the document in, or name a file."
            raise problems.UNREADABLE.error(_at(label), "standard input is a terminal", hint)
        data = _read(stream.read, label, max_bytes)
    except ValueError:
        raise problems.UNREADABLE.error(_at(label), "standard input is closed") from None
    except OSError as exc:
        raise problems.UNREADABLE.error(_at(label), f"standard input cannot be read: {_words(exc)}") from None
    return _fetched(label, data, "")


def _words(exc: OSError) -> str:
    text = exc.strerror or str(exc) or type(exc).__name__
    return text[:1].lower() + text[1:].partition("\n")[0]


def _from_path(source: str, max_bytes: int) -> Fetched | None:
    """Return the file of a path, or None when there is none."""
    try:
        info = Path(source).stat()
    except PermissionError as exc:
        raise problems.UNREADABLE.error(_at(source), f"the file cannot be read: {_words(exc)}") from None
    except (OSError, ValueError):  # too long, or with characters that no name has, it may still be a revision
        return None
    try:
        if stat.S_ISDIR(info.st_mode) or stat.S_ISBLK(info.st_mode):
            raise _not_a_file(source, is_directory=stat.S_ISDIR(info.st_mode))
        if stat.S_ISREG(info.st_mode) and info.st_size > max_bytes:
            raise _too_large(source, max_bytes)
        with Path(source).open("rb", buffering=0) as file:
            data = _read(file.read, source, max_bytes)
    except OSError as exc:
        raise problems.UNREADABLE.error(_at(source), f"the file cannot be read: {_words(exc)}") from None
    return _fetched(source, data, f"{Path(source).absolute().parent}{os.sep}")


def _not_a_file(source: str, *, is_directory: bool) -> InputError:
    if not is_directory:
        return problems.NOT_A_FILE.error(_at(source), "this is a device, not a file")
    documents = sorted(name for name in _names(source) if name.endswith((".yaml", ".yml", ".json")))
    hint = f"Name a file in it, for example {Path(source, documents[0])}." if documents else ""
    return problems.NOT_A_FILE.error(_at(source), "this is a directory, not a file", hint)


def _names(directory: str) -> list[str]:
    """Return what a directory holds, or nothing when it cannot be read."""
    try:
        return [path.name for path in Path(directory or ".").iterdir()]
    except (OSError, ValueError):
        return []


def _suggestion(source: str) -> str:
    directory, name = os.path.split(source)
    names = _names(directory)
    return _did_you_mean(name, [*names, *(() if directory else ALIASES)], lambda near: str(Path(directory, near)))


def _did_you_mean(name: str, names: Iterable[str], complete: Callable[[str], str]) -> str:
    import difflib

    near = difflib.get_close_matches(name, sorted(names), n=3)
    return f"Did you mean {' or '.join(map(complete, near))}?" if near else ""


def _is_revision(source: str) -> bool:
    return ":" in source and not _DRIVE.match(source) and not any(c in source for c in "\n\r\0")


def _from_git(source: str, max_bytes: int, timeout: float) -> Fetched:
    """Return the file that a revision of the checkout around the working directory has. Raises InputError."""
    revision, _, path = source.partition(":")
    if revision.startswith("-"):
        raise problems.NOT_FOUND.error(_at(source), "there is no such file, and a git revision cannot start with -")
    names = [source]
    if not path.startswith(("./", "../", "/")):
        names.append(f"{revision}:./{path}")
    answer = _git(source, ["cat-file", "--batch-check"], timeout, "".join(f"{name}\n" for name in (*names, revision)))
    *found, known = answer.decode(errors="replace").splitlines()
    for name, line in zip(names, found, strict=True):
        parts = line.rsplit(" ", 2)
        if parts[-1] == "missing" or len(parts) != 3:
            continue
        if parts[1] != "blob":
            raise problems.NOT_A_FILE.error(_at(source), f"this is a {parts[1]} of the revision, not a file")
        if int(parts[2]) > max_bytes:
            raise _too_large(source, max_bytes)
        data = _git(source, ["cat-file", "blob", parts[0]], timeout)
        directory, slash, _ = name.partition(":")[2].rpartition("/")
        return _fetched(source, data, f"{revision}:{directory}{slash}")
    if revision and known.endswith(" missing"):
        hint = "Check the spelling; a shallow checkout may have to fetch the revision first."
        message = f"there is no such file, and no git revision {revision!r}"
        raise problems.NOT_FOUND.error(_at(source), message, hint)
    raise problems.NOT_FOUND.error(
        _at(source), f"the revision {revision!r} has no file {path!r}", _git_suggestion(source, timeout)
    )


def _git_suggestion(source: str, timeout: float) -> str:
    revision, _, path = source.partition(":")
    directory, slash, name = path.rpartition("/")
    try:
        listing = _git(source, ["ls-tree", "--name-only", "-z", f"{revision}:{directory}"], timeout)
    except InputError:
        return ""
    names = listing.decode(errors="replace").split("\0")
    return _did_you_mean(name, filter(None, names), lambda near: f"{revision}:{directory}{slash}{near}")


def _git(source: str, arguments: list[str], timeout: float, text: str | None = None) -> bytes:
    """Return what a git command prints. Raises InputError (GIT_FAILED)."""
    import subprocess

    # A read must neither ask for a password nor fetch what a partial clone lacks; messages are taken apart.
    quiet = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        done = subprocess.run(
            ["git", *arguments],
            input=None if text is None else text.encode(errors="surrogateescape"),
            stdin=subprocess.DEVNULL if text is None else None,
            capture_output=True,
            timeout=timeout,
            env={**os.environ, **quiet},
            check=False,
        )
    except FileNotFoundError:
        hint = "Install git, or name a file."
        raise problems.GIT_FAILED.error(_at(source), "there is no such file, and git is not installed", hint) from None
    except subprocess.TimeoutExpired:
        raise problems.GIT_FAILED.error(_at(source), f"git did not answer within {timeout:g} seconds") from None
    except OSError as exc:
        raise problems.GIT_FAILED.error(_at(source), f"git cannot be run: {_words(exc)}") from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().partition("\n")[0].removeprefix("fatal: ")
        message = f"there is no such file, and git says: {said[:200] or f'exit code {done.returncode}'}"
        raise problems.GIT_FAILED.error(_at(source), message)
    return done.stdout


class _UnreachableError(Exception):
    """The network or the server failed in a way that a kept copy can stand in for. Carries the problem to report."""

    def __init__(self, problem: problems.Problem, reason: str) -> None:
        super().__init__(reason)
        self.problem = problem
        self.reason = reason


class _Address:
    """One http(s) document.

    Credentials in the address go into a header and nowhere else; secrets in its query go to the server only, and in
    the cache's index (`key`) their hash stands for them.
    """

    def __init__(self, source: str, max_bytes: int, timeout: float) -> None:
        from urllib.parse import quote, urlsplit, urlunsplit

        self.max_bytes = max_bytes
        self.timeout = timeout
        self.label = _SECRET.sub(r"\1***", re.sub(r"^(\w+://)[^/?#]*@", r"\1", source))
        self.headers: dict[str, str] = {}
        try:
            parts = urlsplit(ALIASES.get(source, source))
            host = (parts.hostname or "").encode("idna").decode()
            port = parts.port
            if not host:
                raise ValueError
        except ValueError:
            self.label = re.sub(r"^(\w+://).*@", r"\1", source, flags=re.DOTALL)
            raise problems.NOT_FOUND.error(_at(self.label), "this is not a valid address") from None
        if parts.username is not None:
            self.headers["Authorization"] = _basic(parts.username, parts.password or "")
        self.host = host
        bracketed = f"[{host}]" if ":" in host else host
        where = bracketed if port is None else f"{bracketed}:{port}"
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
        self.url = urlunsplit((parts.scheme.lower(), where, path, quote(parts.query, safe="/%:@!$&'()*+,;=~?[]"), ""))
        masked = _SECRET.sub(r"\1***", self.url)
        same = masked == self.url
        self.key = self.url if same else f"{masked}#{hashlib.sha256(self.url.encode()).hexdigest()}"

    def fetch(self, cache_dir: Path | None, *, offline: bool) -> tuple[Fetched, list[Finding]]:
        """Return the document, from the server or as a kept copy. Raises InputError."""
        from streammigrate.spec.cache import Cache, default_folder

        cache = Cache(cache_dir or default_folder())
        entry = cache.get(self.key)
        if offline:
            if entry is None:
                hint = "Run the command once with a connection, or download the document and name the file."
                raise problems.OFFLINE.error(_at(self.label), "there is no copy in the cache to use offline", hint)
            return self.document(entry), []
        try:
            return self.document(self.current(cache, entry)), []
        except _UnreachableError as exc:
            if entry is None:
                raise exc.problem.error(_at(self.label), exc.reason) from None
            message = f"{exc.reason}; the copy from an earlier run is used (sha256 {entry.sha256[:12]})"
            return self.document(entry), [problems.CACHED_COPY.finding(_at(self.label), message)]

    def document(self, entry: Entry) -> Fetched:
        from urllib.parse import urljoin

        if len(entry.data) > self.max_bytes:
            raise _too_large(self.label, self.max_bytes)
        return Fetched(self.label, entry.data, entry.sha256, urljoin(entry.location, "."))

    def current(self, cache: Cache, entry: Entry | None) -> Entry:
        """Return the server's document, kept in the cache. Raises InputError or _UnreachableError."""
        import http.client
        import urllib.error

        from streammigrate import __version__

        headers = {"User-Agent": f"streammigrate/{__version__}", "Accept": "*/*"}
        if entry and entry.etag:
            headers["If-None-Match"] = entry.etag
        if entry and entry.last_modified:
            headers["If-Modified-Since"] = entry.last_modified
        try:
            with _open(self.url, headers, self.headers, self.timeout) as response:
                return self.receive(response, cache)
        except urllib.error.HTTPError as exc:
            with exc:
                if exc.code == 304 and entry is not None:
                    return entry
                reason = f"the server answers {exc.code} {str(exc.reason).partition(chr(10))[0]}".strip()
                if exc.code >= 500 or exc.code == 429:
                    raise _UnreachableError(problems.HTTP_ERROR, reason) from None
                raise problems.HTTP_ERROR.error(_at(self.label), reason) from None
        except (OSError, http.client.HTTPException, ValueError) as exc:
            raise _UnreachableError(problems.OFFLINE, self.explain(exc)) from None

    def receive(self, response: Any, cache: Cache) -> Entry:
        from time import monotonic

        from streammigrate.spec.cache import Entry

        if response.headers.get_content_type() in ("text/html", "application/xhtml+xml"):
            raise problems.HTML_PAGE.error(_at(self.label), "the server answers with an HTML page")
        declared = response.headers.get("Content-Length", "")
        expected = int(declared) if declared.isascii() and declared.isdigit() else None
        if expected is not None and expected > self.max_bytes:
            raise _too_large(self.label, self.max_bytes)
        # The timeout of a socket restarts with each byte; a server that drips must come to an end too.
        deadline = monotonic() + 4 * self.timeout

        def read(size: int) -> bytes:
            if monotonic() > deadline:
                raise TimeoutError
            chunk: bytes = response.read1(size)
            return chunk

        data = _read(read, self.label, self.max_bytes)
        if expected is not None and len(data) < expected:
            raise ConnectionResetError
        headers = response.headers
        sha256 = hashlib.sha256(data).hexdigest()
        location = re.sub(r"^(\w+://)[^/?#]*@|\?.*", r"\1", response.url, flags=re.DOTALL)
        entry = Entry(data, sha256, headers.get("ETag", ""), headers.get("Last-Modified", ""), location)
        if "no-store" not in headers.get("Cache-Control", "").lower():
            cache.put(self.key, entry)
        return entry

    def explain(self, exc: Exception) -> str:
        """Return why the address cannot be reached, in words."""
        import http.client
        import socket
        import ssl
        import urllib.error

        reason: object = exc.reason if isinstance(exc, urllib.error.URLError) else exc
        if isinstance(reason, TimeoutError):
            return f"{self.host} did not answer within {self.timeout:g} seconds"
        if isinstance(reason, ssl.SSLCertVerificationError):
            return f"the certificate of {self.host} cannot be verified: {reason.verify_message}"
        if isinstance(reason, ssl.SSLError):
            return f"no secure connection to {self.host}: {reason.reason or 'the handshake failed'}"
        if isinstance(reason, socket.gaierror):
            return f"the name {self.host} cannot be resolved"
        if isinstance(reason, ConnectionRefusedError):
            return f"{self.host} refused the connection"
        if isinstance(reason, (ConnectionError, http.client.IncompleteRead)):
            return f"{self.host} closed the connection early"
        if isinstance(reason, OSError):
            return f"{self.host} cannot be reached: {_words(reason)}"
        return f"the answer of {self.host} is not HTTP"


def _basic(user: str, password: str) -> str:
    import base64
    from urllib.parse import unquote

    return "Basic " + base64.b64encode(f"{unquote(user)}:{unquote(password)}".encode()).decode()


def _open(url: str, headers: dict[str, str], secrets: dict[str, str], timeout: float) -> Any:
    """Return the response. The opener knows http and https only: no files, no ftp, and no redirects to them."""
    import urllib.error
    import urllib.request

    class Redirects(urllib.request.HTTPRedirectHandler):
        def redirect_request(
            self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
        ) -> urllib.request.Request | None:
            if not newurl.lower().startswith(("http://", "https://")):
                reason = "and redirects to an address that is neither http nor https"
                raise urllib.error.HTTPError(req.full_url, code, reason, headers, fp)
            return super().redirect_request(req, fp, code, msg, headers, newurl)

    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
        Redirects(),
    ):
        opener.add_handler(handler)
    request = urllib.request.Request(url, headers=headers)
    for name, value in secrets.items():
        request.add_unredirected_header(name, value)
    return opener.open(request, timeout=timeout)
