"""Answers that tests put in the place of the v1 API: `responses.add(POST, "https://…/channels/…")`, and recordings."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from streammigrate import paths
from streammigrate.codemod import kinds
from streammigrate.codemod.code import Source
from streammigrate.codemod.libraries import Libraries, Made
from streammigrate.codemod.model import Applicability, Facet, FileResult, Site, Span
from streammigrate.codemod.parsing import Unappliable, decode, parse
from streammigrate.codemod.resolve import Resolver, sdk
from streammigrate.codemod.resolve.program import Modules, Program
from streammigrate.codemod.resolve.text import is_test_file
from streammigrate.codemod.suppress import Suppressions
from streammigrate.codemod.urls import Urls
from streammigrate.paths import HOLE

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")

_OBJECTS = MappingProxyType(
    {
        **dict.fromkeys(("responses", "responses.mock", "responses.RequestsMock()"), "responses"),
        **dict.fromkeys(
            (
                *("requests_mock.Mocker()", "requests_mock.mock()", "requests_mock.mocker.Mocker()"),
                *("requests_mock.Adapter()", "requests_mock.adapter.Adapter()"),
            ),
            "requests-mock",
        ),
        **dict.fromkeys(("aioresponses.aioresponses()", "aioresponses.core.aioresponses()"), "aioresponses"),
        **dict.fromkeys(
            (
                "respx",
                "respx.mock",
                "respx.mock()",
                "respx.MockRouter()",
                "respx.Router()",
                "respx.router.MockRouter()",
            ),
            "respx",
        ),
        **dict.fromkeys(("httpretty", "httpretty.HTTPretty", "httpretty.core.httpretty"), "httpretty"),
        **dict.fromkeys(("pytest_httpx.HTTPXMock()", "pytest_httpx._httpx_mock.HTTPXMock()"), "pytest-httpx"),
        "pook": "pook",
    }
)
"""The objects that are told what to answer, by how they are imported and made, with the library of each."""

_FIXTURES = MappingProxyType(
    {
        "requests_mock": "requests_mock.Mocker()",
        "respx_mock": "respx.mock()",
        "httpx_mock": "pytest_httpx.HTTPXMock()",
    }
)
"""What the pytest plugins of the libraries give by these names."""

_INJECTED = MappingProxyType(
    {
        "requests_mock.Mocker": "requests_mock.Mocker()",
        "requests_mock.mock": "requests_mock.Mocker()",
        "aioresponses.aioresponses": "aioresponses.aioresponses()",
        "respx.mock": "respx.mock()",
    }
)
"""What their decorators hand to a function."""

_METHOD_URL, _URL_METHOD, _NAMED = ("method", "url"), ("url", "method"), ()
_TAKES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "responses": {
        **dict.fromkeys(("add", "upsert", "replace", "remove", "add_callback"), _METHOD_URL),
        **dict.fromkeys(("Response", "CallbackResponse"), _METHOD_URL),
        "assert_call_count": ("url",),
    },
    "requests-mock": {"register_uri": _METHOD_URL, "request": _METHOD_URL},
    "aioresponses": dict.fromkeys(
        ("add", "assert_called_with", "assert_called_once_with", "assert_any_call"), _URL_METHOD
    ),
    "respx": {"route": _NAMED, "request": _METHOD_URL},
    "httpretty": {"register_uri": _METHOD_URL},
    "pytest-httpx": {
        **dict.fromkeys(("add_response", "get_request", "get_requests"), _NAMED),
        **dict.fromkeys(("add_callback", "add_exception"), ("",)),
    },
    "pook": {"mock": ("url",)},
}
"""By library and function: what the arguments by position are. Functions named like a method of HTTP take a URL first."""

_URL_KEYWORDS = ("url", "uri", "url__eq", "url__regex", "url__startswith")
_BLIND = frozenset({"responses", "requests-mock", "aioresponses"})
"""The libraries that answer for requests or aiohttp, with which stream-chat sends."""

_MOST = 5
"""How many requests of a recording are named."""

_BASE_URL = re.compile(rb"\bbase_url\s*=\s*[\"'](https?://[^\"']+)")
_INTERACTION = re.compile(
    r"""(?:["']?method["']?\s*:\s*["']?(?P<method>[A-Z]+)["']?\s*,?\s*)?["']?uri["']?\s*:\s*["']?(?P<url>[^\s"',}]+)"""
)


class _Stub(NamedTuple):
    node: ast.expr
    """What names the request."""
    library: str
    member: str
    text: str


def sites(
    program: Program,
    path: str,
    segment: Callable[[ast.expr], str],
    resolver: Resolver | None,
    suppressions: Suppressions,
    hosts: Collection[str] = (),
) -> list[Site]:
    """Return a site for each place of a file that stands for a request of the v1 API, in the order of the source.

    `segment` gives the text of an expression; `hosts` are those that the project has configured for the Chat API. Without
    a resolver no client of stream-chat is known.
    """

    def is_client(node: ast.expr) -> bool:
        found = None if resolver is None else resolver.receiver(node)
        return found is not None and found.cls in sdk.CLIENTS

    found = sorted(_find(program, path, is_client, hosts), key=lambda stub: Span.of(stub.node))
    made = []
    for stub in found:
        facet = Facet("tests", Applicability.MANUAL, stub.text, kinds.STUBBED.id)
        site = Site(kinds.STUBBED.id, stub.member, Span.of(stub.node), segment(stub.node), "", (facet,))
        made.append(site._replace(suppressed=suppressions.reason(stub.node, kinds.STUBBED.id)))
    return made


def stubbing(
    files: Mapping[str, bytes], modules: Modules, read: Callable[[str], bytes | None], hosts: Collection[str]
) -> Iterator[FileResult]:
    """Yield a result for each file with such sites that uses nothing of stream-chat's, so that nothing is resolved in it.

    `read` gives the bytes of other files of the project, for their constants.
    """

    def parsed(path: str) -> ast.Module | None:
        data = read(path)
        try:
            return None if data is None else parse(data)
        except Unappliable:
            return None

    program = Program(modules, parse=parsed)
    for path, data in files.items():
        if program.open(path) is None:
            continue
        text = decode(data)
        found = sites(program, path, Source(text).segment, None, Suppressions(text), hosts)
        if found:
            yield FileResult(path, data, data, tuple(found))


def configured_in(files: Iterable[bytes]) -> frozenset[str]:
    """Return the hosts that files name as the `base_url` of something."""
    found = (match[1].decode("utf-8", "replace") for data in files for match in _BASE_URL.finditer(data))
    return frozenset(split.host for text in found if (split := paths.split_url(text)) is not None)


def configured(program: Program, made: Iterable[ast.expr]) -> frozenset[str]:
    """Return the hosts that clients of stream-chat are made with: `StreamChat(…, base_url="https://…")`."""
    urls = Urls(program)
    texts = (base_url(node, urls) for node in made if isinstance(node, ast.Call))
    return frozenset(split.host for text in texts if (split := paths.split_url(text)) is not None)


def _find(
    program: Program, path: str, is_client: Callable[[ast.expr], bool], hosts: Collection[str]
) -> Iterator[_Stub]:
    file = program.forest.files[path]
    urls = Urls(program, lambda node: is_client(node.value))
    libraries = Libraries(program, urls, _FIXTURES, _INJECTED)
    stubbing = is_test_file(path)
    for node in file.nodes:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            stubbing = stubbing or _imports_library(node)
        if not isinstance(node, ast.Call):
            continue
        made = libraries.made(node.func)
        owner, _, function = ("", "", "") if made is None else made.dotted.rpartition(".")
        library = _OBJECTS.get(owner)
        if made is not None and library is not None:
            stub = _stub(node, made, library, function, urls, libraries, hosts)
            if stub is not None:
                yield stub
    if stubbing:
        yield from _written(program, path, urls, hosts)


def _imports_library(node: ast.Import | ast.ImportFrom) -> bool:
    modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    known = {name.partition(".")[0] for name in _OBJECTS}
    return any(module.partition(".")[0] in known for module in modules)


def _stub(
    call: ast.Call,
    made: Made,
    library: str,
    function: str,
    urls: Urls,
    libraries: Libraries,
    hosts: Collection[str],
) -> _Stub | None:
    """Return the stub that a call of a library makes; None for another call, or one for something else."""
    takes = _TAKES[library].get(function)
    verb = function.upper() if function.upper() in METHODS else ""
    if takes is None and not verb:
        return None
    given = dict(zip(("url",) if takes is None else takes, call.args, strict=False))
    given.update({one.arg: one.value for one in call.keywords if one.arg is not None})
    url = next((given[name] for name in _URL_KEYWORDS if name in given), None)
    method = verb or (method_of(given["method"], urls, libraries) if "method" in given else "")
    if url is None:
        url, texts = _by_parts(given, urls)
    else:
        texts = url_texts(url, urls, libraries, pattern="url__regex" in given)
    if url is None:
        return None
    base = base_url(made.call, urls)
    texts = tuple(f"{base.rstrip('/')}/{text.lstrip('/')}" if base and "//" not in text else text for text in texts)
    prefix = "url__startswith" in given
    told = [said for text in texts if (said := _said(text, method, hosts, prefix=prefix))]
    return _Stub(url, library, f"{library}.{function}", _text("this answers", told, library)) if told else None


def _by_parts(given: Mapping[str, ast.expr], urls: Urls) -> tuple[ast.expr | None, tuple[str, ...]]:
    """Return what `host=` and `path=` of respx name together."""
    if "path" not in given or "host" not in given:
        return (given["path"], (urls.text(given["path"]),)) if "path" in given else (None, ())
    return given["path"], (f"https://{urls.text(given['host'])}/{urls.text(given['path']).lstrip('/')}",)


def url_texts(expr: ast.expr, urls: Urls, libraries: Libraries, *, pattern: bool = False) -> tuple[str, ...]:
    """Return the URLs that an expression is, or that match it where it is a compiled pattern."""
    meant = urls.followed(expr)
    if isinstance(meant, ast.Call) and meant.args:
        made = libraries.made(meant.func)
        if made is not None and made.dotted in ("re.compile", "regex.compile"):
            expr, pattern = meant.args[0], True
    text = urls.text(expr)
    return paths.texts_of_pattern(text) if pattern else (text,)


def method_of(expr: ast.expr, urls: Urls, libraries: Libraries) -> str:
    """Return the HTTP method that an expression is: `"post"`, `responses.POST`; empty where it is not known."""
    made = libraries.made(expr)
    found = (made.dotted.rpartition(".")[2].removeprefix("METH_") if made is not None else urls.text(expr)).upper()
    return found if found in METHODS else ""


def base_url(made: ast.Call | None, urls: Urls) -> str:
    """Return the `base_url` that an object was made with; empty for none."""
    given = next((one.value for one in made.keywords if one.arg == "base_url"), None) if made is not None else None
    return "" if given is None else urls.text(given)


def _written(program: Program, path: str, urls: Urls, hosts: Collection[str]) -> Iterator[_Stub]:
    """Yield the URLs of v1 that stand in a test for something else, such as an assertion."""
    file = program.forest.files[path]
    used = set(urls.used)
    for node in file.nodes:
        if not isinstance(node, (ast.Constant, ast.JoinedStr)) or node in used:
            continue
        if isinstance(node, ast.Constant) and not isinstance(node.value, str):
            continue
        top: ast.expr = node
        parent = file.parent(top)
        while isinstance(parent, (ast.BinOp, ast.JoinedStr, ast.FormattedValue)):
            top = parent
            parent = file.parent(top)
        if top in used or isinstance(parent, ast.Expr):
            continue
        used.add(top)
        said = _said(urls.text(top), "", hosts)
        if said:
            yield _Stub(top, "", "URL of the v1 API", _text("this is", [said], ""))


class _Said(NamedTuple):
    old: str
    new: str


def _said(url: str, method: str, hosts: Collection[str], *, prefix: bool = False) -> _Said | None:
    """Return a request of v1 and what it is in v2, as texts; None where a URL is none."""
    found = paths.of_url(url, method, hosts)
    origin = found[0].origin if found else ""
    if len(found) == 1:
        match = found[0]
        return _Said(
            f"`{match.operation.method} {match.operation.path}`", f"`{match.operation.new_method} {match.url}`"
        )
    if found:
        old = dict.fromkeys(match.operation.path for match in found)
        same = not any(match.operation.changes_method for match in found)
        new = dict.fromkeys(match.url if same else f"{match.operation.new_method} {match.url}" for match in found)
        return _Said(_listed(old), _listed(new))
    split = paths.split_url(url)
    if split is None or not paths.is_host(split.host, hosts) or not (prefix or HOLE in split.path):
        return None
    below = paths.v2_prefixes(split.path)
    path = split.path.partition(HOLE)[0].rstrip("/")
    return _Said(f"what is below `{path}`", _listed(f"{origin}{one}/…" for one in below)) if below else None


def _listed(texts: Collection[str] | Iterator[str]) -> str:
    return ", ".join(f"`{text}`" for text in texts)


def _text(verb: str, told: Sequence[_Said], library: str) -> str:
    old, new = (", ".join(dict.fromkeys(pair)) for pair in zip(*told, strict=True))
    text = f"{verb} {old} of the v1 API; where the call moved, v2 sends {new}"
    if library in _BLIND:
        text += f", with httpx, for which {library} does not answer: use respx or pytest-httpx"
    return text


def recordings(files: Mapping[str, bytes], hosts: Collection[str] = ()) -> Iterator[FileResult]:
    """Yield a result with one site for each file of recorded requests that holds some of the v1 API."""
    for path, data in sorted(files.items()):
        text = data.decode("utf-8", "replace")
        told: dict[_Said, int] = {}
        first: re.Match[str] | None = None
        count = 0
        for found in _INTERACTION.finditer(text):
            said = _said(found["url"].replace("\\/", "/"), found["method"] or "", hosts)
            if said is not None:
                first = first or found
                told[said] = told.get(said, 0) + 1
                count += 1
        if first is None:
            continue
        start = first.start("url")
        line = text.count("\n", 0, start) + 1
        column = len(text[text.rfind("\n", 0, start) + 1 : start].encode())
        # The query holds the key of the app, and may hold more.
        shown_url = first["url"].partition("?")[0]
        span = Span(line, column, line, column + len(shown_url.encode()))
        shown = list(told)[:_MOST]
        rest = len(told) - len(shown)
        more = f" and {rest} more" if rest else ""
        text = (
            f"{count} recorded {'request' if count == 1 else 'requests'} of the v1 API "
            f"({', '.join(f'{old} is {new} in v2' for old, new in shown)}{more}); "
            "where the calls moved, delete the file and record it again"
        )
        facet = Facet("tests", Applicability.MANUAL, text, kinds.STUBBED.id)
        site = Site(kinds.STUBBED.id, "cassette", span, shown_url, "", (facet,))
        yield FileResult(path, data, data, (site,))
