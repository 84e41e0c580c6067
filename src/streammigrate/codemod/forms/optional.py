"""Optional imports: `try: from stream_chat import StreamChat / except ImportError: StreamChat = None`, and the tests of the name.

What takes the name's place has to be as optional: it is imported in the same `try`, has a fallback where the old name has
one, and is what is tested.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from streammigrate.codemod.code import Code, Raw
from streammigrate.codemod.forms import construct
from streammigrate.codemod.model import Insertion, Span
from streammigrate.codemod.resolve.sdk import is_ours
from streammigrate.codemod.scopes import Binding, Scopes

_IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
_EXCEPTIONS = {"StreamAPIException": "StreamApiException"}
_NEW = {**construct.CLASSES, **_EXCEPTIONS}


class Optional(NamedTuple):
    """What becomes of the optional imports of a file."""

    replaced: dict[ast.expr, Code]
    """Tests and fallbacks of a name that nothing else needs."""
    insertions: tuple[Insertion, ...]
    """Fallbacks for the new name beside those of the old one, which stays."""


def guard(scopes: Scopes) -> ast.ImportFrom | ast.Import | None:
    """Return the first import of stream-chat that a `try` lets fail, or None where one must not fail."""
    found: ast.ImportFrom | ast.Import | None = None
    for node in scopes.nodes:
        if isinstance(node, ast.ImportFrom) and not node.level and is_ours(node.module or ""):
            names = [node.module or ""]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names if is_ours(alias.name)]
        else:
            continue
        if names and not _may_fail(node, scopes):
            return None
        if names and found is None:
            found = node
    return found


def tested(scopes: Scopes) -> list[str]:
    """Return what takes the place of the clients' classes that are only tested for being there."""
    found = []
    for binding in _optional(scopes):
        assert isinstance(binding.node, ast.alias)
        loads = scopes.loads(binding.scope, binding.name)
        if binding.node.name in construct.CLASSES and loads and all(_is_test(load, scopes) for load in loads):
            found.append(construct.CLASSES[binding.node.name])
    return found


def plan(scopes: Scopes, new: Mapping[str, str], kept: Collection[ast.Name], taken: Collection[str]) -> Optional:
    """Return the edits.

    `new` has the local name of what takes a class's place, `kept` are the names that stay as they are, `taken` those that
    other files import from this one.
    """
    replaced: dict[ast.expr, Code] = {}
    insertions: list[Insertion] = []
    for binding in _optional(scopes):
        assert isinstance(binding.node, ast.alias)
        local = new.get(_NEW.get(binding.node.name, ""))
        others = [b for b in scopes.bindings(binding.scope, binding.name) if b.node is not binding.node]
        if local is None or not all(isinstance(b.node, ast.Name) and b.kind == "assign" for b in others):
            continue
        loads = [load for load in scopes.loads(binding.scope, binding.name) if load in kept]
        tested = binding.name not in taken and all(_is_test(load, scopes) for load in loads)
        for other in others:
            assert isinstance(other.node, ast.Name)
            if tested:
                replaced[other.node] = Raw(local)
            else:
                statement = Span.of(scopes.statement(other.node))
                insertions.append(Insertion(statement, f"{local} = {binding.name}", after=True))
        if tested:
            replaced.update({load: Raw(local) for load in loads})
    return Optional(replaced, tuple(insertions))


def _optional(scopes: Scopes) -> Iterator[Binding]:
    for node in scopes.nodes:
        if (
            isinstance(node, ast.ImportFrom)
            and not node.level
            and is_ours(node.module or "")
            and _may_fail(node, scopes)
        ):
            for alias in node.names:
                binding = scopes.binding(alias)
                if binding is not None:
                    yield binding


def _may_fail(statement: ast.stmt, scopes: Scopes) -> bool:
    """Return whether an import stands in a `try` of the module that goes on without it.

    What a function imports is known there only: the module's other code could not use what takes its place.
    """
    inner: ast.AST = statement
    if scopes.scope(statement).kind != "module":
        return False
    for around in scopes.ancestors(statement):
        if isinstance(around, ast.Try) and inner in around.body:
            return any(_catches(handler.type) for handler in around.handlers)
        inner = around
    return False


def _catches(node: ast.expr | None) -> bool:
    if node is None:
        return True
    classes = node.elts if isinstance(node, ast.Tuple) else [node]
    return any(isinstance(one, ast.Name) and one.id in _IMPORT_ERRORS for one in classes)


def _is_test(load: ast.Name, scopes: Scopes) -> bool:
    """Return whether a name is only asked for being there."""
    parent = scopes.parent(load)
    if isinstance(parent, ast.Compare):
        others = [parent.left, *parent.comparators]
        return all(one is load or (isinstance(one, ast.Constant) and one.value is None) for one in others)
    if isinstance(parent, (ast.If, ast.While, ast.IfExp)):
        return parent.test is load
    return isinstance(parent, (ast.BoolOp, ast.Assert)) or (
        isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not)
    )
