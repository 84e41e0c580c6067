"""Which request of the v1 API a URL is, and what it is in v2: the packaged map, read by method and path."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache
from typing import NamedTuple

from streammigrate.rules import load

HOLE = "\0"
"""Stands in a text for what is not known of it: a part of an f-string, a group of a regular expression."""

HOST = "chat.stream-io-api.com"
"""Where both SDKs send to unless told otherwise."""

V2 = "/api/v2"
"""How every path of v2 begins."""

HOSTS = (b"stream-io-api.com", b"stream-io-video.com")
"""One of these is in every file that writes a host of Stream's Chat API out; beside `\\.` for a dot in a pattern."""

_CHAT = re.compile(r"(?:[\w-]+\.)*stream-io-(?:api|video)\.com")
_FEEDS = re.compile(r"(?:[\w-]+\.)*(?:[\w-]+-)?api\.stream-io-api\.com")
"""`api.stream-io-api.com`, `us-east-api.stream-io-api.com`: the API of activity feeds."""

_URL = re.compile(
    rf"(?:(?:https?|wss?|{HOLE})?:?//)?(?:[^/?#@]*@)?(?P<host>[^/?#:]+)(?::[\d{HOLE}]+)?(?P<path>/[^?#]*)?(?P<rest>.*)",
    re.DOTALL | re.IGNORECASE,
)
_PARAMETER = re.compile(r"\{(\w+)\}")
_SENT = {
    ("PATCH", "/channels/{type}/{id}/member/{user_id}"): (
        "UpdateMemberPartial",
        "PATCH",
        "/api/v2/chat/channels/{type}/{id}/member?user_id={user_id}",
    ),
    ("GET", "/export_channels/{id}"): ("GetExportChannelsStatus", "GET", "/api/v2/tasks/{id}"),
}
"""What stream-chat 4.33 sends and the v1 description does not list, with what getstream 7.0 sends for it."""


class Operation(NamedTuple):
    """An operation of v1 and the request that it is in v2."""

    id: str
    method: str
    path: str
    new_method: str
    new_path: str

    @property
    def changes_method(self) -> bool:
        """Return whether v2 takes another HTTP method."""
        return self.method != self.new_method


class Match(NamedTuple):
    """A request of v1 that was recognised."""

    operation: Operation
    path: str
    """The path in v2, with the parts of the old path where they are known, else `{name}`."""
    origin: str
    """Scheme and host as written; empty where they are not, or not as a whole."""

    @property
    def request(self) -> str:
        """Return the request in v2: `POST /api/v2/chat/channels/messaging/{id}/message`."""
        return f"{self.operation.new_method} {self.path}"

    @property
    def url(self) -> str:
        """Return the address in v2."""
        return f"{self.origin}{self.path}"


@cache
def operations() -> tuple[Operation, ...]:
    """Return every v1 operation of the map that has one in v2, sorted by path and method."""
    found = []
    for entry in load("operations")["operations"]:
        old, new = entry["old"], entry.get("new")
        if new is not None:
            found.append(Operation(old["id"] or "", old["method"], old["path"], new["method"], new["path"]))
    known = {(one.method, one.path) for one in found}
    found += [Operation(id, *key, method, path) for key, (id, method, path) in _SENT.items() if key not in known]
    return tuple(sorted(found, key=lambda one: (one.path, one.method)))


def is_host(host: str, others: Collection[str] = ()) -> bool:
    """Return whether a host is one of the Chat API. `others` are hosts that a project has configured for it."""
    host = host.lower().replace(HOLE, "x")
    return host in others or (_CHAT.fullmatch(host) is not None and _FEEDS.fullmatch(host) is None)


def of_path(path: str, method: str = "") -> tuple[Operation, ...]:
    """Return the operations that a v1 path is, with HOLE for what is not known of it; all methods for an empty one.

    A part that is not known stands for a parameter, never for a fixed part. Where a path fits several templates, those
    with the most fixed parts are meant, as servers do it.
    """
    parts = _parts(path)
    if not parts or _is_new(path):
        return ()
    found = [(fixed, one) for one in _by_length().get(len(parts), ()) if (fixed := _fits(one.path, parts)) >= 0]
    found = [(fixed, one) for fixed, one in found if method.upper() in ("", one.method)]
    most = max((fixed for fixed, _ in found), default=0)
    return tuple(one for fixed, one in found if fixed == most)


def of_url(url: str, method: str = "", hosts: Collection[str] = ()) -> tuple[Match, ...]:
    """Return the requests of v1 that a URL is; empty for other hosts, other paths and those of v2.

    `hosts` are hosts that a project has configured for the Chat API, beside Stream's own.
    """
    split = split_url(url)
    if split is None or not is_host(split.host, hosts):
        return ()
    return tuple(Match(one, _filled(one, split.path), split.origin) for one in of_path(split.path, method))


def of_bare_path(path: str, method: str = "") -> tuple[Match, ...]:
    """Return the requests that a path is, for a place that says itself that it is one of the v1 API."""
    path = re.split(r"[?#]", path, maxsplit=1)[0]
    return tuple(Match(one, _filled(one, path), "") for one in of_path(path, method))


class Address(NamedTuple):
    """A URL in its parts. The path begins with a slash; it has no query."""

    origin: str
    host: str
    path: str


def split_url(url: str) -> Address | None:
    """Return the parts of a URL with a host, None for what has none."""
    # `BASE + path`: the path that is not known brings its slash.
    text = re.sub(rf"(?<=\.com){HOLE}(?!:)", f"/{HOLE}", url.strip(), count=1)
    found = _URL.fullmatch(text)
    if found is None or "." not in found["host"].rpartition(HOLE)[2]:
        return None
    origin = text[: found.start("path") if found["path"] else found.start("rest")]
    origin = f"https:{origin}" if origin.startswith("//") else origin
    return Address("" if HOLE in origin else origin, found["host"].lower(), found["path"] or "/")


def v2_prefixes(path: str) -> tuple[str, ...]:
    """Return how the v2 paths begin of the operations below a v1 path: `/api/v2/chat/channels` for `/channels`."""
    parts = [part for part in _parts(path) if HOLE not in part]
    if not parts or _is_new(path):
        return ()
    found = set()
    for one in operations():
        old = _parts(one.path)
        if old[: len(parts)] == parts:
            head = one.new_path.partition(f"/{parts[0]}")[0]
            found.add(f"{head}/{'/'.join(parts)}")
    return tuple(sorted(found))


def texts_of_pattern(pattern: str) -> tuple[str, ...]:
    """Return what a regular expression for URLs matches, as texts with HOLE for what may be anything.

    Only what is common in patterns of URLs is understood; the rest gives a HOLE. What may follow the end is left out.
    """
    return tuple(dict.fromkeys(_unescaped(one) for one in _alternatives(pattern)))


@cache
def _by_length() -> dict[int, tuple[Operation, ...]]:
    found: dict[int, list[Operation]] = {}
    for one in operations():
        found.setdefault(len(_parts(one.path)), []).append(one)
    return {length: tuple(every) for length, every in found.items()}


def _parts(path: str) -> list[str]:
    return path.strip("/").split("/") if path.strip("/") else []


def _is_new(path: str) -> bool:
    return f"{path.rstrip('/')}/".startswith(f"{V2}/")


def _fits(template: str, parts: list[str]) -> int:
    """Return how many fixed parts of a template are in a path; -1 for a path that is another."""
    fixed = 0
    for wanted, part in zip(_parts(template), parts, strict=True):
        if wanted.startswith("{"):
            if not part:
                return -1
        elif wanted == part:
            fixed += 1
        else:
            return -1
    return fixed


def _filled(operation: Operation, path: str) -> str:
    """Return the path in v2 with the known parameters of a v1 path."""
    values = {
        name: part
        for name, part in zip(_parts(operation.path), _parts(path), strict=True)
        if name.startswith("{") and HOLE not in part
    }
    return _PARAMETER.sub(lambda found: values.get(found[0], found[0]), operation.new_path)


_TOKEN = re.compile(
    r"\\[AbBZz]|\^|\$"  # places
    r"|(?P<escaped>\\[^\w\s])"
    r"|(?P<any>\\[dDwWsS]|\[\^?\]?(?:\\.|[^\]\\])*\]|\\.)"
    r"|(?P<dot>\.)"
    r"|(?P<open>\((?:\?(?:P<\w+>|[aiLmsux-]*:|[aiLmsux]+\)|[=!]|<[=!]))?)"
    r"|(?P<text>[^\\])",
    re.DOTALL,
)
_TIMES = re.compile(r"(?:[*+?]|\{\d*,?\d*\})\??")


def _alternatives(pattern: str) -> Iterator[str]:
    """Yield the parts of a pattern between `|` that are in no group."""
    depth, start, at = 0, 0, 0
    while at < len(pattern):
        found = _TOKEN.match(pattern, at)
        if found is None:
            break
        if found["open"] and not found["open"].endswith(")"):
            depth += 1
        elif found["text"] == ")":
            depth -= 1
        elif found["text"] == "|" and depth == 0:
            yield pattern[start:at]
            start = found.end()
        at = found.end()
    yield pattern[start:]


def _unescaped(pattern: str) -> str:
    out: list[str] = []
    at = 0
    while at < len(pattern):
        found = _TOKEN.match(pattern, at)
        if found is None:
            break
        at = found.end()
        if found["open"] and not found["open"].endswith(")"):
            inner, at = _group(pattern, at)
            piece = HOLE
            if found["open"] in ("(", "(?:") and re.fullmatch(r"[\w:/.\\-]+", inner):
                # A group of fixed text; `(https?)` and `(a|b)` are not.
                piece = _unescaped(inner)
            elif found["open"] in ("(?=", "(?!", "(?<=", "(?<!"):
                piece = ""
        elif found["escaped"]:
            piece = found["escaped"][1]
        elif found["any"]:
            piece = HOLE
        elif found["dot"]:
            piece = "."
        elif found["text"] is not None:
            piece = found["text"]
        else:
            piece = ""
        times = _TIMES.match(pattern, at)
        if times is not None:
            at = times.end()
            repeated = times[0].rstrip("?") or "?"
            if found["dot"]:
                piece = HOLE
            elif repeated in ("?", "*") and (found["open"] or at == len(pattern) or pattern[at:] == "$"):
                # What may be there or not, such as a query at the end.
                piece = ""
        out.append(piece)
    text = "".join(out)
    head = text.rstrip(HOLE)
    # `/message.*` is `/message` with any query; behind a slash it is a part of the path.
    return text if head.endswith("/") or head == "" else head


def _group(pattern: str, at: int) -> tuple[str, int]:
    """Return what is in a group that was opened, and where it ends."""
    depth, start = 1, at
    while at < len(pattern):
        found = _TOKEN.match(pattern, at)
        if found is None:
            break
        if found["open"] and not found["open"].endswith(")"):
            depth += 1
        elif found["text"] == ")":
            depth -= 1
            if not depth:
                return pattern[start:at], found.end()
        at = found.end()
    return pattern[start:], len(pattern)
