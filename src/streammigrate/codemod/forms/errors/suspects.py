"""Which names may hold an exception of stream-chat although nothing says so: `except Exception as e`, and where `e` goes."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from streammigrate.codemod.forms.errors.reach import Reach
from streammigrate.codemod.resolve.text import last_name
from streammigrate.codemod.scopes import Binding, Scope, Scopes

_ANY = frozenset({"Exception", "BaseException"})
_OURS = frozenset({"StreamAPIException", "StreamApiException"})
_NAMES = frozenset({"e", "err", "error", "ex", "exc", "exc_val", "exc_value", "exception"})
"""What people call an exception that they are given."""


class Suspects:
    """Knows the handlers that may catch what a call of the SDK raises, and the parameters that are given it."""

    def __init__(self, files: Iterable[Scopes], reach: Reach) -> None:
        """Take the files of a program that import one another."""
        self._reach = reach
        self._handlers: set[ast.AST] = set()
        self._given: set[ast.AST] = set()
        self._asked: set[tuple[Scope, str]] = set()
        """The names of which the program asks whether they are an exception."""
        functions: dict[str, list[ast.arguments]] = {}
        passed: list[tuple[Scopes, ast.Call]] = []
        for scopes in files:
            for node in scopes.nodes:
                if isinstance(node, ast.ExceptHandler):
                    if node.name and self._takes_any(node, scopes):
                        self._handlers.add(node)
                elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                    functions.setdefault(node.name, []).append(node.args)
                elif isinstance(node, ast.Call):
                    passed.append((scopes, node))
                    self._note_asked(node, scopes)
        self._follow([edge for scopes, call in passed for edge in _edges(call, scopes, functions)])

    def _note_asked(self, call: ast.Call, scopes: Scopes) -> None:
        if last_name(call.func) != "isinstance" or len(call.args) != 2 or not isinstance(call.args[0], ast.Name):
            return
        kind = call.args[1]
        names = {last_name(one) for one in (kind.elts if isinstance(kind, ast.Tuple) else [kind])}
        around = [one for one in scopes.ancestors(call) if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))]
        if names & _OURS or (names & _ANY and self._reach.reaches(around[:1] or [scopes.tree], scopes)):
            name = call.args[0].id
            self._asked.add((scopes.owner(scopes.scope(call), name), name))

    def may_be(self, expr: ast.expr, scopes: Scopes, *, sure: bool = False) -> bool:
        """Return whether an expression may be an exception of a call; `sure` asks for more than its name."""
        if isinstance(expr, ast.Name):
            handled = held_by(expr, scopes)
            if (scopes.lookup(expr)[0], expr.id) in self._asked and not any(one.kind == "except" for one in handled):
                return True
            return any(self._may_hold(binding, scopes, sure) for binding in handled)
        if isinstance(expr, ast.Attribute):
            if expr.attr in ("__cause__", "__context__"):
                return True
            held = isinstance(expr.value, ast.Name) and expr.attr in ("value", "exception")
            return held and any(_is_expected(one, expr.attr, scopes) for one in _bindings(expr.value, scopes))
        if isinstance(expr, ast.Call):
            return last_name(expr.func) == "exception" and not expr.args and not sure
        return isinstance(expr, ast.Subscript) and "exc_info" in ast.unparse(expr.value) and not sure

    def is_caught(self, expr: ast.expr, scopes: Scopes) -> bool:
        """Return whether an expression is what such a handler caught, or was given it."""
        return self.may_be(expr, scopes, sure=True)

    def _may_hold(self, binding: Binding, scopes: Scopes, sure: bool) -> bool:
        node = binding.node
        if binding.kind == "except":
            return node in self._handlers
        if node in self._given:
            return True
        if isinstance(binding.value, (ast.Name, ast.Attribute, ast.Call, ast.Subscript)):
            simple = not isinstance(binding.value, ast.Name) or binding.value.id != binding.name
            return simple and self.may_be(binding.value, scopes, sure=sure)
        if sure or binding.name not in _NAMES:
            return False
        if binding.kind == "param":
            annotation = node.annotation if isinstance(node, ast.arg) else None
            return annotation is None or last_name(annotation) in _ANY
        return binding.kind in ("unpack", "for")

    def _takes_any(self, handler: ast.ExceptHandler, scopes: Scopes) -> bool:
        """Return whether a handler catches every exception, or what cannot be seen, of code that may come to a call."""
        kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        if not any(_may_be_any(kind, scopes) for kind in kinds if kind is not None):
            return False
        around = scopes.parent(handler)
        return isinstance(around, ast.Try) and self._reach.reaches(around.body, scopes)

    def _follow(self, edges: list[tuple[ast.AST, ast.arg]]) -> None:
        goals: dict[ast.AST, list[ast.arg]] = {}
        for source, goal in edges:
            goals.setdefault(source, []).append(goal)
        waiting: list[ast.AST] = list(self._handlers)
        while waiting:
            for goal in goals.get(waiting.pop(), ()):
                if goal not in self._given:
                    self._given.add(goal)
                    waiting.append(goal)


def held_by(name: ast.Name, scopes: Scopes) -> tuple[Binding, ...]:
    """Return what may give a name its value: inside the handler that names it so, only that one."""
    bindings = scopes.lookup(name)[1]
    handlers = {binding.node: binding for binding in bindings if binding.kind == "except"}
    for ancestor in scopes.ancestors(name) if handlers else ():
        if ancestor in handlers:
            return (handlers[ancestor],)
    return tuple(binding for binding in bindings if binding.kind != "except")


def _may_be_any(kind: ast.expr, scopes: Scopes) -> bool:
    """Return whether a class in `except` is Exception, or a name whose classes are not in view."""
    if isinstance(kind, ast.Starred):
        kind = kind.value
    if isinstance(kind, ast.Attribute):
        return isinstance(kind.value, ast.Name) and kind.value.id in ("self", "cls")
    if not isinstance(kind, ast.Name):
        return False
    bindings = scopes.lookup(kind)[1]
    if not bindings:
        return kind.id in _ANY
    return any(binding.kind in ("param", "assign", "annassign") for binding in bindings)


def _bindings(expr: ast.expr, scopes: Scopes) -> tuple[Binding, ...]:
    return scopes.lookup(expr)[1] if isinstance(expr, ast.Name) else ()


def _is_expected(binding: Binding, attr: str, scopes: Scopes) -> bool:
    """Return whether a name is what `with pytest.raises(…)` or `with self.assertRaises(…)` gives."""
    if binding.kind != "with":
        return False
    item = scopes.parent(binding.node)
    called = item.context_expr if isinstance(item, ast.withitem) else None
    name = last_name(called.func) if isinstance(called, ast.Call) else ""
    return name == ("raises" if attr == "value" else "assertRaises")


def _edges(
    call: ast.Call, scopes: Scopes, functions: dict[str, list[ast.arguments]]
) -> Iterator[tuple[ast.AST, ast.arg]]:
    """Yield which handlers and parameters a call hands on, and the parameters that get it."""
    found = functions.get(last_name(call.func))
    if not found:
        return
    for position, value in [*enumerate(call.args), *((keyword.arg, keyword.value) for keyword in call.keywords)]:
        if not isinstance(value, ast.Name):
            continue
        for binding in held_by(value, scopes):
            if binding.kind not in ("except", "param"):
                continue
            for arguments in found:
                goal = _parameter(arguments, position, isinstance(call.func, ast.Attribute))
                if goal is not None:
                    yield binding.node, goal


def _parameter(arguments: ast.arguments, position: int | str | None, attribute: bool) -> ast.arg | None:
    names = [*arguments.posonlyargs, *arguments.args]
    if isinstance(position, int):
        bound = attribute and bool(names) and names[0].arg in ("self", "cls")
        place = position + bound
        return names[place] if place < len(names) else None
    return next((one for one in (*names, *arguments.kwonlyargs) if one.arg == position), None)
