"""The calls of getstream in a project, found with the resolver that finds those of stream-chat.

What a value is and where it goes does not depend on the SDK, so that the resolver is given the project in a disguise: clients
of getstream under the names of stream-chat's, and those of stream-chat under none that it knows. Only for counting; nothing
that was read so is ever shown or written.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from streammigrate.checks.project import Project
from streammigrate.codemod.resolve.definitions import Definitions
from streammigrate.codemod.resolve.engine import Engine
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

_HIDDEN = b"streamchat_of_v1"
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


def calls(project: Project) -> tuple[Call, ...]:
    """Return the calls of getstream on receivers that are resolved, by path and line."""
    from streammigrate.codemod.discover import walk
    from streammigrate.codemod.roots import project_root

    if not any(b"getstream" in data for data in project.python.values()):
        return ()
    tree = walk(project_root(f"{project.folder}/any.py"), project.settings.exclude)
    mine = {_absolute(project.folder, path): project.shown(path) for path in project.python}
    found = []
    for resolver, path in _resolvers(tree):
        if path in mine:
            found += [Call(mine[path], *one) for one in _calls(resolver)]
    return tuple(sorted(found))


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
