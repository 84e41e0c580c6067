"""Decorators of the project that call what they decorate with further arguments: `return f(get_chat(), *args, **kwargs)`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from streammigrate.codemod.resolve.text import last_name, short
from streammigrate.codemod.resolve.values import UNKNOWN, Function, Value, merged
from streammigrate.codemod.scopes import FunctionNode

if TYPE_CHECKING:
    from streammigrate.codemod.resolve.engine import Engine
    from streammigrate.codemod.resolve.functions import Given

KEEPS_RESULT = frozenset({
    "staticmethod", "classmethod", "property", "cached_property", "abstractmethod", "abstractproperty", "overload",
    "override", "final", "lru_cache", "cache", "cache_resource", "wraps", "contextmanager", "asynccontextmanager",
    "fixture", "no_type_check", "getter", "setter", "deleter",
})  # fmt: skip
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class _Passing(NamedTuple):
    """One call of the decorated function, in the wrapper that stands in its place."""

    call: ast.Call
    wrapper: FunctionNode


class Decorators:
    """What decorators of the project make of the arguments of what they decorate."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._scopes = engine.scopes
        self._decorated: dict[str, list[FunctionNode]] = {}
        self._seen = 0

    def parameter(self, arg: ast.arg, function: FunctionNode, calls: list[Given] | None) -> Value | None:
        """Return what a parameter gets through the decorators, of what the calls give (None: not all of them are in view).

        None where none of the project's decorators calls the function anew.
        """
        layers = [passing for each in function.decorator_list if (passing := self._passing(each)) is not None]
        if not layers:
            return None
        if len(layers) > 1:
            return UNKNOWN
        return merged(self._through(passing, arg, function, calls) for passing in layers[0])

    def result(self, function: FunctionNode, value: Value) -> Value | None:
        """Return what a call gives through the decorators, of the value that the function itself gives.

        None where none of the project's decorators calls the function anew.
        """
        layers = [passing for each in function.decorator_list if (passing := self._passing(each)) is not None]
        if not layers:
            return None
        for decorator in function.decorator_list:
            if self._passing(decorator) is None and last_name(decorator) not in KEEPS_RESULT:
                return merged([value, UNKNOWN])
        kept = all(self._gives_on(passing, function) for layer in layers for passing in layer)
        return value if kept else UNKNOWN

    def _gives_on(self, passing: _Passing, function: FunctionNode) -> bool:
        """Return whether a wrapper gives back just what the decorated function gives."""
        call, wrapper = passing
        awaited = isinstance(self._scopes.parent(call), ast.Await)
        is_async = isinstance(function, ast.AsyncFunctionDef)
        if isinstance(wrapper, ast.AsyncFunctionDef) != is_async or (is_async and awaited != is_async):
            return False
        scope = self._scopes.opened_by(wrapper)
        returns = [
            node
            for node in ast.walk(wrapper)
            if isinstance(node, ast.Return) and node.value is not None and self._scopes.scope(node) is scope
        ]
        return bool(returns) and all(self._is_result(node.value, call) for node in returns)

    def _is_result(self, node: ast.expr | None, call: ast.Call) -> bool:
        if isinstance(node, ast.Await):
            node = node.value
        if isinstance(node, ast.Name):
            bindings = self._scopes.lookup(node)[1]
            return len(bindings) == 1 and self._is_result(bindings[0].value, call)
        return node is call

    def receives(self, call: ast.Call, argument: ast.expr | ast.keyword) -> tuple[ast.arg, ...] | None:
        """Return the parameters of decorated functions that an argument of `f(…)` in a decorator becomes; else None."""
        function = self._decorator_of(call)
        if function is None or not (isinstance(argument, ast.keyword) or argument in call.args):
            return None
        found: list[ast.arg] = []
        for decorated in self._decorated_by(function):
            positional = [*decorated.args.posonlyargs, *decorated.args.args]
            if isinstance(argument, ast.keyword):
                arg = next((a for a in (*positional, *decorated.args.kwonlyargs) if a.arg == argument.arg), None)
            else:
                index = call.args.index(argument)
                plain = not any(isinstance(before, ast.Starred) for before in call.args[:index])
                arg = positional[index] if plain and index < len(positional) else None
            if arg is None:
                return None
            found.append(arg)
        return tuple(found) or None

    def _passing(self, decorator: ast.expr) -> list[_Passing] | None:
        """Return the calls that a decorator of the project makes of what it decorates; None where there are none."""
        value = self._engine.value(decorator)
        functions = [atom.node for atom in value if isinstance(atom, Function) and isinstance(atom.node, _FUNCTIONS)]
        if len(functions) != 1 or len(value) != 1:
            return None
        return self._calls_of_first(functions[0]) or None

    def _calls_of_first(self, function: FunctionNode) -> list[_Passing]:
        positional = [*function.args.posonlyargs, *function.args.args]
        scope = self._scopes.opened_by(function)
        found: list[_Passing] = []
        for name in self._scopes.loads(scope, positional[0].arg) if positional and scope is not None else ():
            call = self._scopes.parent(name)
            wrapper = next((a for a in self._scopes.ancestors(name) if isinstance(a, _FUNCTIONS)), None)
            if isinstance(call, ast.Call) and call.func is name and wrapper is not None and wrapper is not function:
                found.append(_Passing(call, wrapper))
        return found

    def _through(self, passing: _Passing, arg: ast.arg, function: FunctionNode, calls: list[Given] | None) -> Value:
        call, wrapper = passing
        positional = [*function.args.posonlyargs, *function.args.args]
        index = positional.index(arg) if arg in positional else None
        starred = next((i for i, a in enumerate(call.args) if isinstance(a, ast.Starred)), None)
        named = next((k.value for k in call.keywords if k.arg == arg.arg), None)
        if named is not None:
            return self._handed(named, wrapper, calls, call)
        if index is not None and index < len(call.args) and (starred is None or index < starred):
            return self._handed(call.args[index], wrapper, calls, call)
        own = len(wrapper.args.posonlyargs) + len(wrapper.args.args)
        place = own + index - starred if index is not None and starred is not None else None
        if place is not None and not self._is_rest(call.args[starred or 0], wrapper.args.vararg, call, starred):
            return UNKNOWN
        return self._from_outside(place, arg.arg, calls)

    def _is_rest(self, node: ast.expr, rest: ast.arg | None, call: ast.Call, starred: int | None) -> bool:
        is_last = starred == len(call.args) - 1
        inner = node.value if isinstance(node, ast.Starred) else node
        return rest is not None and is_last and isinstance(inner, ast.Name) and inner.id == rest.arg

    def _handed(self, node: ast.expr, wrapper: FunctionNode, calls: list[Given] | None, call: ast.Call) -> Value:
        """Return the value of an argument: the wrapper's own, or what the wrapper was called with."""
        parameters = [*wrapper.args.posonlyargs, *wrapper.args.args]
        if isinstance(node, ast.Name) and any(parameter.arg == node.id for parameter in parameters):
            place = next(i for i, parameter in enumerate(parameters) if parameter.arg == node.id)
            return self._from_outside(place, node.id, calls)
        value = self._engine.value(node)
        return self._engine.passed(value, f"`{short(call.func)}` is called with `{short(node)}`", call, None)

    def _from_outside(self, place: int | None, name: str, calls: list[Given] | None) -> Value:
        if calls is None:
            return UNKNOWN
        parts: list[Value] = []
        for given in calls:
            index = None if place is None else place - (1 if given.bound else 0)
            found = next((k.value for k in given.keywords if k.arg == name), None)
            vague = any(isinstance(a, ast.Starred) for a in given.args) or any(k.arg is None for k in given.keywords)
            if found is None and index is not None and 0 <= index < len(given.args):
                found = given.args[index]
            if vague or found is None:
                parts.append(UNKNOWN)
            else:
                value = self._engine.value(found)
                parts.append(self._engine.passed(value, f"called with `{short(found)}`", given.node, None))
        return merged(parts) or UNKNOWN

    def _decorator_of(self, call: ast.Call) -> FunctionNode | None:
        """Return the function whose first parameter is called, where it is the outer one of a wrapper."""
        if not isinstance(call.func, ast.Name):
            return None
        owner, bindings = self._scopes.lookup(call.func)
        function = owner.node
        if len(bindings) != 1 or bindings[0].kind != "param" or not isinstance(function, _FUNCTIONS):
            return None
        return function if any(passing.call is call for passing in self._calls_of_first(function)) else None

    def _decorated_by(self, function: FunctionNode) -> Iterator[FunctionNode]:
        files = [*self._scopes.files.values()]
        for file in files[self._seen :]:
            self._seen += 1
            for node in file.nodes:
                if isinstance(node, _FUNCTIONS):
                    for decorator in node.decorator_list:
                        self._decorated.setdefault(last_name(decorator), []).append(node)
        names = {*self._engine.places.aliases(function.name), *self._outer_names(function)}
        for name in sorted(names):
            for node in self._decorated.get(name, ()):
                for decorator in node.decorator_list:
                    if any(isinstance(a, Function) and a.node is function for a in self._engine.value(decorator)):
                        yield node

    def _outer_names(self, function: FunctionNode) -> tuple[str, ...]:
        """Return the name of the function that makes the decorator: `with_chat(timeout=3)`."""
        around = next((a for a in self._scopes.ancestors(function) if isinstance(a, _FUNCTIONS)), None)
        return () if around is None else tuple(self._engine.places.aliases(around.name))
