"""Where the response of a call goes that is made later: through coroutines, tasks and futures to where they are awaited."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

from streammigrate.codemod import kinds
from streammigrate.codemod.forms.forwards import LOOPS, Forwarders
from streammigrate.codemod.forms.relays import Gives
from streammigrate.codemod.lower import Held
from streammigrate.codemod.scopes import Scopes


class Together(NamedTuple):
    """An expression that gives a list of responses that go on together."""

    value: ast.expr


Found: TypeAlias = Iterator[ast.expr | Together | str]
"""Expressions that hold the response, alone or with others, and doubts about the way to them."""

_TASKS = frozenset({"asyncio.create_task", "asyncio.ensure_future", "asyncio.tasks.create_task"})
_WAITS = frozenset({"asyncio.wait_for", "asyncio.shield"})
"""Functions that give a coroutine or future of what their first argument brings."""
_TASK_MAKERS = LOOPS | {"asyncio.TaskGroup", "asyncio.taskgroups.TaskGroup"}
_WAITS_FOR_ALL = frozenset({"asyncio.wait", "concurrent.futures.wait"})
_ONE_BY_ONE = frozenset({"asyncio.as_completed", "concurrent.futures.as_completed"})
_QUIET = frozenset({"cancel", "cancelled", "done", "running"})


class Outcome(NamedTuple):
    """Where the response of a call is."""

    values: tuple[ast.expr, ...]
    """The expressions that hold it, none where nobody looks at it; a stored name for what is unpacked into it."""
    doubts: tuple[str, ...] = ()
    """Why a call on the way may be another than it seems."""
    together: tuple[ast.expr, ...] = ()
    """The expressions that give a list with it in it."""


class Outcomes:
    """Follows what the forwarding calls of one file give."""

    def __init__(self, scopes: Scopes, forwarders: Forwarders) -> None:
        self.scopes = scopes
        self.forwarders = forwarders

    def of(self, node: ast.expr, gives: Gives | None, coroutine: bool = False) -> Outcome:
        """Return where the response is.

        `coroutine` says that a function given is a coroutine function. Raises Held where a way of the response is not in
        view, or the call would never be made.
        """
        found = dict.fromkeys(self._of(node, gives, coroutine))
        values = tuple(one for one in found if isinstance(one, ast.expr))
        together = tuple(one.value for one in found if isinstance(one, Together))
        return Outcome(values, tuple(one for one in found if isinstance(one, str)), together)

    def is_prompt(self, node: ast.expr, gives: Gives | None, coroutine: bool = False) -> bool:
        """Return whether the call is over before the statement that hands its arguments over is."""
        parent = self.scopes.parent(node)
        if gives == "value":
            return True
        if gives == "function":
            if isinstance(parent, ast.Call) and parent.func is node:
                return not coroutine or isinstance(self.scopes.parent(parent), ast.Await)
            outer = self.forwarders.forward(node)
            return outer is not None and self.is_prompt(outer.call, outer.gives)
        return gives in ("coroutine", "future") and isinstance(parent, ast.Await)

    def _of(self, node: ast.expr, gives: Gives | None, coroutine: bool) -> Found:
        if gives == "value":
            yield from self._value(node)
        elif gives == "function":
            yield from self._function(node, coroutine)
        elif gives in ("coroutine", "future"):
            yield from self._future(node, gives == "coroutine")
        elif gives is None:
            raise Held(kinds.AWAIT, "a coroutine function is called where nothing awaits it, or the other way round")

    def _value(self, node: ast.expr) -> Found:
        parent = self.scopes.parent(node)
        if isinstance(parent, ast.Lambda) and _is_call_of(parent, node):
            try:
                found = list(self._function(parent, False))
            except Held:
                # What sends nothing may be in any lambda.
                pass
            else:
                # Where the lambda may go elsewhere, too, the response is given its shape in the lambda.
                if not (self.forwarders.names.helps and any(isinstance(one, str) for one in found)):
                    yield from found
                    return
        yield node

    def _function(self, node: ast.expr, coroutine: bool) -> Found:
        parent = self.scopes.parent(node)
        name = self.forwarders.only_name(node)
        if isinstance(parent, ast.Call) and parent.func is node:
            if parent.args or parent.keywords:
                raise Held(
                    kinds.REFERENCE, "the function that calls the method takes more arguments; give it all at once"
                )
            yield from self._of(parent, "coroutine" if coroutine else "value", coroutine)
        elif (outer := self.forwarders.forward(node)) is not None:
            if outer.args or outer.keywords:
                raise Held(
                    kinds.REFERENCE, "the function that calls the method takes more arguments; give it all at once"
                )
            yield from outer.doubts
            yield from self._of(outer.call, outer.gives_async if coroutine else outer.gives, coroutine)
        elif name is not None:
            yield from self._shared(name)
            for load in self.forwarders.loads(name):
                yield from self._function(load, coroutine)
        else:
            raise Held(kinds.REFERENCE, "the function that calls the method goes where it is not followed")

    def _shared(self, name: ast.Name) -> Found:
        """Yield a doubt about a name that other files can import."""
        if self.forwarders.is_global(name):
            yield f"`{name.id}` is a name of the module: another file may use it as well"

    def _future(self, node: ast.expr, coroutine: bool) -> Found:
        parent = self.scopes.parent(node)
        if isinstance(parent, ast.Await):
            yield parent
        elif isinstance(parent, ast.Expr):
            if coroutine:
                raise Held(kinds.AWAIT, "the coroutine is not awaited here, so the call is never made")
        elif isinstance(parent, ast.Call):
            yield from self._argument(parent, node)
        elif isinstance(parent, ast.Attribute):
            yield from self._method(parent)
        elif isinstance(parent, ast.Lambda) and coroutine and _is_call_of(parent, node):
            yield from self._function(parent, True)
        elif _holds(parent, node):
            assert isinstance(parent, ast.expr)
            yield from self._many(parent, coroutine)
        elif isinstance(parent, ast.Subscript) and parent.slice is node and not coroutine:
            # What is kept under a future is no response.
            return
        elif (name := self.forwarders.only_name(node)) is not None:
            yield from self._shared(name)
            loads = self.forwarders.loads(name)
            if coroutine and not loads:
                raise Held(kinds.AWAIT, "the coroutine is not awaited, so the call is never made")
            for load in loads:
                yield from self._future(load, coroutine)
        else:
            raise _escapes(coroutine)

    def _argument(self, call: ast.Call, node: ast.expr) -> Found:
        symbol = self.forwarders.symbol(call.func) or ""
        first = bool(call.args) and call.args[0] is node
        method = call.func if isinstance(call.func, ast.Attribute) else None
        if symbol == "asyncio.gather":
            yield from self._gathered(call, node)
        elif first and symbol in _TASKS:
            yield from self._future(call, False)
        elif first and symbol in _WAITS:
            yield from self._future(call, symbol != "asyncio.shield")
        elif first and method is not None and method.attr == "create_task" and self._makes_tasks(method):
            yield from self._future(call, False)
        elif first and method is not None and method.attr in ("append", "add"):
            yield from self._collected(method.value)
        else:
            raise _escapes(True)

    def _makes_tasks(self, method: ast.Attribute) -> bool:
        return self.forwarders.origin(method.value) in _TASK_MAKERS

    def _method(self, attribute: ast.Attribute) -> Found:
        call = self.scopes.parent(attribute)
        if not isinstance(call, ast.Call) or call.func is not attribute:
            raise _escapes(False)
        if attribute.attr == "result":
            yield call
        elif attribute.attr not in _QUIET:
            raise _escapes(False)

    def _gathered(self, call: ast.Call, node: ast.expr) -> Found:
        """Yield where one of the results of `asyncio.gather` is."""
        if node not in call.args:
            raise _escapes(True)
        for value in self._future(call, False):
            if not isinstance(value, ast.expr):
                yield value
                continue
            parent = self.scopes.parent(value)
            if isinstance(parent, ast.Expr):
                continue
            targets = parent.targets if isinstance(parent, ast.Assign) else []
            target = targets[0] if len(targets) == 1 else None
            fixed = not call.keywords and not any(isinstance(one, ast.Starred) for one in call.args)
            if fixed and isinstance(target, (ast.Tuple, ast.List)) and len(target.elts) == len(call.args):
                goal = target.elts[call.args.index(node)]
                # One that is no name makes all of them go on together.
                if isinstance(goal, ast.Name) and all(isinstance(one, ast.Name) for one in target.elts):
                    yield goal
                    continue
            if isinstance(target, ast.Name) and self._is_unused(target):
                continue
            yield Together(value)

    def _is_unused(self, target: ast.Name) -> bool:
        return (
            self.forwarders.is_bound_once(target)
            and not self.forwarders.is_global(target)
            and not self.forwarders.loads(target)
        )

    def _collected(self, held: ast.expr) -> Found:
        """Yield where the results are of what is put into a list or set in a variable."""
        binding = self.scopes.lookup(held)[1] if isinstance(held, ast.Name) else ()
        target = binding[0].node if len(binding) == 1 else None
        if not isinstance(target, ast.Name) or not self.forwarders.is_bound_once(target):
            raise _escapes(True)
        yield from self._shared(target)
        for load in self.forwarders.loads(target):
            attribute = self.scopes.parent(load)
            if isinstance(attribute, ast.Attribute) and attribute.attr in ("append", "add"):
                continue
            yield from self._all_of(load)

    def _many(self, node: ast.expr, coroutine: bool) -> Found:
        """Yield where the results are of what a list, set or comprehension holds."""
        if isinstance(self.scopes.parent(node), ast.Expr):
            if coroutine:
                raise Held(kinds.AWAIT, "the coroutines are not awaited, so the calls are never made")
            return
        yield from self._all_of(node, isinstance(node, ast.DictComp))

    def _all_of(self, node: ast.expr, keyed: bool = False) -> Found:
        """Yield where the results are of what is in a collection; `keyed` says that they are the keys of a mapping."""
        parent = self.scopes.parent(node)
        if (keyed and isinstance(parent, ast.Subscript) and parent.value is node) or _is_tested(parent, node):
            return
        if isinstance(parent, ast.Starred):
            call = self.scopes.parent(parent)
            if not isinstance(call, ast.Call) or self.forwarders.symbol(call.func) != "asyncio.gather":
                raise _escapes(True)
            yield from self._gathered(call, parent)
        elif isinstance(parent, ast.Call) and parent.args and parent.args[0] is node:
            yield from self._waited_for(parent)
        elif isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)) and parent.iter is node:
            yield from self._each(parent.target)
        elif (name := self.forwarders.only_name(node)) is not None:
            yield from self._shared(name)
            for load in self.forwarders.loads(name):
                yield from self._all_of(load, keyed)
        else:
            raise _escapes(True)

    def _waited_for(self, call: ast.Call) -> Found:
        symbol = self.forwarders.symbol(call.func) or ""
        parent = self.scopes.parent(call)
        if symbol in _WAITS_FOR_ALL:
            parent = self.scopes.parent(parent) if isinstance(parent, ast.Await) else parent
            if not isinstance(parent, ast.Expr):
                raise _escapes(False)
        elif symbol in _ONE_BY_ONE and isinstance(parent, (ast.For, ast.comprehension)) and parent.iter is call:
            yield from self._each(parent.target)
        else:
            raise _escapes(True)

    def _each(self, target: ast.expr) -> Found:
        if not isinstance(target, ast.Name) or not self.forwarders.is_bound_once(target):
            raise _escapes(True)
        for load in self.forwarders.loads(target):
            yield from self._future(load, False)


def _is_tested(parent: ast.AST | None, node: ast.expr) -> bool:
    """Return whether a collection is only asked whether it is empty."""
    if isinstance(parent, (ast.If, ast.While, ast.IfExp)):
        return parent.test is node
    return isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not)


def _is_call_of(function: ast.Lambda, node: ast.expr) -> bool:
    """Return whether a lambda takes nothing and gives the value of an expression."""
    return function.body is node and not any(isinstance(one, ast.arg) for one in ast.iter_child_nodes(function.args))


def _holds(parent: ast.AST | None, node: ast.expr) -> bool:
    """Return whether a display or comprehension is a collection of what an expression gives."""
    if isinstance(parent, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
        return parent.elt is node
    return isinstance(parent, (ast.List, ast.Tuple, ast.Set)) or (
        isinstance(parent, ast.DictComp) and parent.key is node
    )


def _escapes(coroutine: bool) -> Held:
    what = "coroutine" if coroutine else "future"
    return Held(kinds.RESPONSE, f"the {what} goes where it is not followed, and the response with it")
