"""Handlers for the exceptions of requests and aiohttp, which stream-chat let through and getstream wraps."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Literal, NamedTuple

from streammigrate.codemod.code import Arg, Call, Code, Infix, Old, Raw, Src
from streammigrate.codemod.forms.errors.groups import extended, group
from streammigrate.codemod.names import Names
from streammigrate.codemod.resolve import Resolver
from streammigrate.codemod.resolve.text import last_name
from streammigrate.codemod.scopes import Scopes

WRAPPED = ("getstream.exceptions", "StreamTransportException")
"""What getstream raises for time-outs, lost connections and whatever else keeps an answer from coming."""
Extent = Literal["", "every", "some", "other"]
"""What a class catches of stream-chat's failures without an answer: none, every one, some that can be told, other ones."""
_REQUESTS: dict[str, Extent] = {
    "RequestException": "every", "ConnectionError": "some", "ConnectTimeout": "some", "ReadTimeout": "some", "Timeout": "some",
    "SSLError": "other", "ProxyError": "other", "ChunkedEncodingError": "other", "ContentDecodingError": "other",
}  # fmt: skip
"""The others of requests (HTTPError, JSONDecodeError …) are none that stream-chat's calls raise."""
_AIOHTTP: dict[str, Extent] = {
    "ClientError": "some", "ClientConnectionError": "some", "ClientOSError": "other", "ClientConnectorError": "other",
    "ClientConnectorDNSError": "other", "ClientConnectorSSLError": "other", "ClientSSLError": "other",
    "ClientPayloadError": "other", "ServerConnectionError": "other", "ServerDisconnectedError": "other",
}  # fmt: skip
_SYSTEM = frozenset({"OSError", "IOError", "EnvironmentError"})
"""What requests' exceptions are kinds of; of aiohttp's, and of its time-outs, only some are."""
_ANY = frozenset({"Exception", "BaseException"})
_ATTRIBUTES = frozenset(
    {"errno", "filename", "filename2", "host", "message", "os_error", "port", "request", "response", "ssl", "strerror"}
)
"""What the exceptions of the HTTP libraries and of the system have, and StreamTransportException has not."""


class Raises(NamedTuple):
    """Which clients' calls are spoken of: those of StreamChat, those of StreamChatAsync, or both."""

    plain: bool
    asynchronous: bool

    @classmethod
    def by(cls, classes: Iterable[str]) -> Raises:
        """Return it for the names of the classes whose methods are called."""
        found = {"Async" in name for name in classes}
        return cls(False in found, True in found)


class File(NamedTuple):
    """A file whose handlers are looked at."""

    scopes: Scopes
    resolver: Resolver
    names: Names
    tuples: Mapping[str, ast.Tuple] = MappingProxyType({})
    """The tuples of classes that modules of the program give a name to."""


class Caught(NamedTuple):
    """A class that catches what stream-chat raises when no answer comes."""

    node: ast.expr
    name: str
    """Its dotted name, as people know it."""
    extent: Extent


def caught(kind: ast.expr | None, raises: Raises, file: File) -> list[Caught]:
    """Return the classes of `except`, or of a tuple of classes, that catch what stream-chat raises without an answer."""
    return [
        Caught(node, name, extent)
        for node in _classes(kind, file)
        for name in [_name(node, file)]
        if (extent := _extent(name, raises))
    ]


def change(handler: ast.ExceptHandler, raises: Raises, file: File) -> Code | None:
    """Return the classes that a handler has to name from now on; None where nothing is to be done, or can be."""
    kind = handler.type
    found = caught(kind, raises, file)
    if kind is None or not found or reason(handler, raises, file):
        return None
    return _with(kind, _more(found, file), file)


def reason(handler: ast.ExceptHandler, raises: Raises, file: File) -> str:
    """Return why a handler cannot be given what getstream raises in place of its classes; empty where it can, or need not."""
    found = caught(handler.type, raises, file)
    if not found or is_done(handler.type, file):
        return ""
    read = _read(handler, file.scopes)
    names = ", ".join(one.name for one in found)
    if read:
        return (
            f"`except {names}` (line {handler.lineno}) catches time-outs and lost connections of stream-chat and reads "
            f"`{read}`; getstream raises StreamTransportException for them, which has no such attribute"
        )
    if _is_every(found) or (file.names.helps and all(one.extent == "some" for one in found)):
        return ""
    return (
        f"`except {names}` (line {handler.lineno}) catches time-outs and lost connections of stream-chat; "
        "getstream raises StreamTransportException for them"
    )


def widened(node: ast.expr, raises: Raises, file: File, asked: ast.expr | None = None) -> Code | None:
    """Return a class, or a tuple of them, that is handed to what catches by it (`suppress`, a retry), with getstream's.

    `asked` is what isinstance asks about.
    """
    found = caught(node, raises, file)
    told = isinstance(asked, ast.Name) and file.names.helps and all(one.extent == "some" for one in found)
    if not found or is_done(node, file) or not (told or _is_every(found)):
        return None
    return _with(node, _more(found, file, asked), file)


def _is_every(found: Sequence[Caught]) -> bool:
    """Return whether some classes together catch every failure without an answer."""
    names = {one.name for one in found}
    whole = "aiohttp.ClientError" in names and not names.isdisjoint({"asyncio.TimeoutError", "TimeoutError"})
    return whole or any(one.extent == "every" for one in found)


def _more(found: Sequence[Caught], file: File, asked: ast.expr | None = None) -> list[Code]:
    if _is_every(found):
        return [Raw(file.names.use(*WRAPPED))]
    helper = Raw(file.names.helper("transport_error"))
    about = () if asked is None else (Arg("", Src(asked)),)
    return [Call(helper, (Arg("", Old(one.node)), *about)) for one in found]


def _with(kind: ast.expr, more: Sequence[Code], file: File) -> Code | None:
    if is_done(kind, file):
        return None
    if isinstance(kind, ast.Tuple):
        return extended(kind, more)
    old: Code = Old(kind) if tuple_of(kind, file) is None else Infix(("*", Old(kind)))
    return group([old, *more], kind)


def is_done(kind: ast.expr | None, file: File) -> bool:
    """Return whether getstream's class is named already, or is caught by another."""
    for node in _classes(kind, file):
        symbol = file.resolver.symbol(node) or ""
        if symbol.startswith("getstream") and symbol.rpartition(".")[2] in (
            "StreamTransportException",
            "StreamException",
        ):
            return True
        if isinstance(node, ast.Call) and last_name(node.func) == "transport_error":
            return True
        if isinstance(node, ast.Name) and node.id in _ANY and not file.scopes.lookup(node)[1]:
            return True
    return False


def _classes(kind: ast.expr | None, file: File) -> Iterator[ast.expr]:
    """Yield the classes of a tuple, and of a tuple that has a name, or the one class."""
    if isinstance(kind, ast.Starred):
        kind = kind.value
    if kind is None:
        return
    held = kind if isinstance(kind, ast.Tuple) else tuple_of(kind, file)
    if held is None:
        yield kind
        return
    for item in held.elts:
        yield from _classes(item, file)


def tuple_of(kind: ast.expr, file: File) -> ast.Tuple | None:
    """Return the tuple of classes that a name of the program stands for."""
    if isinstance(kind, ast.Attribute):
        root = kind.value
        module = isinstance(root, ast.Name) and any(one.kind == "import" for one in file.scopes.lookup(root)[1])
        return file.tuples.get(kind.attr) if module else None
    bindings = file.scopes.lookup(kind)[1] if isinstance(kind, ast.Name) else ()
    if len(bindings) != 1:
        return None
    node = bindings[0].node
    if isinstance(node, ast.alias):
        return file.tuples.get(node.name) if isinstance(file.scopes.parent(node), ast.ImportFrom) else None
    return bindings[0].value if isinstance(bindings[0].value, ast.Tuple) else None


def is_every(kind: ast.expr, raises: Raises, file: File) -> bool:
    """Return whether some classes together catch every failure without an answer."""
    return _is_every(caught(kind, raises, file))


def _name(node: ast.expr, file: File) -> str:
    if isinstance(node, ast.Name) and not file.scopes.lookup(node)[1]:
        return node.id
    symbol = file.resolver.symbol(node) or "" if isinstance(node, (ast.Name, ast.Attribute)) else ""
    root, _, rest = symbol.partition(".")
    return f"{root}.{rest.rpartition('.')[2]}" if rest else ""


def _extent(name: str, raises: Raises) -> Extent:
    root, _, cls = name.rpartition(".")
    if root == "requests" and raises.plain:
        return _REQUESTS.get(cls, "")
    if root == "aiohttp" and raises.asynchronous:
        return _AIOHTTP.get(cls, "")
    if name in ("asyncio.TimeoutError", "TimeoutError") and raises.asynchronous:
        return "some"
    if name in _SYSTEM:
        return "every" if raises.plain else "other" if raises.asynchronous else ""
    return ""


def _read(handler: ast.ExceptHandler, scopes: Scopes) -> str:
    """Return what a handler reads of its exception that only those of the HTTP libraries have."""
    binding = scopes.binding(handler)
    for load in () if binding is None else scopes.loads(binding.scope, binding.name):
        parent = scopes.parent(load)
        if not isinstance(parent, ast.Attribute) or parent.attr not in _ATTRIBUTES:
            continue
        if any(one is handler for one in scopes.ancestors(load)):
            return ast.unparse(parent)
    return ""
