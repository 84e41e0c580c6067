"""`except StreamAPIException`: the classes, and the attributes that are read of what was caught."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from streammigrate.codemod import kinds
from streammigrate.codemod.code import Code, Infix, Old, Raw, Src
from streammigrate.codemod.lower import Held
from streammigrate.codemod.model import Applicability, Facet, Site, Span
from streammigrate.codemod.names import Names
from streammigrate.codemod.resolve import Resolver
from streammigrate.codemod.resolve.sdk import EXCEPTIONS, is_ours
from streammigrate.codemod.scopes import Scopes
from streammigrate.rules.catalogue import rule_named
from streammigrate.rules.model import Rule
from streammigrate.rules.sdk import v1_classes

_BOTH = frozenset({"status_code"})
"""Attributes that the exceptions of both SDKs have, with the same meaning."""


class Handlers(NamedTuple):
    """What becomes of a file's exception classes, and the sites that people see."""

    replaced: dict[ast.expr, Code]
    sites: tuple[Site, ...] = ()


class _Named(NamedTuple):
    """A name of an exception class of stream-chat in the source."""

    node: ast.expr
    rule: Rule
    handler: ast.ExceptHandler | None


def plan(scopes: Scopes, resolver: Resolver, names: Names, moved: bool, staying: bool, reason: str = "") -> Handlers:
    """Return the edits of everything that names an exception of stream-chat.

    `moved` says that calls of this file move, `staying` that others stay: then a handler has to catch both. Raises Held
    where a handler cannot be carried over; nothing of the file may move then, and `reason` says why.
    """
    found = list(_named(scopes, resolver))
    if not moved:
        return Handlers({}, tuple(_left(one, reason) for one in found))
    replaced: dict[ast.expr, Code] = {}
    sites = []
    for one in found:
        both = staying or _may_be_another(one.node, scopes)
        edits = _edits(one, scopes, names, both)
        if both and not edits:
            sites.append(_left(one, "", "calls that stay may raise it; the other class is caught already"))
            continue
        replaced.update(edits)
        sites.append(_site(one, (), _shown(one, names, both), ("both",) if both else ("class",)))
    return Handlers(replaced, tuple(sites))


def _may_be_another(node: ast.expr, scopes: Scopes) -> bool:
    """Return whether a name may also be a class of somebody else's: it then says more than stream-chat's class alone."""
    bindings = scopes.lookup(node)[1] if isinstance(node, ast.Name) else ()
    for binding in bindings:
        statement = scopes.parent(binding.node)
        foreign = isinstance(statement, ast.ImportFrom) and not is_ours(statement.module or "")
        if len(bindings) > 1 and (foreign or binding.kind == "class"):
            return True
    return False


def catches(scopes: Scopes, resolver: Resolver) -> bool:
    """Return whether a file names an exception of stream-chat."""
    return any(True for _ in _named(scopes, resolver))


def _named(scopes: Scopes, resolver: Resolver) -> Iterator[_Named]:
    for node in ast.walk(scopes.tree):
        if not isinstance(node, (ast.Name, ast.Attribute)) or not isinstance(node.ctx, ast.Load):
            continue
        if not resolver.may_be(node):
            continue
        found = resolver.referent(node)
        # `except ImportError: StreamAPIException = Exception` does not hide the class; other modules have it, too.
        names = v1_classes()[found.cls].qualnames if found is not None and found.cls in EXCEPTIONS else ()
        rule = next((rule for name in names if (rule := rule_named(name)) is not None), None)
        if rule is not None and rule.form == "exceptions":
            yield _Named(node, rule, _handler(node, scopes))


def _handler(node: ast.expr, scopes: Scopes) -> ast.ExceptHandler | None:
    """Return the handler whose class (or one of whose classes) a node is."""
    parent = scopes.parent(node)
    if isinstance(parent, ast.Tuple):
        parent = scopes.parent(parent)
    return parent if isinstance(parent, ast.ExceptHandler) else None


def _edits(one: _Named, scopes: Scopes, names: Names, staying: bool) -> dict[ast.expr, Code]:
    data = one.rule.data
    if one.rule.manual or "class" not in data:
        raise Held(kinds.HANDLER, one.rule.manual or f"{ast.unparse(one.node)} has no counterpart in v2")
    module, _, name = data["class"].rpartition(".")
    local = names.use(module, name)
    if one.handler is None:
        return _outside(one, scopes, local, staying)
    edits: dict[ast.expr, Code] = {}
    group = scopes.parent(one.node)
    if isinstance(group, ast.Tuple) and _has(group, local):
        edits.update(_single(group, one.node, staying))
    elif not staying:
        edits[one.node] = Raw(local)
    elif isinstance(group, ast.Tuple):
        edits[group] = _with(group, local)
    else:
        edits[one.node] = Infix(("(", Old(one.node), f", {local})"))
    if one.handler.name:
        edits.update(_attributes(one, one.handler, scopes, staying))
    return edits


def _with(group: ast.Tuple, local: str) -> Code:
    """Return a tuple of classes with one more."""
    parts: list[str | Code] = ["("]
    for item in group.elts:
        parts += [Src(item), ", "]
    return Infix((*parts, f"{local})"))


def without(group: ast.Tuple, node: ast.expr) -> Code:
    """Return a tuple of classes with one less; a single one stands alone."""
    items = [item for item in group.elts if item is not node]
    if len(items) == 1:
        return Src(items[0])
    parts: list[str | Code] = ["("]
    for item in items:
        parts += [Src(item), ", "]
    return Infix((*parts[:-1], ")"))


def _has(group: ast.Tuple, local: str) -> bool:
    """Return whether a tuple of classes has the new one already, as an earlier run leaves it."""
    return any(ast.unparse(item) == local for item in group.elts)


def _single(group: ast.Tuple, node: ast.expr, staying: bool) -> dict[ast.expr, Code]:
    """Return what takes the old class out of a tuple that has both, once no call is left that needs it."""
    return {} if staying else {group: without(group, node)}


def _outside(one: _Named, scopes: Scopes, local: str, staying: bool) -> dict[ast.expr, Code]:
    """Return the class where it is tested with isinstance; raise Held where it is raised, subclassed or handed on."""
    parent = scopes.parent(one.node)
    call = parent
    while isinstance(call, ast.Tuple):
        call = scopes.parent(call)
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("isinstance", "issubclass"):
        if isinstance(parent, ast.Tuple) and _has(parent, local):
            return _single(parent, one.node, staying)
        if not staying:
            return {one.node: Raw(local)}
        if isinstance(parent, ast.Tuple):
            return {parent: _with(parent, local)}
        return {one.node: Infix(("(", Old(one.node), f", {local})"))}
    raise Held(
        kinds.HANDLER, f"`{ast.unparse(one.node)}` is raised, subclassed or handed on; its constructor differs in v2"
    )


def _attributes(one: _Named, handler: ast.ExceptHandler, scopes: Scopes, staying: bool) -> dict[ast.expr, Code]:
    names = one.rule.data.get("attributes", {})
    binding = scopes.binding(handler)
    edits: dict[ast.expr, Code] = {}
    if binding is None:
        return edits
    for load in scopes.loads(binding.scope, handler.name or ""):
        if not any(ancestor is handler for ancestor in scopes.ancestors(load)):
            continue
        parent = scopes.parent(load)
        if isinstance(parent, ast.Attribute):
            if parent.attr not in names and parent.attr not in _EXCEPTION:
                raise Held(kinds.HANDLER, f"`{ast.unparse(parent)}` has no counterpart in v2")
            if staying and parent.attr not in _BOTH | _EXCEPTION:
                raise Held(
                    kinds.HANDLER,
                    f"`{ast.unparse(parent)}` is read of an exception that either SDK may raise while a call stays with v1",
                )
            new = names.get(parent.attr, parent.attr)
            if new != parent.attr:
                edits[parent] = _read(load, new)
        elif parent is not None and _is_getattr(parent, load):
            raise Held(kinds.HANDLER, f"`{ast.unparse(parent)}` reads an attribute by name")
    return edits


_EXCEPTION = frozenset({"args", "with_traceback", "add_note", "__class__", "__cause__", "__traceback__", "__context__"})


def _read(load: ast.Name, new: str) -> Code:
    """Return `e.new`; a name with a test behind it (`api_error is not None`) is written in brackets."""
    name, space, test = new.partition(" ")
    return Infix(("(", Src(load), f".{name}{space}{test})")) if test else Infix((Src(load), f".{name}"))


def _is_getattr(parent: ast.AST | None, load: ast.Name) -> bool:
    return (
        isinstance(parent, ast.Call)
        and isinstance(parent.func, ast.Name)
        and parent.func.id in ("getattr", "hasattr", "vars")
        and bool(parent.args)
        and parent.args[0] is load
    )


def _shown(one: _Named, names: Names, staying: bool) -> str:
    module, _, name = one.rule.data["class"].rpartition(".")
    local = names.use(module, name)
    return f"({ast.unparse(one.node)}, {local})" if staying else local


def _site(one: _Named, facets: tuple[Facet, ...], after: str, forms: tuple[str, ...]) -> Site:
    member = one.rule.v1.rpartition(".")[2]
    applied = not facets
    return Site(
        one.rule.id, member, Span.of(one.node), ast.unparse(one.node), after, facets, (), one.rule.notes, forms, applied
    )


def _left(one: _Named, reason: str, text: str = "no call of this file moves, so what is raised stays") -> Site:
    if reason:
        return _site(one, (Facet("errors", Applicability.MANUAL, reason, kinds.HANDLER.id),), "", ())
    return _site(one, (Facet("cohort", Applicability.MANUAL, text, kinds.COHORT.id),), "", ())
