"""Functions of the project: what they return, and what their parameters are given."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from streammigrate.codemod.resolve.adapters.celery import binding_task
from streammigrate.codemod.resolve.adapters.decorators import KEEPS_RESULT
from streammigrate.codemod.resolve.model import holder_in
from streammigrate.codemod.resolve.text import is_test_file, last_name, short
from streammigrate.codemod.resolve.values import (
    NONE,
    UNKNOWN,
    Function,
    Nothing,
    OwnClass,
    OwnInstance,
    Sdk,
    Unknown,
    Value,
    Wrapped,
    merged,
    unwrapped,
)
from streammigrate.codemod.scopes import FunctionNode, Scope

if TYPE_CHECKING:
    from streammigrate.codemod.resolve.engine import Engine

_CONTEXTS = {"contextmanager", "asynccontextmanager"}
# Calls that pass on to a function what follows it, by the place of the function among the arguments.
_FORWARDS = {
    "to_thread": 0, "partial": 0, "submit": 0, "run_in_executor": 1, "call_soon": 0, "call_soon_threadsafe": 0,
    "call_later": 1, "add_task": 0, "run_sync": 0, "run_in_threadpool": 0,
}  # fmt: skip


class Given(NamedTuple):
    """The arguments of one call, or of one hand-over, of a function of the project."""

    node: ast.Call
    args: list[ast.expr]
    keywords: list[ast.keyword]
    bound: bool
    """Whether the first parameter is `self` or `cls`, which the call does not spell."""


class Functions:
    """Results and parameters."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._scopes = engine.scopes

    # Results

    def result(self, node: FunctionNode | ast.Lambda) -> Value:
        """Return what a call gives: the value, or what is to be awaited, iterated or entered for it."""
        return self._engine.solve(("result", node), lambda: self._result(node))

    def _result(self, node: FunctionNode | ast.Lambda) -> Value:
        if isinstance(node, ast.Lambda):
            return self._engine.value(node.body)
        scope = self._scopes.opened_by(node)
        assert scope is not None
        names = [last_name(decorator) for decorator in node.decorator_list]
        unknown = next((name for name in names if name not in KEEPS_RESULT), None)
        returns, yields = self._ends(node, scope)
        value = merged(returns)
        if yields:
            value = merged(yields)
        elif not self._is_stub(node) and self._engine.names.falls_through(scope):
            value = merged([value, NONE])
        promised = self._engine.annotations.value(node.returns, self._scopes.scope(node))
        is_async = isinstance(node, ast.AsyncFunctionDef)
        if promised is not None and yields:
            promised = unwrapped(promised, "iterate") if _wraps(promised, "iterate") else None
        if promised is not None:
            value = self._engine.promised(promised, value)
        elif self._is_stub(node):
            value = UNKNOWN
        holder = holder_in("return", scope, node.name)
        text = f"`{node.name}()` {'yields' if yields else 'returns'}"
        value = self._engine.passed(value, text, node, holder)
        replaced = self._engine.adapters.decorators.result(node, value)
        if replaced is not None:
            value = replaced
        elif unknown is not None:
            value = self._engine.passed(
                value, f"`@{unknown}` is taken to keep what `{node.name}` returns", node, None, likely=True
            )
        if yields:
            return (Wrapped("enter" if any(name in _CONTEXTS for name in names) else "iterate", value),)
        return (Wrapped("await", value),) if is_async else value

    def _ends(self, node: FunctionNode, scope: Scope) -> tuple[list[Value], list[Value]]:
        returns: list[Value] = []
        yields: list[Value] = []
        for part in _own_nodes(node):
            if isinstance(part, ast.Return):
                returns.append(NONE if part.value is None else self._engine.value(part.value))
            elif isinstance(part, ast.Yield):
                yields.append(NONE if part.value is None else self._engine.value(part.value))
            elif isinstance(part, ast.YieldFrom):
                yields.append(self._engine.containers.element(self._engine.value(part.value)))
        return returns, yields

    def _is_stub(self, node: FunctionNode) -> bool:
        body = [s for s in node.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
        return all(isinstance(s, (ast.Pass, ast.Raise)) for s in body)

    # Parameters

    def parameter(self, arg: ast.arg) -> Value:
        """Return what a parameter may be given."""
        arguments = self._scopes.parent(arg)
        assert isinstance(arguments, ast.arguments)
        function = self._scopes.parent(arguments)
        assert isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        if arg in (arguments.vararg, arguments.kwarg):
            return UNKNOWN
        positional = [*arguments.posonlyargs, *arguments.args]
        if isinstance(function, ast.Lambda):
            return UNKNOWN
        cls = self._engine.classes.owner(function)
        names = [last_name(decorator) for decorator in function.decorator_list]
        if cls is not None and positional and arg is positional[0] and "staticmethod" not in names:
            is_class = "classmethod" in names or function.name in ("__new__", "__init_subclass__", "__class_getitem__")
            return (OwnClass(cls),) if is_class else (OwnInstance(cls, exact=False),)
        default = _default(arguments, arg)
        value = self._engine.adapters.parameter(arg, default, function)
        promised = self._engine.annotations.value(arg.annotation, self._scopes.scope(function))
        if value is None:
            value = promised if promised is not None else self._by_calls(arg, default, function)
        elif promised is not None and any(isinstance(atom, Unknown) for atom in value):
            # What a framework hands over is not known; what it has to be is.
            value = self._engine.promised(promised, value)
        scope = self._scopes.opened_by(function)
        assert scope is not None
        text = f"`{arg.arg}` ← parameter of `{function.name}`"
        return self._engine.passed(value, text, arg, holder_in("parameter", scope, arg.arg))

    def given(self, arg: ast.arg, function: FunctionNode) -> Value:
        """Return what the calls in view give a parameter themselves, whatever fills it otherwise."""
        calls, _ = self._uses(function)
        # What tests hand over as a stand-in says nothing about the program itself.
        calls = [call for call in calls if not is_test_file(self._scopes.path_of(call.node))]
        return merged(self._argument(call, arg, function, None) for call in calls)

    def is_meant(self, reference: ast.expr, function: FunctionNode) -> bool:
        """Return whether an expression refers to a function."""
        return any(isinstance(atom, Function) and atom.node is function for atom in self._engine.value(reference))

    def _by_calls(self, arg: ast.arg, default: ast.expr | None, function: FunctionNode) -> Value:
        calls, escapes = self._uses(function)
        through = self._engine.adapters.decorators.parameter(arg, function, None if escapes else calls)
        if through is not None:
            return through
        if escapes or not calls:
            # The default tells what is meant, but somebody else calls.
            told = () if default is None else self._engine.value(default)
            soft = any(isinstance(atom, (Sdk, Nothing)) for atom in told)
            given = merged(self._argument(call, arg, function, default) for call in calls)
            return merged([given or told, (Unknown(soft=soft, why="parameter"),)])
        value = merged(self._argument(call, arg, function, default) for call in calls)
        if any(last_name(decorator) not in KEEPS_RESULT for decorator in function.decorator_list):
            value = merged([value, (Unknown(soft=True, why="decorated"),)])
        return value

    def _argument(self, call: Given, arg: ast.arg, function: FunctionNode, default: ast.expr | None) -> Value:
        arguments = function.args
        positional = [*arguments.posonlyargs, *arguments.args]
        found: ast.expr | None = None
        if arg in positional:
            index = positional.index(arg) - (1 if call.bound else 0)
            starred = next((i for i, a in enumerate(call.args) if isinstance(a, ast.Starred)), None)
            if starred is not None and index >= starred:
                return UNKNOWN
            if 0 <= index < len(call.args):
                found = call.args[index]
        if found is None:
            found = next((k.value for k in call.keywords if k.arg == arg.arg), None)
        if found is None:
            if any(k.arg is None for k in call.keywords):
                return UNKNOWN
            return () if default is None else self._engine.value(default)
        value = self._engine.value(found)
        return self._engine.passed(value, f"called with `{short(found)}`", call.node, None)

    def receives(self, call: ast.Call, argument: ast.expr | ast.keyword) -> tuple[ast.arg, ...] | None:
        """Return the parameters of the file's functions that an argument of a call becomes.

        None where the call goes, or may go, to code that is not in view, or where no single parameter takes it.
        """
        decorated = self._engine.adapters.decorators.receives(call, argument)
        if decorated is not None:
            return decorated
        found = self._received(call, argument)
        known = tuple(arg for arg in found if arg is not None)
        return known if known and len(known) == len(found) else None

    def may_receive(self, call: ast.Call, argument: ast.expr | ast.keyword) -> tuple[ast.arg, ...]:
        """Return the parameters in view that an argument of a call may become, whatever else it may become."""
        return tuple(arg for arg in self._received(call, argument) if arg is not None)

    def _received(self, call: ast.Call, argument: ast.expr | ast.keyword) -> tuple[ast.arg | None, ...]:
        """Return the parameters that an argument becomes, with None for what is not in view."""
        value = self._engine.value(call.func)
        handed = [call.args[place] for place in self._handing(call) if place < len(call.args)]
        if handed and argument is not handed[0] and not any(isinstance(a, (Function, OwnClass)) for a in value):
            value = self._engine.value(handed[0])
            args = call.args[call.args.index(handed[0]) + 1 :]
            func = handed[0]
        else:
            args, func = call.args, call.func
        found: list[ast.arg | None] = []
        for atom in value:
            if isinstance(atom, Nothing):
                # To call None is an error; it stands for an import that failed.
                continue
            function, bound = self._target(atom, func)
            found.append(None if function is None else _parameter(function, bound, args, argument))
        return tuple(found)

    def _handing(self, call: ast.Call) -> list[int]:
        name = last_name(call.func)
        return [_FORWARDS[name]] if name in _FORWARDS else []

    def _target(self, atom: object, func: ast.expr) -> tuple[FunctionNode | None, bool]:
        """Return the function that calling an alternative runs, and whether its first parameter is not spelled."""
        if isinstance(atom, Function) and not isinstance(atom.node, ast.Lambda):
            return atom.node, self._is_bound(func, atom.node, self._engine.classes.owner(atom.node))
        if isinstance(atom, OwnClass):
            for cls in self._engine.classes.family(atom.node).line:
                for statement in cls.body:
                    if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
                        return statement, True
        return None, False

    def _uses(self, function: FunctionNode) -> tuple[list[Given], bool]:
        """Return the calls of a function, and whether it is also handed to somebody else."""
        key = ("uses", function)
        found = self._engine.cache.get(key)
        if found is None:
            found = self._engine.cache[key] = self._find_uses(function)
        assert isinstance(found, tuple)
        return found

    def _find_uses(self, function: FunctionNode) -> tuple[list[Given], bool]:
        cls = self._engine.classes.owner(function)
        calls: list[Given] = []
        for call in self._candidates(function, cls):
            for atom in self._engine.value(call.func):
                if isinstance(atom, Function) and atom.node is function:
                    calls.append(Given(call, call.args, call.keywords, self._is_bound(call.func, function, cls)))
                elif isinstance(atom, OwnClass) and self._initialises(atom.node, function):
                    calls.append(Given(call, call.args, call.keywords, bound=True))
        escapes = cls is not None and function.name == "__init__" and self._engine.classes.handed_out(cls)
        for reference in self._references(function, cls):
            handed = self._forwarded(reference, function, cls)
            if handed is None:
                escapes = True
            else:
                calls.append(handed)
        return calls, escapes

    def _candidates(self, function: FunctionNode, cls: ast.ClassDef | None) -> Iterator[ast.Call]:
        places = self._engine.places
        for name in places.aliases(function.name):
            yield from places.calls(name)
        if cls is not None and function.name == "__init__":
            names = {"cls", "type", "__class__"}
            for each in (cls, *self._engine.classes.below(cls)):
                names.update(places.aliases(each.name))
            for name in sorted(names):
                yield from places.calls(name)

    def _initialises(self, cls: ast.ClassDef, function: FunctionNode) -> bool:
        """Return whether making an object of a class runs this `__init__`."""
        for each in self._engine.classes.family(cls).line:
            init = [s for s in each.body if isinstance(s, ast.FunctionDef) and s.name == "__init__"]
            if init:
                return function in init
        return False

    def _is_bound(self, func: ast.expr, function: FunctionNode, cls: ast.ClassDef | None) -> bool:
        if binding_task(function) is not None:
            return True
        if cls is None or any(last_name(d) == "staticmethod" for d in function.decorator_list):
            return False
        if any(last_name(d) == "classmethod" for d in function.decorator_list):
            return True
        if isinstance(func, ast.Attribute):
            # `Service.send(service, …)` spells the first argument.
            return not all(isinstance(atom, OwnClass) for atom in self._engine.value(func.value))
        return False

    def _references(self, function: FunctionNode, cls: ast.ClassDef | None) -> Iterator[ast.expr]:
        places = self._engine.places
        found: list[ast.expr] = []
        scope = self._scopes.scope(function)
        if cls is None and scope.kind == "module":
            for name in places.aliases(function.name):
                found += places.names(name)
        elif cls is None:
            found += self._scopes.loads(scope, function.name)
        if cls is not None or scope.kind == "module":
            found += places.attributes(function.name)
        for reference in found:
            parent = self._scopes.parent(reference)
            called = isinstance(parent, ast.Call) and parent.func is reference
            if called:
                continue
            if any(isinstance(a, Function) and a.node is function for a in self._engine.value(reference)):
                yield reference

    def _forwarded(self, reference: ast.expr, function: FunctionNode, cls: ast.ClassDef | None) -> Given | None:
        """Return what `to_thread(f, a)`, `partial(f, a)`, `Thread(target=f, args=(a,))` give to the function."""
        parent = self._scopes.parent(reference)
        bound = self._is_bound(reference, function, cls)
        if isinstance(parent, ast.keyword):
            call = self._scopes.parent(parent)
            if (
                not isinstance(call, ast.Call)
                or last_name(call) not in ("Thread", "Process", "Timer")
                or parent.arg != "target"
            ):
                return None
            args = next((k.value for k in call.keywords if k.arg == "args"), None)
            kwargs = next((k.value for k in call.keywords if k.arg == "kwargs"), None)
            if kwargs is not None or not (args is None or isinstance(args, (ast.Tuple, ast.List))):
                return None
            return Given(call, [] if args is None else list(args.elts), [], bound)
        if isinstance(parent, ast.Call) and last_name(parent) in _FORWARDS:
            place = _FORWARDS[last_name(parent)]
            if place < len(parent.args) and parent.args[place] is reference:
                return Given(parent, parent.args[place + 1 :], parent.keywords, bound)
        return None


def _parameter(
    function: FunctionNode, bound: bool, args: Sequence[ast.expr], argument: ast.expr | ast.keyword
) -> ast.arg | None:
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    if isinstance(argument, ast.keyword):
        named = [*arguments.args, *arguments.kwonlyargs]
        return next((arg for arg in named if arg.arg == argument.arg), None)
    if isinstance(argument, ast.Starred) or any(isinstance(a, ast.Starred) for a in args) or argument not in args:
        return None
    index = args.index(argument) + (1 if bound else 0)
    return positional[index] if index < len(positional) else None


def _own_nodes(function: FunctionNode) -> Iterator[ast.AST]:
    """Yield the nodes of a function's body, without those of functions and classes in it, in order."""
    stack: list[ast.AST] = list(reversed(function.body))
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            stack.extend(reversed(list(ast.iter_child_nodes(node))))


def _default(arguments: ast.arguments, arg: ast.arg) -> ast.expr | None:
    positional = [*arguments.posonlyargs, *arguments.args]
    if arg in positional:
        index = positional.index(arg) - (len(positional) - len(arguments.defaults))
        return arguments.defaults[index] if index >= 0 else None
    return arguments.kw_defaults[arguments.kwonlyargs.index(arg)]


def _wraps(value: Value, by: str) -> bool:
    return any(isinstance(atom, Wrapped) and atom.by == by for atom in value)
