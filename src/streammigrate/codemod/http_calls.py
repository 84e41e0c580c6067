"""Requests that code sends with an HTTP library: `requests.post(url)`, `session.get(url)`, `urlopen(Request(url))`."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from types import MappingProxyType
from typing import NamedTuple

from streammigrate import paths
from streammigrate.codemod.libraries import Libraries, Made
from streammigrate.codemod.resolve.program import Program
from streammigrate.codemod.scopes import FunctionNode
from streammigrate.codemod.urls import Urls
from streammigrate.paths import HOLE

_DEEPEST = 4
"""How many functions a part of a URL is followed through."""
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")

_REQUESTS = ("requests", "requests.api", "niquests", "httpx", "treq", "curl_cffi.requests", "aiohttp", "aiohttp.client")
_SESSIONS = (
    *("requests.Session()", "requests.session()", "requests.sessions.Session()", "niquests.Session()"),
    *("niquests.AsyncSession()", "requests_toolbelt.sessions.BaseUrlSession()"),
    *("requests_futures.sessions.FuturesSession()", "httpx.Client()", "httpx.AsyncClient()"),
    *("aiohttp.ClientSession()", "aiohttp.client.ClientSession()"),
    *("curl_cffi.requests.Session()", "curl_cffi.requests.AsyncSession()"),
)
_METHOD_URL, _URL = ("method", "url"), ("url",)
_FUNCTIONS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        **{
            f"{owner}.{name}": _METHOD_URL
            for owner in (*_REQUESTS, *_SESSIONS)
            for name in ("request", "stream", "build_request")
        },
        **{f"{owner}.{method.lower()}": _URL for owner in (*_REQUESTS, *_SESSIONS) for method in METHODS},
        **{f"{owner}.ws_connect": _URL for owner in _SESSIONS},
        **dict.fromkeys(("requests.Request", "requests.models.Request", "httpx.Request"), _METHOD_URL),
        "urllib.request.urlopen": ("url", "data"),
        "urllib.request.Request": ("url", "data"),
        **dict.fromkeys(
            ("urllib3.request", "urllib3.PoolManager().request", "urllib3.PoolManager().urlopen"), _METHOD_URL
        ),
        "urllib3.PoolManager().request_encode_body": _METHOD_URL,
        "tornado.httpclient.AsyncHTTPClient().fetch": _URL,
        "tornado.httpclient.HTTPClient().fetch": _URL,
        "tornado.httpclient.HTTPRequest": ("url", "method"),
        "http.client.HTTPSConnection().request": _METHOD_URL,
    }
)
"""What sends or makes a request, by how it is imported and made, with its first arguments by position."""


class Request(NamedTuple):
    """A request that is written out. `url` has HOLE for what is not known, `method` is empty where it is not."""

    node: ast.Call
    """The call that names the path: of a library, or of a function of the project that calls one."""
    method: str
    url: str
    function: str
    """What is called, as `requests.post`."""


def requests(
    program: Program, path: str, urls: Urls, others: Callable[[str], Iterable[str]] = lambda name: ()
) -> Iterator[Request]:
    """Yield the requests that a file sends, in the order of the source.

    A function that is given a part of the URL is followed to its calls: in the file, and in the files (of the program)
    that `others` returns for its name.
    """
    search = _Search(program, urls, others)
    libraries = Libraries(program, urls, {}, {})
    found: list[Request] = []
    for node in search.calls(path):
        made = libraries.made(node.func)
        takes = None if made is None else _FUNCTIONS.get(made.dotted)
        if made is None or takes is None:
            continue
        given = dict(zip(takes, node.args, strict=False))
        given.update({one.arg: one.value for one in node.keywords if one.arg is not None})
        if "url" in given:
            found += search.requests(_Sent(node, made, given), ())
    yield from sorted(found, key=lambda one: (program.forest.path_of(one.node), one.node.lineno, one.node.col_offset))


class _Search:
    """Follows what is given to functions that send requests."""

    def __init__(self, program: Program, urls: Urls, others: Callable[[str], Iterable[str]]) -> None:
        self._program = program
        self._urls = urls
        self._others = others

    def calls(self, path: str) -> list[ast.Call]:
        """Return the calls of a file."""
        return [node for node in self._program.forest.files[path].nodes if isinstance(node, ast.Call)]

    def requests(self, sent: _Sent, way: tuple[tuple[FunctionNode, ast.Call], ...]) -> list[Request]:
        """Return the requests that are sent at a place, reached through calls of functions, the outermost first."""
        with ExitStack() as stack:
            for function, call in way:
                stack.enter_context(self._urls.calling(function, call))
            request = sent.read(self._urls)
        node = way[0][1] if way else sent.node
        request = request._replace(node=node)
        if len(way) >= _DEEPEST or HOLE not in request.url or paths.of_url(request.url, request.method or "?"):
            return [request]
        around = next((one for one in self._program.forest.ancestors(node) if isinstance(one, _DEFINITIONS)), None)
        split = paths.split_url(request.url)
        ours = split is not None and paths.is_host(split.host)
        if around is None or not (ours or request.url.startswith(HOLE)):
            return [request]
        found = [
            one for call in self._callers(around, wide=ours) for one in self.requests(sent, ((around, call), *way))
        ]
        return found or [request]

    def _callers(self, function: FunctionNode, *, wide: bool) -> Iterator[ast.Call]:
        """Yield the calls of a function in its own file, `wide` also in others: that costs more."""
        own = self._program.forest.path_of(function)
        for path in dict.fromkeys((own, *(self._others(function.name) if wide else ()))):
            for call in self.calls(path):
                name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
                if name == function.name and self._urls.function(call.func) is function:
                    yield call


class _Sent(NamedTuple):
    node: ast.Call
    made: Made
    given: Mapping[str, ast.expr]

    def read(self, urls: Urls) -> Request:
        """Return the request, as far as it is known."""
        last = self.made.dotted.rpartition(".")[2]
        method = last.upper() if last.upper() in METHODS else ""
        if "method" in self.given:
            method = urls.text(self.given["method"]).upper()
        elif self.made.dotted.startswith("urllib.request."):
            method = "POST" if "data" in self.given else "GET"
        elif last in ("fetch", "HTTPRequest", "ws_connect"):
            method = "GET"
        url = urls.text(self.given["url"])
        base = _base(self.made, urls)
        if base and "//" not in url:
            url = f"{base.rstrip('/')}/{url.lstrip('/')}"
        return Request(self.node, method if method in METHODS else "", url, self.made.dotted)


def _base(made: Made, urls: Urls) -> str:
    """Return what an object puts before the URLs that it is given; empty for nothing."""
    if made.call is None:
        return ""
    given = next((one.value for one in made.call.keywords if one.arg == "base_url"), None)
    first = made.call.args[0] if made.call.args else None
    if given is None and made.dotted.startswith(("aiohttp.", "requests_toolbelt.")):
        given = first
    if made.dotted.startswith("http.client.") and first is not None:
        return f"https://{urls.text(first)}"
    return "" if given is None else urls.text(given)
