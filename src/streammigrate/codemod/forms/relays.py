"""Functions of the project that call what they are given: `def run_sync(function, *args, **kwargs)` and the like."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

from streammigrate.codemod.scopes import FunctionNode

Gives: TypeAlias = Literal["value", "coroutine", "future", "function", "nothing"]


class Relay(NamedTuple):
    """A function that calls one of its arguments with the arguments behind it, once and with nothing else."""

    place: int
    """Where that argument stands."""
    keywords: bool
    """Whether keyword arguments are passed on, too."""
    gives: Gives
    gives_async: Gives | None
    """What a call of it gives where the argument is a coroutine function; None where that is not awaited."""
    doubts: tuple[str, ...] = ()


class Inner(NamedTuple):
    """What a library's function gives that a relay hands its argument to, and why it may be another one."""

    gives: Gives
    doubts: tuple[str, ...]


Library: TypeAlias = Callable[[ast.Call, ast.expr], Inner | None]
"""Says what a call of a library gives that is handed a function to call; None for another call."""


def relay(function: FunctionNode, library: Library) -> Relay | None:
    """Return how a function calls what it is given, where that is all that it does with it; else None."""
    arguments = function.args
    plain = [*arguments.posonlyargs, *arguments.args]
    if function.decorator_list or arguments.kwonlyargs or arguments.vararg is None or not plain:
        return None
    given, rest = plain[-1].arg, arguments.vararg.arg
    named = arguments.kwarg.arg if arguments.kwarg is not None else ""
    nodes = list(ast.walk(function))
    names = [node for node in nodes if isinstance(node, ast.Name)]
    wanted = [name for name in (given, rest, named) if name]
    if any([node.id for node in names].count(name) != 1 for name in wanted):
        return None
    parents = {child: parent for parent in nodes for child in ast.iter_child_nodes(parent)}
    load = next(node for node in names if node.id == given)
    found = _handed(load, rest, named, parents, library)
    if found is None:
        return None
    call, gives, doubts = found
    ending = _ending(call, function, parents)
    if ending is None:
        return None
    is_awaited, is_returned = ending
    asynchronous = isinstance(function, ast.AsyncFunctionDef)
    if gives == "value":
        # What is called here and now may be a coroutine function as well.
        if asynchronous is not is_awaited:
            return None
        result: Gives = "coroutine" if asynchronous else "value" if is_returned else "nothing"
        pending: Gives | None = "coroutine" if is_returned else None
        return Relay(len(plain) - 1, bool(named), result, pending, doubts)
    if not is_returned:
        return Relay(len(plain) - 1, bool(named), "nothing", None, doubts) if is_awaited or gives == "nothing" else None
    if asynchronous and not is_awaited:
        return None
    return Relay(len(plain) - 1, bool(named), "coroutine" if asynchronous else gives, None, doubts)


def _handed(
    load: ast.Name, rest: str, named: str, parents: dict[ast.AST, ast.AST], library: Library
) -> tuple[ast.Call, Gives, tuple[str, ...]] | None:
    """Return the call that calls a function, or has it called, what it gives, and the doubts about it."""
    call = parents[load]
    if not isinstance(call, ast.Call):
        return None
    if call.func is load:
        if not _passes(call.args, call.keywords, rest, named):
            return None
        around = parents[call]
        if isinstance(around, ast.Lambda) and not _has_parameters(around):
            return _in_library(around, (), parents, library)
        return call, "value", ()
    position = call.args.index(load) if load in call.args else -1
    if position < 0:
        return None
    if _is_partial(call) and position == 0 and _passes(call.args[1:], call.keywords, rest, named):
        return _in_library(call, (), parents, library)
    if not _passes(call.args[position + 1 :], call.keywords, rest, named):
        return None
    inner = library(call, load)
    return None if inner is None else (call, inner.gives, inner.doubts)


def _in_library(
    node: ast.expr, doubts: tuple[str, ...], parents: dict[ast.AST, ast.AST], library: Library
) -> tuple[ast.Call, Gives, tuple[str, ...]] | None:
    """Return what becomes of a function without parameters that is handed to a library."""
    call = parents[node]
    if not isinstance(call, ast.Call) or node not in call.args or call.args[-1] is not node or call.keywords:
        return None
    inner = library(call, node)
    return None if inner is None else (call, inner.gives, (*doubts, *inner.doubts))


def _is_partial(call: ast.Call) -> bool:
    return ast.unparse(call.func) in ("partial", "functools.partial")


def _passes(args: Sequence[ast.expr], keywords: Sequence[ast.keyword], rest: str, named: str) -> bool:
    """Return whether arguments are those of the function around, all of them and no others."""
    if len(args) != 1 or not isinstance(args[0], ast.Starred) or ast.unparse(args[0].value) != rest:
        return False
    if not named:
        return not keywords
    return len(keywords) == 1 and keywords[0].arg is None and ast.unparse(keywords[0].value) == named


def _has_parameters(node: ast.Lambda) -> bool:
    arguments = node.args
    return bool(arguments.args or arguments.posonlyargs or arguments.kwonlyargs or arguments.vararg or arguments.kwarg)


def _ending(call: ast.Call, function: FunctionNode, parents: dict[ast.AST, ast.AST]) -> tuple[bool, bool] | None:
    """Return whether a call is awaited, and whether its value is what the function gives; None where that is not plain."""
    around = parents[call]
    is_awaited = isinstance(around, ast.Await)
    value: ast.expr = around if isinstance(around, ast.Await) else call
    statement = parents[value]
    returns = [node.value for node in _own(function) if isinstance(node, ast.Return) and not _is_none(node.value)]
    if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in _own(function)):
        return None
    if isinstance(statement, ast.Expr):
        return (is_awaited, False) if not returns else None
    if isinstance(statement, ast.Return):
        return (is_awaited, True) if returns == [value] else None
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name):
        name = statement.targets[0].id
        uses = [node for node in _own(function) if isinstance(node, ast.Name) and node.id == name]
        if len(uses) == 2 and len(returns) == 1 and returns[0] in uses:
            return is_awaited, True
    return None


def _own(function: FunctionNode) -> Iterator[ast.AST]:
    """Yield the nodes of a function's body, those of functions in it left out."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            waiting.extend(ast.iter_child_nodes(node))


def _is_none(node: ast.expr | None) -> bool:
    return node is None or (isinstance(node, ast.Constant) and node.value is None)
