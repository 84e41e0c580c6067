"""Calls that call a method for their caller: `asyncio.to_thread(f, …)`, `pool.submit(f, …)`, `partial(f, …)`, a name for `f`.

What is known of each is from its documentation: where the function stands, whether keyword arguments are passed through, and
what the caller gets.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Container, Iterator
from typing import NamedTuple, TypeAlias

from streammigrate.codemod import kinds
from streammigrate.codemod.code import Arg, Call, Code, Dict, Infix, Raw, Src
from streammigrate.codemod.forms.relays import Gives, Inner, relay
from streammigrate.codemod.lower import Held
from streammigrate.codemod.names import Names
from streammigrate.codemod.scopes import FunctionNode, Scopes
from streammigrate.codemod.values import Node as Value
from streammigrate.codemod.values import sequence

Symbol: TypeAlias = Callable[[ast.expr], str | None]
Function: TypeAlias = Callable[[ast.expr], FunctionNode | None]


class Forward(NamedTuple):
    """A call that calls a method for its caller."""

    call: ast.Call
    function: ast.expr
    """What stands for the method in the call: the reference itself, or a name for it."""
    args: tuple[ast.expr, ...]
    """The arguments of the method, those of the partial first."""
    keywords: tuple[ast.keyword, ...]
    gives: Gives
    gives_async: Gives | None
    """The same for a coroutine function; None where it would not be awaited."""
    write: Callable[[tuple[Arg, ...]], Code]
    """Returns the forwarding call with other arguments for the method."""
    doubts: tuple[str, ...] = ()
    """Why the call may be another than it seems, or the arguments others than those in view."""
    partial: ast.Call | None = None
    """The `functools.partial(…)` that has some of the arguments, or all."""

    @property
    def completes(self) -> bool:
        """Return whether the call has arguments of the method's that no partial has."""
        given = 0 if self.partial is None else len(self.partial.args) - 1 + len(self.partial.keywords)
        return len(self.args) + len(self.keywords) > given

    def holds(self, reference: ast.expr) -> bool:
        """Return whether the method is named in the call, and not before it."""
        return any(part is reference for part in ast.walk(self.call))


class StandIn(ast.Call):
    """The call that a forwarding call makes.

    It is no node of the source; it equals the forwarding call, so that what is known of that one's place is found for it.
    """

    stands_for: ast.Call

    def __eq__(self, other: object) -> bool:
        return getattr(other, "stands_for", other) is self.stands_for

    def __hash__(self) -> int:
        return hash(self.stands_for)


def stand_in(forward: Forward, function: ast.expr) -> StandIn:
    """Return the call of a function that a forwarding call makes."""
    call = StandIn(func=function, args=list(forward.args), keywords=list(forward.keywords))
    call.stands_for = forward.call
    return ast.copy_location(call, forward.call)


class _Known(NamedTuple):
    """A forwarder: the place of the function among its arguments, what it gives, and what it does with keywords."""

    place: int
    gives: Gives
    keywords: bool = True
    """Whether keyword arguments are the function's; else they are the forwarder's own."""
    receivers: frozenset[str] = frozenset()
    gives_async: Gives | None = None


_THREAD_POOLS = frozenset({"concurrent.futures.ThreadPoolExecutor", "concurrent.futures.thread.ThreadPoolExecutor"})
LOOPS = frozenset(
    {
        "asyncio.get_running_loop",
        "asyncio.get_event_loop",
        "asyncio.new_event_loop",
        "asyncio.AbstractEventLoop",
        "asyncio.events.AbstractEventLoop",
    }
)
"""What makes an event loop, or is its class."""
_BACKGROUND_TASKS = frozenset(
    {"fastapi.BackgroundTasks", "fastapi.background.BackgroundTasks", "starlette.background.BackgroundTasks"}
)
_FUNCTIONS = {
    "asyncio.to_thread": _Known(0, "coroutine"),
    "functools.partial": _Known(0, "function", gives_async="function"),
    "starlette.concurrency.run_in_threadpool": _Known(0, "coroutine"),
    "fastapi.concurrency.run_in_threadpool": _Known(0, "coroutine"),
    "anyio.to_thread.run_sync": _Known(0, "coroutine", keywords=False),
    "starlette.background.BackgroundTask": _Known(0, "nothing", gives_async="nothing"),
    "django.db.transaction.on_commit": _Known(0, "nothing", keywords=False),
    "atexit.register": _Known(0, "nothing"),
}
_METHODS = {
    "submit": _Known(0, "future", receivers=_THREAD_POOLS),
    "run_in_executor": _Known(1, "future", keywords=False, receivers=LOOPS),
    "call_soon": _Known(0, "nothing", keywords=False, receivers=LOOPS),
    "call_soon_threadsafe": _Known(0, "nothing", keywords=False, receivers=LOOPS),
    "call_later": _Known(1, "nothing", keywords=False, receivers=LOOPS),
    "call_at": _Known(1, "nothing", keywords=False, receivers=LOOPS),
    "add_task": _Known(0, "nothing", receivers=_BACKGROUND_TASKS, gives_async="nothing"),
}
_THREADS = {"threading.Thread": ("target", ""), "threading.Timer": ("function", "interval")}
"""Classes that take the function's arguments as `args` and `kwargs`: the function's parameter, and the one before it."""
_WRAPPERS: dict[str, tuple[Gives, Gives | None]] = {
    "": ("value", "coroutine"),
    "asgiref.sync.sync_to_async": ("coroutine", None),
}
"""What makes another kind of function of a function, and what calling it gives for a function and for a coroutine function."""
_PARTIALS = frozenset({"functools.partial"})


class Forwarders:
    """Finds the forwarding calls of one file.

    `symbol` gives the qualified name of what an import binds, `function` the function of the project that is meant.
    """

    def __init__(self, scopes: Scopes, symbol: Symbol, function: Function, names: Names) -> None:
        self.scopes = scopes
        self.symbol = symbol
        self.function = function
        self.names = names

    def calls(self, reference: ast.expr) -> tuple[Forward, ...]:
        """Return every call that a reference to a method leads to. Raises Held when one of them is not in view."""
        found = tuple(self._calls(reference, "", (), frozenset(), None))
        if not found:
            raise Held(kinds.REFERENCE, "the method is kept, and nothing in view calls it")
        return found

    def _calls(
        self,
        node: ast.expr,
        wrapped: str,
        doubts: tuple[str, ...],
        seen: frozenset[ast.AST],
        partial: ast.Call | None,
    ) -> Iterator[Forward]:
        parent = self.scopes.parent(node)
        if isinstance(parent, ast.Call) and parent.func is node:
            yield _with_partial(self._called(parent, node, wrapped, doubts), partial)
        elif isinstance(parent, ast.Call) and self._wraps(parent, node, _WRAPPERS):
            if wrapped:
                raise Held(kinds.REFERENCE, "the method is wrapped twice")
            yield from self._calls(parent, self.symbol(parent.func) or "", doubts, seen, partial)
        elif isinstance(parent, ast.Call) and self._wraps(parent, node, _PARTIALS):
            if partial is not None or wrapped:
                raise Held(kinds.REFERENCE, "the method is wrapped twice")
            yield from self._calls(parent, wrapped, doubts, seen, parent)
        elif isinstance(parent, (ast.Call, ast.keyword)):
            call = parent if isinstance(parent, ast.Call) else self.scopes.parent(parent)
            forward = self.forward(node) if isinstance(call, ast.Call) else None
            if forward is None or wrapped:
                raise Held(kinds.REFERENCE, _handed_on(call))
            yield _with_partial(forward._replace(doubts=(*doubts, *forward.doubts)), partial)
        elif (name := self.only_name(node)) is not None and name not in seen:
            if self.is_global(name):
                doubts = (*doubts, f"`{name.id}` is a name of the module: another file may use it as well")
            for load in self.loads(name):
                yield from self._calls(load, wrapped, doubts, seen | {name}, partial)
        else:
            raise Held(kinds.REFERENCE, _kept(parent))

    def _called(self, call: ast.Call, function: ast.expr, wrapped: str, doubts: tuple[str, ...]) -> Forward:
        def write(args: tuple[Arg, ...]) -> Code:
            return Call(Src(function), args)

        return Forward(call, function, tuple(call.args), tuple(call.keywords), *_WRAPPERS[wrapped], write, doubts)

    def _wraps(self, call: ast.Call, node: ast.expr, wrappers: Container[str | None]) -> bool:
        return bool(call.args) and call.args[0] is node and self.symbol(call.func) in wrappers

    def forward(self, function: ast.expr) -> Forward | None:
        """Return the forwarding call that a function is handed to, or None for another call or place."""
        parent = self.scopes.parent(function)
        if isinstance(parent, ast.keyword):
            call = self.scopes.parent(parent)
            return self._thread(call, function) if isinstance(call, ast.Call) else None
        if not isinstance(parent, ast.Call) or function not in parent.args:
            return None
        symbol = self.symbol(parent.func) or ""
        if symbol in _THREADS:
            return self._thread(parent, function)
        known = _FUNCTIONS.get(symbol)
        if known is not None:
            return self._forward(parent, function, known, ())
        if not isinstance(parent.func, ast.Attribute) or parent.func.attr not in _METHODS:
            return self._relayed(parent, function)
        known = _METHODS[parent.func.attr]
        return self._forward(parent, function, known, tuple(self._doubts(parent, parent.func, known)))

    def _relayed(self, call: ast.Call, function: ast.expr) -> Forward | None:
        """Return a call of a function of the project that calls what it is given."""
        meant = self.function(call.func) if isinstance(call.func, ast.Name) else None
        found = None if meant is None else relay(meant, self._inner)
        if found is None:
            return None
        known = _Known(found.place, found.gives, found.keywords, gives_async=found.gives_async)
        return self._forward(call, function, known, found.doubts)

    def _inner(self, call: ast.Call, function: ast.expr) -> Inner | None:
        """Return what a library's function gives that is handed a function."""
        symbol = self.symbol(call.func) or ""
        known = _FUNCTIONS.get(symbol) if symbol not in _PARTIALS else None
        doubts: tuple[str, ...] = ()
        if known is None and isinstance(call.func, ast.Attribute) and call.func.attr in _METHODS:
            known = _METHODS[call.func.attr]
            doubts = tuple(self._doubts(call, call.func, known))
        if known is None or len(call.args) <= known.place or call.args[known.place] is not function:
            return None
        return None if call.keywords and not known.keywords else Inner(known.gives, doubts)

    def _doubts(self, call: ast.Call, method: ast.Attribute, known: _Known) -> Iterator[str]:
        text = ast.unparse(method)
        if self.origin(method.value) not in known.receivers:
            yield f"`{text}` is taken for what its name says; what `{ast.unparse(method.value)}` is, is not known here"
        executor = call.args[0] if method.attr == "run_in_executor" and call.args else None
        if executor is not None and not _is_none(executor) and self.origin(executor) not in _THREAD_POOLS:
            text = ast.unparse(executor)
            yield f"`{text}` may run the call in another process, which getstream's client cannot go to"

    def _forward(self, call: ast.Call, function: ast.expr, known: _Known, doubts: tuple[str, ...]) -> Forward | None:
        if len(call.args) <= known.place or call.args[known.place] is not function:
            return None
        first, own = call.args[: known.place], () if known.keywords else tuple(call.keywords)
        if any(isinstance(one, ast.Starred) for one in first):
            return None
        head = tuple(Arg("", Src(one)) for one in first)
        tail = tuple(Arg(one.arg or "**", Src(one.value)) for one in own)

        def write(args: tuple[Arg, ...]) -> Code:
            target: Code = Src(function)
            if not known.keywords and any(_is_named(arg) for arg in args):
                target, args = Call(Raw(self._partial()), (Arg("", target), *args)), ()
            return Call(Src(call.func), (*head, Arg("", target), *args, *tail))

        keywords = tuple(call.keywords) if known.keywords else ()
        rest = tuple(call.args[known.place + 1 :])
        return Forward(call, function, rest, keywords, known.gives, known.gives_async, write, doubts)

    def _partial(self) -> str:
        return self.names.known("functools", "partial") or f"{self.names.use_module('functools')}.partial"

    def _thread(self, call: ast.Call, function: ast.expr) -> Forward | None:
        """Return `Thread(target=function, args=(…), kwargs={…})` or a Timer as a forwarding call."""
        if (symbol := self.symbol(call.func) or "") not in _THREADS:
            return None
        name, before = _THREADS[symbol]
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        places = [before, name, "args", "kwargs"] if before else []
        if None in given or len(call.args) > len(places) or any(isinstance(one, ast.Starred) for one in call.args):
            return None
        positional = dict(zip(places, call.args, strict=False))
        given.update(positional)
        if given.get(name) is not function:
            return None
        args, keywords = _thread_arguments(given.get("args"), given.get("kwargs"))

        def write(args: tuple[Arg, ...]) -> Code:
            ordered = [Arg("", Src(value)) for key, value in positional.items() if key in (before, name)]
            new = list(_as_thread_arguments(args))
            if "args" in positional:
                ordered, new = [*ordered, *new], []
            for keyword in call.keywords:
                if keyword.arg in ("args", "kwargs"):
                    ordered, new = [*ordered, *new], []
                else:
                    ordered.append(Arg(keyword.arg or "", Src(keyword.value)))
            return Call(Src(call.func), (*ordered, *new))

        return Forward(call, function, args, keywords, "nothing", None, write)

    # Names

    def only_name(self, node: ast.expr) -> ast.Name | None:
        """Return the one name that a value is bound to, where nothing else is bound to it; else None."""
        parent = self.scopes.parent(node)
        if isinstance(parent, ast.Assign) and parent.value is node and len(parent.targets) == 1:
            target: ast.expr = parent.targets[0]
        elif isinstance(parent, ast.AnnAssign) and parent.value is node:
            target = parent.target
        else:
            return None
        return target if isinstance(target, ast.Name) and self.is_bound_once(target) else None

    def is_bound_once(self, target: ast.Name) -> bool:
        """Return whether a name of a function or of the module gets its value in one place."""
        binding = self.scopes.binding(target)
        if binding is None or binding.scope.kind == "class" or self.scopes.is_rebound(binding.scope, target.id):
            return False
        return not any(one.kind == "global" for one in self.scopes.bindings(binding.scope, target.id))

    def loads(self, target: ast.Name) -> tuple[ast.Name, ...]:
        """Return the reads of a name that is bound once."""
        binding = self.scopes.binding(target)
        return () if binding is None else self.scopes.loads(binding.scope, target.id)

    def is_global(self, target: ast.Name) -> bool:
        """Return whether a name that is bound is the module's."""
        binding = self.scopes.binding(target)
        return binding is not None and binding.scope.kind == "module"

    def origin(self, node: ast.expr) -> str:
        """Return the qualified name of what made an object, or of the class that annotates it; empty when not known."""
        if isinstance(node, ast.Call):
            return self.symbol(node.func) or ""
        if isinstance(node, ast.Attribute):
            return self._origin_of_attribute(node)
        bindings = self.scopes.lookup(node)[1] if isinstance(node, ast.Name) else ()
        if len(bindings) != 1:
            return ""
        (binding,) = bindings
        if binding.annotation is not None:
            return self.symbol(binding.annotation) or ""
        if binding.kind == "assign" and isinstance(binding.value, ast.Call):
            return self.origin(binding.value)
        item = self.scopes.parent(binding.node)
        if isinstance(item, ast.withitem) and isinstance(item.context_expr, ast.Call):
            return self.origin(item.context_expr)
        return ""

    def _origin_of_attribute(self, node: ast.Attribute) -> str:
        """Return what made `self.x` where the class stores it once."""
        if not isinstance(node.value, ast.Name):
            return ""
        stores = [
            one
            for one in self.scopes.nodes
            if isinstance(one, ast.Attribute) and one.attr == node.attr and isinstance(one.ctx, (ast.Store, ast.Del))
        ]
        if len(stores) != 1 or ast.unparse(stores[0]) != ast.unparse(node) or self._class(stores[0]) is None:
            return ""
        parent = self.scopes.parent(stores[0])
        if self._class(stores[0]) is not self._class(node) or not isinstance(parent, ast.Assign):
            return ""
        return self.origin(parent.value) if isinstance(parent.value, ast.Call) else ""

    def _class(self, node: ast.AST) -> ast.ClassDef | None:
        return next((one for one in self.scopes.ancestors(node) if isinstance(one, ast.ClassDef)), None)


def _with_partial(forward: Forward, partial: ast.Call | None) -> Forward:
    """Return a forwarding call of a partial, with the arguments that the partial has."""
    if partial is None:
        return forward
    args, keywords = (*partial.args[1:], *forward.args), (*partial.keywords, *forward.keywords)
    return forward._replace(args=args, keywords=keywords, partial=partial)


def _is_named(arg: Arg) -> bool:
    return bool(arg.name) and arg.name != "*"


def _thread_arguments(
    args: ast.expr | None, options: ast.expr | None
) -> tuple[tuple[ast.expr, ...], tuple[ast.keyword, ...]]:
    """Return the arguments of a thread's function. Raises Held when they are not written out."""
    items = () if args is None or _is_none(args) else sequence(Value(args))
    if items is None:
        raise Held(kinds.REFERENCE, f"what `args={ast.unparse(args) if args else ''}` holds is not known here")
    positional = tuple(item.node for item in items if isinstance(item, Value))
    if options is None or _is_none(options):
        return positional, ()
    if not isinstance(options, ast.Dict):
        raise Held(kinds.REFERENCE, f"what `kwargs={ast.unparse(options)}` holds is not known here")
    keywords = []
    for key, value in zip(options.keys, options.values, strict=True):
        if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
            raise Held(kinds.REFERENCE, "the keys of `kwargs` are not known here")
        keywords.append(ast.copy_location(ast.keyword(arg=key.value, value=value), value))
    return positional, tuple(keywords)


def _as_thread_arguments(args: tuple[Arg, ...]) -> Iterator[Arg]:
    positional = [arg for arg in args if not _is_named(arg)]
    if positional:
        parts: list[str | Code] = ["("]
        for index, arg in enumerate(positional):
            parts += [", " if index else "", arg.name, arg.value]
        yield Arg("args", Infix((*parts, ",)" if len(positional) == 1 else ")")))
    named = [arg for arg in args if _is_named(arg)]
    if named:
        yield Arg("kwargs", Dict(tuple((Raw(f'"{arg.name}"'), arg.value) for arg in named)))


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _handed_on(call: ast.AST | None) -> str:
    what = f"`{ast.unparse(call.func)}`" if isinstance(call, ast.Call) else "a call"
    return (
        f"the method is handed to {what}, and what that passes to it is not in view; hand over a lambda that calls it"
    )


def _kept(parent: ast.AST | None) -> str:
    if isinstance(parent, ast.Dict):
        return (
            "the method is kept in a mapping, and v2's methods take other arguments; "
            "keep functions there that call it (`lambda user: client.…(…)`)"
        )
    if isinstance(parent, ast.Return):
        return "the method is returned, and what its callers pass to it is not in view"
    return "the method is handed on without being called"
