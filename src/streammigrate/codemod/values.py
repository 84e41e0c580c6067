"""What is known of a value at a call site, read from its expression."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

from streammigrate.codemod.code import Code


class Node(NamedTuple):
    """An expression of the source."""

    node: ast.expr


class Fixed(NamedTuple):
    """A value that v1 sends of its own."""

    value: Any


class Made(NamedTuple):
    """Code that was put together, such as a channel's cid."""

    code: Code


class Entry(NamedTuple):
    """A key with its value; `kind` names the conversion that the rule asks for."""

    key: str
    value: Known
    kind: str = ""


class Entries(NamedTuple):
    """A mapping whose keys are all known."""

    items: tuple[Entry, ...]


class Grown(NamedTuple):
    """A name that holds a mapping whose keys are all known, each read from the name."""

    node: ast.expr
    entries: Entries


class Items(NamedTuple):
    """A list whose items are all known."""

    items: tuple[Known, ...]


class Choice(NamedTuple):
    """One of two values, decided by a test of the source."""

    test: ast.expr
    body: Known
    orelse: Known


class Laid(NamedTuple):
    """A mapping whose keys are not known, with entries that v1 puts over it; `optional` where v1 takes None for empty."""

    base: Known
    over: tuple[Entry, ...]
    optional: bool = False


class Over(NamedTuple):
    """A name with entries that v1 puts over the mapping it holds, and what comes of that here."""

    node: ast.Name
    over: tuple[Entry, ...]
    known: Known


Known: TypeAlias = Node | Fixed | Made | Entries | Grown | Items | Choice | Laid | Over

KindOf: TypeAlias = Callable[[ast.expr], str]
"""Says what a value is: text, number, true, false, none, mapping, list, time, or "" when that is not known."""


def mapping(known: Known) -> Known | None:
    """Return a mapping as Entries (or a Choice of them), or None when its keys are not known."""
    if isinstance(known, Grown):
        return known.entries
    if isinstance(known, Entries):
        return known
    if isinstance(known, Over):
        return mapping(known.known)
    if isinstance(known, Choice):
        body, orelse = mapping(known.body), mapping(known.orelse)
        return None if body is None or orelse is None else Choice(known.test, body, orelse)
    if not isinstance(known, Node):
        return None
    node = known.node
    if isinstance(node, ast.Dict):
        return _dictionary(node)
    if isinstance(node, ast.IfExp):
        return mapping(Choice(node.test, Node(node.body), Node(node.orelse)))
    return None


def _dictionary(node: ast.Dict) -> Entries | None:
    found: list[Entry] = []
    for key, value in zip(node.keys, node.values, strict=True):
        if key is None:
            inner = mapping(Node(value))
            if not isinstance(inner, Entries):
                return None
            found += inner.items
        elif isinstance(key, ast.Constant) and isinstance(key.value, str):
            found.append(Entry(key.value, Node(value)))
        else:
            return None
    keys = [entry.key for entry in found]
    # A key that is written twice keeps its last value; both expressions are evaluated, so it is left to a person.
    return Entries(tuple(found)) if len(set(keys)) == len(keys) else None


def sequence(known: Known) -> Sequence[Known] | None:
    """Return the items of a list or tuple, or None when they are not known one by one."""
    if isinstance(known, Items):
        return known.items
    if isinstance(known, Node) and isinstance(known.node, (ast.List, ast.Tuple)):
        if any(isinstance(item, ast.Starred) for item in known.node.elts):
            return None
        return [Node(item) for item in known.node.elts]
    return None


def constant(known: Known) -> Fixed | None:
    """Return a value that is written as a literal (also a negative number), or None."""
    if isinstance(known, Fixed):
        return known
    if isinstance(known, Node):
        if isinstance(known.node, ast.Constant):
            return Fixed(known.node.value)
        if (
            isinstance(known.node, ast.UnaryOp)
            and isinstance(known.node.op, ast.USub)
            and isinstance(known.node.operand, ast.Constant)
            and isinstance(known.node.operand.value, (int, float))
        ):
            return Fixed(-known.node.operand.value)
    return None


_PURE = (
    ast.Constant,
    ast.Name,
    ast.Attribute,
    ast.Subscript,
    ast.JoinedStr,
    ast.FormattedValue,
    ast.List,
    ast.Tuple,
    ast.Dict,
    ast.Set,
    ast.BinOp,
    ast.BoolOp,
    ast.UnaryOp,
    ast.Compare,
    ast.IfExp,
    ast.Slice,
    ast.Lambda,
    ast.Starred,
    ast.expr_context,
    ast.operator,
    ast.boolop,
    ast.unaryop,
    ast.cmpop,
)


_HARMLESS = frozenset({"len", "str", "int", "float", "bool", "repr", "abs", "round"})
"""Functions of Python's own that only look at what they are given."""


def is_pure(node: ast.expr) -> bool:
    """Return whether evaluating an expression has no effect, so that it may be left out or moved."""
    return all(isinstance(part, _PURE) or _is_harmless(part) for part in _parts(node))


def _is_harmless(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and not node.keywords
        and isinstance(node.func, ast.Name)
        and node.func.id in _HARMLESS
    )


def _parts(node: ast.AST) -> list[ast.AST]:
    found: list[ast.AST] = [node]
    if not isinstance(node, ast.Lambda):
        for child in ast.iter_child_nodes(node):
            found += _parts(child)
    return found


def is_repeatable(node: ast.expr) -> bool:
    """Return whether an expression may be evaluated twice: it is pure, or reads the environment."""
    if is_pure(node):
        return True
    if isinstance(node, ast.Call) and not node.keywords and all(is_repeatable(one) for one in node.args):
        return ast.unparse(node.func) in _READS
    children = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]
    return isinstance(node, _PURE) and all(map(is_repeatable, children))


_READS = frozenset({"os.getenv", "os.environ.get", "getenv", "environ.get", "str", "int", "float", "config", "env"})
