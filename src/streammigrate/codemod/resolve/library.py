"""What functions of the standard library give back of what they are given."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING

from streammigrate.codemod.resolve.values import (
    UNKNOWN,
    Function,
    Items,
    Other,
    OwnModule,
    Symbol,
    Unknown,
    Value,
    Wrapped,
    merged,
    unwrapped,
)

if TYPE_CHECKING:
    from streammigrate.codemod.resolve.engine import Engine

# Calls that give back what they are given, or an object of the same class.
_SAME = {
    "asyncio.wait_for", "asyncio.shield", "asyncio.create_task", "asyncio.ensure_future", "copy.copy",
    "typing.assert_type", "typing.final", "functools.cache",
}  # fmt: skip
_ENTERS = {"contextlib.closing", "contextlib.aclosing", "contextlib.nullcontext"}
_ELEMENT = {"random.choice", "heapq.heappop"}
_SEQUENCES = {"itertools.cycle", "itertools.islice", "random.sample", "collections.deque", "random.choices"}
STACKS = ("contextlib.ExitStack", "contextlib.AsyncExitStack")
METHODS = ("enter_context", "enter_async_context", "run_until_complete", "create_task")
# `operator.attrgetter("client")` is a thing of that name.
_ATTRGETTER = "operator.attrgetter."


class Library:
    """Results of calls of the standard library."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._scopes = engine.scopes

    def call(self, dotted: str, node: ast.Call) -> Value | None:
        """Return what a call gives; None where nothing is known of it here."""
        if dotted == "asyncio.gather":
            return self._gathered(node)
        if dotted.startswith(_ATTRGETTER) and node.args:
            return self._engine.attribute_of(self._engine.value(node.args[0]), dotted[len(_ATTRGETTER) :], node)
        if dotted == "itertools.chain":
            return (Items("sequence", anything=merged(self._elements(arg) for arg in node.args)),)
        if dotted == "functools.lru_cache" and not (node.args and self._is_function(node.args[0])):
            # With settings it gives a decorator, which gives back the function.
            return (Symbol("functools.cache"),)
        first = node.args[0] if node.args and not isinstance(node.args[0], ast.Starred) else None
        return None if first is None else self._of_first(dotted, first, node)

    def _of_first(self, dotted: str, first: ast.expr, node: ast.Call) -> Value | None:
        value = self._engine.value
        if dotted in ("typing.cast", "typing_extensions.cast") and len(node.args) == 2:
            promised = self._engine.annotations.value(first, self._scopes.scope(node))
            return value(node.args[1]) if promised is None else promised
        if dotted in _SAME or dotted == "functools.lru_cache":
            return value(first)
        if dotted in _ENTERS:
            return (Wrapped("enter", value(first)),)
        if dotted == "asyncio.to_thread":
            return (Wrapped("await", self._engine.called(value(first), None)),)
        if dotted == "asyncio.run":
            return unwrapped(value(first), "await")
        if dotted in _ELEMENT:
            return self._elements(first)
        if dotted in _SEQUENCES:
            return (Items("sequence", anything=self._elements(first)),)
        if dotted == "collections.defaultdict":
            return (Items("mapping", anything=self._made(value(first))),)
        if dotted == "functools.partial":
            return self._partial(value(first))
        if dotted == "typing.NewType" and len(node.args) == 2:
            # What it gives is called with an object, and gives that back.
            return (Symbol("copy.copy"),)
        if dotted == "operator.attrgetter" and isinstance(first, ast.Constant) and len(node.args) == 1:
            attr = str(first.value)
            return (Symbol(_ATTRGETTER + attr),) if attr.isidentifier() else UNKNOWN
        if dotted in ("importlib.import_module", "builtins.__import__"):
            return self._module(first, node)
        return None

    def mapped(self, node: ast.Call) -> Value:
        """Return what `map(f, …)` gives."""
        if not node.args:
            return UNKNOWN
        return (Items("sequence", anything=self._made(self._engine.value(node.args[0]))),)

    def method(self, owner: Value, method: str, node: ast.Call) -> Value | None:
        """Return what a method of an exit stack or an event loop gives; None where the object is something else."""
        if not node.args or not owner:
            return None
        if method in ("run_until_complete", "create_task"):
            if not all(isinstance(atom, Unknown) for atom in owner):
                return None
            coroutine = self._engine.value(node.args[0])
            found = unwrapped(coroutine, "await") if method == "run_until_complete" else coroutine
            # An event loop is not told from other objects, but nothing else has these methods.
            return self._engine.passed(found, f"`{method}` is taken to be an event loop's", node, None, likely=True)
        if not all(isinstance(atom, Other) and atom.what in STACKS for atom in owner):
            return None
        if method == "enter_context":
            return self._engine.enters(self._engine.value(node.args[0]), False, node)
        if method == "enter_async_context":
            return (Wrapped("await", self._engine.enters(self._engine.value(node.args[0]), True, node)),)
        return None

    def _gathered(self, node: ast.Call) -> Value:
        fields: list[tuple[object, Value]] = []
        anything: list[Value] = []
        for index, argument in enumerate(node.args):
            if isinstance(argument, ast.Starred):
                anything.append(unwrapped(self._elements(argument.value), "await"))
            else:
                fields.append((None if anything else index, unwrapped(self._engine.value(argument), "await")))
        if node.keywords:
            # With `return_exceptions` an exception may stand for a result.
            anything.append((Other("an exception"),))
        return (Wrapped("await", (Items("sequence", tuple(fields), merged(anything)),)),)

    def _elements(self, node: ast.expr) -> Value:
        return self._engine.containers.element(self._engine.value(node))

    def _made(self, value: Value) -> Value:
        """Return what functions in view give when something else calls them; a class of the SDK is not followed."""
        parts = [self._engine.called((atom,), None) if isinstance(atom, Function) else UNKNOWN for atom in value]
        return merged(parts) or UNKNOWN

    def _partial(self, value: Value) -> Value | None:
        functions: list[Value] = [self._engine.called((a,), None) for a in value if isinstance(a, Function)]
        return (Wrapped("call", merged(functions)),) if functions and len(functions) == len(value) else (Unknown(),)

    def _is_function(self, node: ast.expr) -> bool:
        return any(isinstance(atom, Function) for atom in self._engine.value(node))

    def _module(self, first: ast.expr, node: ast.Call) -> Value | None:
        if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
            return UNKNOWN
        dotted = first.value.lstrip(".")
        level = len(first.value) - len(dotted)
        find: Callable[[str, int, str], str | None] = self._engine.program.modules.find
        path = self._scopes.path_of(node)
        if level:
            package = node.args[1] if len(node.args) > 1 else next((k.value for k in node.keywords), None)
            if not (isinstance(package, ast.Name) and package.id == "__package__"):
                return UNKNOWN
        elif isinstance(node.func, ast.Name) and node.func.id == "__import__" and ("." in dotted or len(node.args) > 1):
            return UNKNOWN
        found = find(path, level, dotted)
        if found is not None:
            return (OwnModule(found),)
        return UNKNOWN if level else (Symbol(dotted),)
