"""Where parts of a response go that are given v1's shape, and whether a copy of them does there.

`as_v1` makes a new dictionary each time. That is the same as v1's own as long as nobody changes it, or nobody looks at the
response afterwards.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from streammigrate.codemod import kinds
from streammigrate.codemod.code import bounds
from streammigrate.codemod.lower import Held
from streammigrate.codemod.responses.reaching import Reaching
from streammigrate.codemod.scopes import Scopes

Symbol: TypeAlias = Callable[[ast.expr], str | None]


class Touch(NamedTuple):
    """A read of a name that holds the response or a part of it, and what binds that name."""

    load: ast.Name
    holder: ast.AST


class Leak(NamedTuple):
    """A part that goes on in v1's shape to what may keep or change it."""

    node: ast.expr
    to: ast.AST
    """The call, statement or expression that it goes to."""
    holder: ast.AST | None
    """What binds the name that the part is read from; None where it is read from the call itself."""


_PARTS = frozenset({"get", "keys", "items", "values", "copy"})
_READS = frozenset({"index", "count", "is_ok", "status_code", "headers", "rate_limit"})
_CHANGES = frozenset(
    {"update", "pop", "popitem", "clear", "setdefault", "append", "extend", "insert", "remove", "sort", "reverse"}
)
_LOOK = frozenset(
    {"print", "len", "str", "repr", "bool", "int", "float", "format", "sum", "hash", "any", "all", "ascii", "callable"}
)
"""Built-in functions that only look at what they are given."""
_HAND_ON = frozenset(
    {
        "list",
        "tuple",
        "set",
        "frozenset",
        "dict",
        "sorted",
        "reversed",
        "enumerate",
        "zip",
        "iter",
        "next",
        "max",
        "min",
    }
)
"""Built-in functions whose result holds parts of what they are given."""
_IDENTITY = frozenset({"isinstance", "type", "id", "issubclass"})
_LOOKING = frozenset({"json.dumps", "json.dump", "pprint.pprint", "pprint.pformat", "pprint.pp", "copy.deepcopy"})
_LOGGING = frozenset({"debug", "info", "warning", "error", "exception", "critical", "log", "warn"})
_CONTAINERS = (
    ast.Dict,
    ast.List,
    ast.Tuple,
    ast.Set,
    ast.Starred,
    ast.ListComp,
    ast.SetComp,
    ast.GeneratorExp,
    ast.DictComp,
)
_LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)
_ENDS = (ast.JoinedStr, ast.FormattedValue, ast.Expr, ast.If, ast.While, ast.Assert, ast.UnaryOp)


class Leaving:
    """Follows what is given v1's shape to what takes it."""

    def __init__(self, scopes: Scopes, reaching: Reaching, symbol: Symbol) -> None:
        self.scopes = scopes
        self.reaching = reaching
        self.symbol = symbol

    def taker(self, node: ast.expr) -> ast.AST | None:
        """Return what an expression, or a part of it, goes to; None where it is only looked at.

        Raises Held where it is changed, or asked what kind of object it is.
        """
        child: ast.AST = node
        while True:
            parent = self.scopes.parent(child)
            if isinstance(parent, ast.Attribute):
                call = self._method(parent)
                if call is None:
                    return None
                child = call
            elif isinstance(parent, ast.Subscript):
                if parent.value is not child:
                    return None
                if not isinstance(parent.ctx, ast.Load):
                    raise _changed()
                child = parent
            elif isinstance(parent, ast.Compare):
                if any(isinstance(op, (ast.Is, ast.IsNot)) for op in parent.ops):
                    raise Held(kinds.RESPONSE, "the response is asked for its identity")
                return None
            elif isinstance(parent, ast.IfExp):
                if parent.test is child:
                    return None
                child = parent
            elif isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Mod) and parent.right is child:
                return None
            elif isinstance(parent, (ast.BoolOp, ast.BinOp, ast.keyword, *_CONTAINERS)):
                child = parent
            elif isinstance(parent, ast.Call):
                if not self._passes_on(parent):
                    return None if self._only_looks(parent) else parent
                child = parent
            elif isinstance(parent, _ENDS):
                return None
            elif isinstance(parent, ast.AugAssign) and parent.target is child:
                raise _changed()
            elif isinstance(parent, ast.comprehension):
                return self.scopes.parent(parent)
            else:
                return parent

    def _method(self, attribute: ast.Attribute) -> ast.Call | None:
        """Return the call whose result holds parts, None where it holds none."""
        call = self.scopes.parent(attribute)
        if not isinstance(call, ast.Call) or call.func is not attribute:
            raise Held(kinds.READ, f"`.{attribute.attr}` of the response is not called")
        if attribute.attr in _CHANGES:
            raise _changed()
        return None if attribute.attr in _READS else call

    def _builtin(self, call: ast.Call) -> str:
        known = isinstance(call.func, ast.Name) and not self.scopes.lookup(call.func)[1]
        return call.func.id if known and isinstance(call.func, ast.Name) else ""

    def _passes_on(self, call: ast.Call) -> bool:
        name = self._builtin(call)
        if name in _IDENTITY:
            raise Held(kinds.RESPONSE, f"the response is asked for its class by `{name}`")
        return name in _HAND_ON

    def _only_looks(self, call: ast.Call) -> bool:
        if self._builtin(call) in _LOOK or self.symbol(call.func) in _LOOKING:
            return True
        return isinstance(call.func, ast.Attribute) and call.func.attr in _LOGGING and self._is_logger(call.func.value)

    def _is_logger(self, node: ast.expr) -> bool:
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        return name.strip("_").lower() in ("logger", "log", "logging")

    # The order of things

    def check(self, leaks: Sequence[Leak], touches: Sequence[Touch]) -> None:
        """Raise Held where the response is looked at again after a part of it has gone to what may change it."""
        for leak in leaks:
            own = {part for part in ast.walk(leak.node) if isinstance(part, ast.Name)}
            function = self.reaching.function(leak.node)
            if leak.holder is not None and self.reaching.function(leak.holder) is not function:
                raise Held(kinds.RESPONSE, f"`{ast.unparse(leak.node)}` is passed on by a function inside of this one")
            for touch in touches:
                mine = touch.load in own
                if self.reaching.function(touch.load) is not function or self._repeats(leak, touch):
                    raise _seen(touch)
                if not mine and self._comes_after(leak, touch.load):
                    raise _seen(touch)
            self._check_siblings(leak, leaks)

    def _repeats(self, leak: Leak, touch: Touch) -> bool:
        """Return whether a loop comes to the read once more after the leak, with the same value in the name."""
        if isinstance(leak.to, ast.Return):
            return False
        return any(
            self._is_in_loop(touch.load, loop) and not self.reaching.is_inside(touch.holder, loop)
            for loop in self._loops(leak.node)
        )

    def _loops(self, node: ast.AST) -> Iterator[ast.AST]:
        for one in self.scopes.ancestors(node):
            if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                return
            if isinstance(one, _LOOPS) and self._is_in_loop(node, one):
                yield one

    def _is_in_loop(self, node: ast.AST, loop: ast.AST) -> bool:
        """Return whether a loop evaluates a node again each time."""
        if isinstance(loop, (ast.For, ast.AsyncFor)):
            first: ast.AST = loop.iter
        elif isinstance(loop, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            first = loop.generators[0].iter
        else:
            return self.reaching.is_inside(node, loop)
        return self.reaching.is_inside(node, loop) and not self.reaching.is_inside(node, first)

    def _comes_after(self, leak: Leak, load: ast.Name) -> bool:
        if isinstance(leak.to, ast.Return):
            return self._is_in_finally(leak.to, load)
        if self._are_alternatives(leak.node, load):
            return False
        return (load.lineno, load.col_offset) >= self._moment(leak)

    def _moment(self, leak: Leak) -> tuple[int, int]:
        """Return the place at which a leak happens: where what takes the part has all that it takes."""
        if isinstance(leak.to, (ast.Call, ast.Assign, ast.AnnAssign, ast.AugAssign)):
            return (leak.to.end_lineno or leak.to.lineno, leak.to.end_col_offset or 0)
        return bounds(leak.node)[1]

    def _is_in_finally(self, statement: ast.Return, load: ast.Name) -> bool:
        return any(
            isinstance(one, ast.Try) and any(self.reaching.is_inside(load, last) for last in one.finalbody)
            for one in self.scopes.ancestors(statement)
        )

    def _are_alternatives(self, first: ast.AST, second: ast.AST) -> bool:
        """Return whether only one of two nodes is evaluated: they stand in the two arms of an `if`."""
        around = [first, *self.scopes.ancestors(first)]
        child = second
        for ancestor in self.scopes.ancestors(second):
            if ancestor in around:
                other = around[around.index(ancestor) - 1]
                if isinstance(ancestor, ast.If):
                    return (child in ancestor.body and other in ancestor.orelse) or (
                        child in ancestor.orelse and other in ancestor.body
                    )
                return False
            child = ancestor
        return False

    def _check_siblings(self, leak: Leak, leaks: Sequence[Leak]) -> None:
        """Raise Held where something gets a part, and what holds or is in that part, beside each other."""
        for other in leaks:
            if other is leak or other.to is not leak.to or self._are_alternatives(leak.node, other.node):
                continue
            one, two = ast.unparse(leak.node), ast.unparse(other.node)
            if other.holder is not leak.holder or one.startswith(two) or two.startswith(one):
                raise Held(kinds.RESPONSE, f"`{one}` and `{two}` are parts of one another")


def _changed() -> Held:
    return Held(kinds.READ, "the response is changed in place")


def _seen(touch: Touch) -> Held:
    return Held(kinds.RESPONSE, f"`{touch.load.id}` is read at line {touch.load.lineno} after it is passed on")
