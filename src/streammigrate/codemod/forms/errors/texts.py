"""What is asked of the text of an exception, and whether the answer is the same for the texts of both SDKs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from streammigrate.codemod.resolve.text import last_name
from streammigrate.codemod.scopes import Scopes

_SHAPES = (
    "streamchat error code 0: ",
    "streamchat error http code: 0",
    "stream api error (status=0, code=0): failed to parse error response: unexpected server response code 0",
)
"""What the SDKs themselves write (stream_chat/base/exceptions.py, getstream/exceptions.py), small, with 0 for a number."""
_NETWORK = re.compile(
    r"time[d -]*out|\bconnect|network|refused|\breset|abort|unreachable|resol|\bdns\b|\bssl\b|max retries|getaddrinfo",
    re.I,
)
_CASE = frozenset({"lower", "upper", "casefold", "strip", "lstrip", "rstrip", "title", "capitalize"})
_ASKS = frozenset({"startswith", "endswith", "find", "rfind", "index", "rindex", "count", "partition", "split"})
_PATTERNS = frozenset({"search", "match", "fullmatch", "findall", "finditer", "fnmatch"})

_SHOWS = frozenset(
    {"critical", "debug", "echo", "error", "exception", "fatal", "info", "log", "print", "secho", "warn", "warning", "write",
     "capture_message", "add_note"}
)  # fmt: skip
"""Functions that show a text to people, or keep it for them."""
_PARTS = (
    ast.Attribute, ast.BinOp, ast.BoolOp, ast.Dict, ast.FormattedValue, ast.IfExp, ast.JoinedStr, ast.Slice, ast.Subscript,
    ast.Tuple, ast.keyword,
)  # fmt: skip
_WRITES = frozenset({*_CASE, "format", "replace", "str"})


class Test(NamedTuple):
    """One question that a text is asked: whether it holds another text, or something else (None)."""

    literal: str | None

    @property
    def is_of_message(self) -> bool:
        """Return whether only the server's message can answer it, which both texts hold as it is.

        Nothing that the SDKs write around the message holds the literal, and it cannot begin in it: that ends in a
        blank, and stream-chat's text ends in a quote.
        """
        text = (self.literal or "").lower()
        if not text or any(c.isdigit() for c in text) or text[0] == " " or ": " in text or text[-1] == '"':
            return False
        return not any(text in shape for shape in _SHAPES)

    @property
    def is_of_network(self) -> bool:
        """Return whether it asks for a time-out or a lost connection."""
        return bool(self.literal and _NETWORK.search(self.literal))


def tests(node: ast.AST, scopes: Scopes, depth: int = 0) -> Iterator[Test]:
    """Yield what is asked of the value of an expression that is a text; what is only shown is not asked."""
    parent = scopes.parent(node)
    if isinstance(parent, ast.Compare):
        yield from _compared(parent, node, scopes)
    elif isinstance(parent, ast.Attribute):
        call = scopes.parent(parent)
        if isinstance(call, ast.Call) and call.func is parent:
            if parent.attr in _CASE:
                yield from tests(call, scopes, depth)
            elif parent.attr in _ASKS:
                yield Test(None)
    elif isinstance(parent, ast.Call) and node in parent.args:
        if isinstance(parent.func, ast.Attribute) and parent.func.attr in _PATTERNS:
            yield Test(None)
    elif isinstance(parent, (ast.BoolOp, ast.IfExp, ast.NamedExpr)):
        yield from tests(parent, scopes, depth)
        if isinstance(parent, ast.NamedExpr):
            yield from _named(parent.target, scopes, depth)
    elif isinstance(parent, ast.FormattedValue):
        around = scopes.parent(parent)
        if around is not None:
            yield from tests(around, scopes, depth)
    elif isinstance(parent, ast.Assign) and len(parent.targets) == 1:
        yield from _named(parent.targets[0], scopes, depth)
    elif isinstance(parent, ast.AnnAssign):
        yield from _named(parent.target, scopes, depth)


def is_shown(node: ast.AST, scopes: Scopes, depth: int = 0) -> bool:
    """Return whether a text is only shown to people: printed or logged."""
    child, parent = node, scopes.parent(node)
    while parent is not None:
        if isinstance(parent, ast.Call):
            name = last_name(parent.func)
            if child is not parent.func and name in _SHOWS:
                return True
            if child is not parent.func and name not in _WRITES:
                return False
        elif isinstance(parent, (ast.Assign, ast.AnnAssign, ast.NamedExpr)):
            target = parent.targets[0] if isinstance(parent, ast.Assign) else parent.target
            binding = scopes.binding(target) if isinstance(target, ast.Name) else None
            if binding is None or depth > 2:
                return False
            return all(is_shown(load, scopes, depth + 1) for load in scopes.loads(binding.scope, binding.name))
        elif isinstance(parent, ast.Expr):
            return True
        elif not isinstance(parent, _PARTS):
            return False
        child, parent = parent, scopes.parent(parent)
    return False


def _named(target: ast.expr, scopes: Scopes, depth: int) -> Iterator[Test]:
    binding = scopes.binding(target) if isinstance(target, ast.Name) else None
    if binding is not None and depth < 3:
        for load in scopes.loads(binding.scope, binding.name):
            yield from tests(load, scopes, depth + 1)


def _compared(compare: ast.Compare, node: ast.AST, scopes: Scopes) -> Iterator[Test]:
    plain = len(compare.ops) == 1 and isinstance(compare.ops[0], (ast.In, ast.NotIn)) and compare.comparators[0] is node
    if not plain:
        yield Test(None)
        return
    for literal in _literals(compare.left, scopes):
        yield Test(literal)


def _literals(node: ast.expr, scopes: Scopes) -> Iterator[str | None]:
    """Yield the texts that an expression can be; None where they are not known."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
        return
    bindings = scopes.lookup(node)[1] if isinstance(node, ast.Name) else ()
    source = scopes.parent(bindings[0].node) if len(bindings) == 1 else None
    values = (
        source.iter if isinstance(source, (ast.comprehension, ast.For)) else bindings[0].value if bindings else None
    )
    if isinstance(values, ast.Name) and (held := scopes.lookup(values)[1]) and len(held) == 1:
        values = held[0].value
    items = values.elts if isinstance(values, (ast.Tuple, ast.List, ast.Set)) else [values]
    for item in items:
        yield item.value if isinstance(item, ast.Constant) and isinstance(item.value, str) else None
