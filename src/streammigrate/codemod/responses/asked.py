"""What has been asked before code is reached: that a value is there, that a mapping has a key."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from streammigrate.codemod.responses.reaching import Reaching
from streammigrate.codemod.responses.shapes import text_key
from streammigrate.codemod.scopes import Scopes

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)


class Asked:
    """Answers for the code of one file."""

    def __init__(self, scopes: Scopes, reaching: Reaching) -> None:
        self.scopes = scopes
        self.reaching = reaching

    def is_there(self, node: ast.expr) -> bool:
        """Return whether the code at an expression is only reached where its value is not None."""
        wanted = ast.unparse(node)
        return any(
            ast.unparse(held) == wanted and self._same_names(held, node)
            for test, truth in self._facts(node)
            for held in _not_none(test, truth)
        )

    def has_key(self, node: ast.expr, held: ast.expr, key: str) -> bool:
        """Return whether the code at `node` is only reached where the mapping `held` has a key."""
        wanted = ast.unparse(held)
        return any(
            ast.unparse(mapping) == wanted and self._same_names(mapping, held)
            for test, truth in self._facts(node)
            for mapping in _with_key(test, truth, key)
        )

    def _same_names(self, first: ast.expr, second: ast.expr) -> bool:
        """Return whether the names of two equal expressions have the same values."""
        ones, others = (
            [part for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load)]
            for node in (first, second)
        )
        return all(self._value(one) is self._value(other) for one, other in zip(ones, others, strict=False))

    def _value(self, load: ast.Name) -> ast.AST | None:
        owner, bindings = self.scopes.lookup(load)
        return self.reaching.binding(load, owner) if bindings else None

    def _facts(self, node: ast.AST) -> Iterator[tuple[ast.expr, bool]]:
        """Yield the tests that decide whether a node is reached, and how they must have come out."""
        child = node
        for ancestor in self.scopes.ancestors(node):
            yield from self._around(ancestor, child)
            if isinstance(child, ast.stmt):
                yield from self._before(child)
            if isinstance(ancestor, _FUNCTIONS):
                return
            child = ancestor

    def _around(self, ancestor: ast.AST, child: ast.AST) -> Iterator[tuple[ast.expr, bool]]:
        if isinstance(ancestor, (ast.If, ast.While)):
            if child in ancestor.body:
                yield from _parts(ancestor.test, True)
            elif isinstance(ancestor, ast.If) and child in ancestor.orelse:
                yield from _parts(ancestor.test, False)
        elif isinstance(ancestor, ast.IfExp) and child is not ancestor.test:
            yield from _parts(ancestor.test, child is ancestor.body)
        elif isinstance(ancestor, ast.BoolOp) and child in ancestor.values:
            for value in ancestor.values[: ancestor.values.index(child)]:
                yield from _parts(value, isinstance(ancestor.op, ast.And))
        elif isinstance(ancestor, _COMPREHENSIONS) and not isinstance(child, ast.comprehension):
            for generator in ancestor.generators:
                for test in generator.ifs:
                    yield from _parts(test, True)
        elif isinstance(ancestor, ast.comprehension) and child in ancestor.ifs:
            for test in ancestor.ifs[: ancestor.ifs.index(child)]:
                yield from _parts(test, True)

    def _before(self, statement: ast.stmt) -> Iterator[tuple[ast.expr, bool]]:
        """Yield what must hold after the statements in front of one: `if not x: return`, `assert x`."""
        for earlier in self.scopes.block(statement):
            if earlier is statement:
                return
            if isinstance(earlier, ast.Assert):
                yield from _parts(earlier.test, True)
            elif isinstance(earlier, ast.If) and not earlier.orelse and isinstance(earlier.body[-1], _LEAVES):
                yield from _parts(earlier.test, False)


def _parts(test: ast.expr, truth: bool) -> Iterator[tuple[ast.expr, bool]]:
    """Yield what has come out how where a test has."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from _parts(test.operand, not truth)
    elif isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) == truth:
        for value in test.values:
            yield from _parts(value, truth)
    else:
        yield test, truth


def _not_none(test: ast.expr, truth: bool) -> Iterator[ast.expr]:
    """Yield the expressions whose values are not None where a test has come out so."""
    if isinstance(test, ast.Compare):
        other = test.comparators[0]
        compared = len(test.ops) == 1 and isinstance(other, ast.Constant) and other.value is None
        if compared and isinstance(test.ops[0], ast.IsNot if truth else ast.Is):
            yield test.left
    elif truth:
        yield test.target if isinstance(test, ast.NamedExpr) else test


def _with_key(test: ast.expr, truth: bool, key: str) -> Iterator[ast.expr]:
    """Yield the mappings that have a key, whose value is not None, where a test has come out so."""
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and text_key(test.left) == key:
        if isinstance(test.ops[0], ast.In if truth else ast.NotIn):
            yield test.comparators[0]
        return
    for held in _not_none(test, truth):
        if isinstance(held, ast.Subscript) and text_key(held.slice) == key:
            yield held.value
        elif isinstance(held, ast.Call) and isinstance(held.func, ast.Attribute) and held.func.attr == "get":
            # With a default, it may be the default that is true.
            alone = [text_key(one) for one in held.args] == [key] and not held.keywords
            yield from [held.func.value] if alone else []
