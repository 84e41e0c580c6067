"""The calls of getstream in a project, found with the resolver that finds those of stream-chat.

What a value is and where it goes does not depend on the SDK, so that the resolver is given the project in a disguise: clients
of getstream under the names of stream-chat's, and those of stream-chat under none that it knows. Nothing that was read so
is ever shown or written: what is found is told by the nodes of the files as they are.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from streammigrate.checks.project import Module, Project
from streammigrate.codemod.resolve.definitions import Definitions
from streammigrate.codemod.resolve.engine import Engine
from streammigrate.codemod.resolve.model import Confidence
from streammigrate.codemod.resolve.program import Program
from streammigrate.codemod.resolve.reach import Reach
from streammigrate.codemod.resolve.resolver import Programs, Resolver
from streammigrate.codemod.resolve.sdk import CLIENTS
from streammigrate.codemod.resolve.values import Sdk, Value
from streammigrate.rules import sdk

if TYPE_CHECKING:
    from streammigrate.codemod.discover import Tree

_PARTS = ("chat", "moderation")
"""The attributes of a client that are clients themselves, with the same key and secret."""

_SURE = (Confidence.PROVEN, Confidence.LIKELY)
_HIDDEN = b"streamchat_of_v1"
_IMPORTED = re.compile(rb"\b(?:from|import)[ \t]+getstream\b")
_FROM = re.compile(rb"(\bfrom[ \t]+)getstream(?:\.stream)?([ \t]+import[ \t]*)(\([^)]*\)|[^\n]*)")
_NAME = re.compile(rb"\b(Async)?Stream\b([ \t]+as\b)?")
_CLASSES = (
    (re.compile(rb"\bfrom[ \t]+getstream\.chat\.channel[ \t]+import\b"), b"from stream_chat.channel import"),
    (
        re.compile(rb"\bfrom[ \t]+getstream\.chat\.async_channel[ \t]+import\b"),
        b"from stream_chat.async_chat.channel import",
    ),
    (re.compile(rb"\bimport[ \t]+getstream\b(?![ \t]+as\b|\.)"), b"import stream_chat as getstream"),
    (re.compile(rb"\bimport[ \t]+getstream\b(?=[ \t]+as\b)"), b"import stream_chat"),
    (re.compile(rb"(?<=\.)Stream\b(?=[ \t]*[(.])"), b"StreamChat"),
    (re.compile(rb"(?<=\.)AsyncStream\b(?=[ \t]*[(.])"), b"StreamChatAsync"),
    (re.compile(rb"(?<=[cmt])\.from_env[ \t]*(?=\()"), b""),
)


class Call(NamedTuple):
    """One use of a method of getstream: `owner` is client, chat, moderation or channel."""

    path: str
    """As the user would write it."""
    line: int
    owner: str
    name: str


class Received(NamedTuple):
    """A method that is called on an object of getstream."""

    module: Module
    node: ast.Call
    owner: str
    """client, chat, moderation or channel."""
    coroutine: bool
    """Whether the methods of the object are coroutines."""
    made: ast.Call | None
    """The one call that made a channel, where there is one."""
    home: Module | None
    """The file that this call stands in."""


def calls(project: Project) -> tuple[Call, ...]:
    """Return the calls of getstream on receivers that are resolved, by path and line."""
    mine = _mine(project)
    found = []
    for path, resolver in _disguises(project).items():
        if path in mine:
            found += [Call(project.shown(mine[path]), *one) for one in _calls(resolver)]
    return tuple(sorted(found))


def received(project: Project) -> tuple[Received, ...]:
    """Return the method calls whose receiver is an object of getstream, or likely is, by path and in no other order."""
    disguises, mine = _disguises(project), _mine(project)
    pairs = _Pairs(project, disguises, mine)
    found = []
    for path in sorted(disguises.keys() & mine.keys()):
        module, resolver = project.module(mine[path]), disguises[path]
        for node in (one for one in resolver.scopes.nodes if isinstance(one, ast.Call)):
            func = node.func
            if not isinstance(func, ast.Attribute) or not resolver.may_be(func.value):
                continue
            thing = _thing(resolver, func)
            own = None if thing is None or module is None else pairs.own(path, node)
            if thing is not None and module is not None and own is not None:
                made, home = pairs.origin(thing.origins) if thing.owner == "channel" else (None, None)
                found.append(Received(module, own, thing.owner, thing.coroutine, made, home))
    return tuple(found)


class _Thing(NamedTuple):
    owner: str
    coroutine: bool
    origins: tuple[ast.Call, ...]


def _thing(resolver: Resolver, func: ast.Attribute) -> _Thing | None:
    """Return what object a method is asked of; None where that is not known, or may be one of two parts of a client."""
    found = resolver.receiver(func.value)
    if found is None or found.confidence not in _SURE:
        return None
    coroutine = found.cls.startswith("Async") or found.cls.endswith("Async")
    if found.cls in ("Channel", "AsyncChannel"):
        return _Thing("channel", coroutine, found.origins)
    if found.cls not in CLIENTS:
        return None
    base = func.value
    if isinstance(base, ast.Attribute) and base.attr in _PARTS and _is_client(resolver, base.value):
        return _Thing(base.attr, coroutine, ())
    owners = [owner for owner in ("client", *_PARTS) if sdk.v2_method(owner, func.attr) is not None]
    return _Thing(owners[0], coroutine, ()) if len(owners) == 1 else None


def _is_client(resolver: Resolver, expr: ast.expr) -> bool:
    found = resolver.receiver(expr)
    return found is not None and found.cls in CLIENTS and found.confidence in _SURE


class _Pairs:
    """Leads from the calls of disguised files to those of the files themselves: a disguise keeps lines and nesting."""

    def __init__(self, project: Project, disguises: Mapping[str, Resolver], mine: Mapping[str, str]) -> None:
        self._project = project
        self._disguises = disguises
        self._mine = mine
        self._pairs: dict[str, dict[ast.AST, ast.Call]] = {}

    def own(self, path: str, node: ast.Call) -> ast.Call | None:
        """Return the call as the file has it; None where the two files are not alike."""
        if path not in self._pairs:
            self._pairs[path] = self._paired(path)
        return self._pairs[path].get(node)

    def origin(self, origins: tuple[ast.Call, ...]) -> tuple[ast.Call | None, Module | None]:
        """Return the one call that made an object, and its file."""
        if len(origins) != 1:
            return None, None
        path = next(iter(self._disguises.values())).scopes.path_of(origins[0])
        if path not in self._mine or path not in self._disguises:
            return None, None
        return self.own(path, origins[0]), self._project.module(self._mine[path])

    def _paired(self, path: str) -> dict[ast.AST, ast.Call]:
        module = self._project.module(self._mine[path])
        if module is None:
            return {}
        first = [one for one in ast.walk(self._disguises[path].tree) if isinstance(one, ast.Call)]
        second = [one for one in ast.walk(module.resolver.tree) if isinstance(one, ast.Call)]
        same = [one.lineno for one in first] == [one.lineno for one in second]
        return dict(zip(first, second, strict=True)) if same else {}


def _mine(project: Project) -> dict[str, str]:
    """Return the Python files of the project by their absolute paths."""
    return {_absolute(project.folder, path): path for path in project.python}


@lru_cache(maxsize=1)
def _disguises(project: Project) -> Mapping[str, Resolver]:
    """Return the resolvers of the disguised files that can matter, by absolute path; the checks of one run ask for the same."""
    from streammigrate.codemod.discover import walk
    from streammigrate.codemod.roots import project_root

    if not any(_IMPORTED.search(data) for data in project.python.values() if b"getstream" in data):
        return {}
    tree = walk(project_root(f"{project.folder}/any.py"), project.settings.exclude)
    return {path: resolver for resolver, path in _resolvers(tree)}


def _absolute(folder: str, path: str) -> str:
    return Path(os.path.abspath(folder), path).as_posix()  # noqa: PTH100


def _resolvers(tree: Tree) -> Iterator[tuple[Resolver, str]]:
    """Yield the resolvers of the files that can matter, with their absolute paths."""
    from streammigrate.codemod.files import PREFILTER
    from streammigrate.codemod.modules import Layout, Modules
    from streammigrate.codemod.relevance import find_relevant

    files = {path: _disguised(data) for path, data in tree.files.items() if path.endswith(".py")}
    hits = [path for path, data in files.items() if PREFILTER in data]
    layout = Layout(files, tree.roots, tree.installed, tree.links, frozenset())
    relevant, trees, *_ = find_relevant(tree._replace(files=files), layout, hits, ())
    texts = {_absolute(tree.root, path): data for path, data in files.items()}

    def parsed(path: str) -> ast.Module | None:
        from streammigrate.codemod.parsing import Unappliable, parse

        try:
            return parse(texts[path]) if path in texts else None
        except Unappliable:
            return None

    program = Program(Modules(layout, tree.root, lambda path: _absolute(tree.root, path)), parse=parsed)
    for path in relevant:
        full = _absolute(tree.root, path)
        found = trees.get(path) or parsed(full)
        if found is not None:
            program.forest.add(found, full)
    shared = _Shared(program)
    for path in tuple(program.forest.files):
        yield Resolver(within=shared, path=path), path


def _disguised(data: bytes) -> bytes:
    data = re.sub(rb"\bstream_chat\b", _HIDDEN, data)
    if b"getstream" not in data:
        return data
    data = _FROM.sub(lambda match: match[1] + b"stream_chat" + match[2] + _NAME.sub(_renamed, match[3]), data)
    for pattern, text in _CLASSES:
        data = pattern.sub(text, data)
    return data


def _renamed(match: re.Match[bytes]) -> bytes:
    name = b"StreamChatAsync" if match[1] else b"StreamChat"
    return name + (match[2] or b" as " + match[0])


class _Engine(Engine):
    """Takes the parts of a client for the client."""

    def sdk_attribute(self, atom: Sdk, attr: str, node: ast.AST | None) -> Value:
        if attr in _PARTS and atom.cls in CLIENTS:
            return (atom,)
        return super().sdk_attribute(atom, attr, node)


class _Shared(Programs):
    def __init__(self, program: Program) -> None:
        self.program = program
        self.engine = _Engine(program)
        self.definitions = Definitions(self.engine)
        self.reach = Reach(program.forest.nodes, program.declarations)


def _calls(resolver: Resolver) -> Iterator[tuple[int, str, str]]:
    """Yield line, owner and name of each method that is called or handed on to be called."""
    for node in resolver.scopes.nodes:
        if not isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Load) or node.attr not in _names():
            continue
        receiver = resolver.receiver(node.value) if resolver.may_be(node.value) else None
        owner = "" if receiver is None else _owner(receiver.cls, node.value, node.attr)
        if owner:
            yield node.lineno, owner, node.attr


@cache
def _names() -> frozenset[str]:
    return frozenset(name for owner in ("client", *_PARTS, "channel") for name in sdk.v2_methods(owner))


def _owner(cls: str, base: ast.expr, name: str) -> str:
    """Return whose method a call asks for; empty for what getstream does not have."""
    if cls in ("Channel", "AsyncChannel"):
        return "channel" if sdk.v2_method("channel", name) is not None else ""
    if cls not in CLIENTS:
        return ""
    part = base.attr if isinstance(base, ast.Attribute) and base.attr in _PARTS else "client"
    owners = dict.fromkeys((part, "client", *_PARTS))
    return next((owner for owner in owners if sdk.v2_method(owner, name) is not None), "")
