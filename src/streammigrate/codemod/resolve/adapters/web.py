"""FastAPI's dependencies, and the functions that Starlette and aiohttp call with an application."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from streammigrate.codemod.resolve.adapters import objects
from streammigrate.codemod.resolve.text import last_name
from streammigrate.codemod.resolve.values import UNKNOWN, Items, Symbol, Value, Wrapped, merged
from streammigrate.codemod.scopes import FunctionNode

if TYPE_CHECKING:
    from streammigrate.codemod.resolve.engine import Engine

_DEPENDS = ("Depends", "Security")
_HOOKS = ("on_startup", "on_cleanup", "on_shutdown", "cleanup_ctx", "on_response_prepare")


class Web:
    """Parameters that a web framework fills."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._scopes = engine.scopes

    def parameter(self, arg: ast.arg, default: ast.expr | None, function: FunctionNode) -> Value | None:
        """Return what FastAPI, Starlette or aiohttp puts into a parameter."""
        found = self._depends(arg, default, function)
        if found is not None or arg.annotation is not None or arg is not _first(function):
            return found
        kind = self._handed(function)
        return (Symbol(kind),) if kind else None

    def _depends(self, arg: ast.arg, default: ast.expr | None, function: FunctionNode) -> Value | None:
        for mark in self._marks(arg, default, function):
            if not (isinstance(mark, ast.Call) and last_name(mark) in _DEPENDS and self._is_fastapi(mark, function)):
                continue
            given = mark.args[0] if mark.args else None
            given = next((k.value for k in mark.keywords if k.arg == "dependency"), given)
            if given is None:
                # The annotation is the class that is made.
                return None
            result = self._engine.called(self._value(given, function), mark)
            # Others may call the function with an object of their own.
            direct = self._engine.functions.given(arg, function)
            return merged([settled(result), direct])
        return None

    def _marks(self, arg: ast.arg, default: ast.expr | None, function: FunctionNode) -> list[ast.expr]:
        marks = [] if default is None else [default]
        annotation = arg.annotation
        if isinstance(annotation, ast.Constant):
            annotation = self._engine.annotations.parsed(annotation)
        if isinstance(annotation, (ast.Name, ast.Attribute)):
            annotation = self._engine.annotations.alias(annotation, self._scopes.scope(function)) or annotation
        if isinstance(annotation, ast.Subscript) and last_name(annotation) == "Annotated":
            inner = annotation.slice
            marks += inner.elts[1:] if isinstance(inner, ast.Tuple) else []
        return marks

    def _is_fastapi(self, mark: ast.Call, function: FunctionNode) -> bool:
        dotted = self._engine.symbol_of(self._value(mark.func, function))
        return dotted is not None and dotted.partition(".")[0] == "fastapi"

    def _value(self, node: ast.expr, function: FunctionNode) -> Value:
        """Return the value of an expression of the file, or of a name in a quoted annotation."""
        if self._scopes.parent(node) is not None:
            return self._engine.value(node)
        return (
            self._engine.names.anywhere(self._scopes.scope(function), node.id)
            if isinstance(node, ast.Name)
            else UNKNOWN
        )

    def _handed(self, function: FunctionNode) -> str:
        """Return the kind of object that a function is called with because of where it is handed over."""
        if self._engine.classes.owner(function) is not None:
            return ""
        for reference in self._engine.places.names(function.name):
            parent = self._scopes.parent(reference)
            call = self._scopes.parent(parent) if isinstance(parent, ast.keyword) else parent
            if not isinstance(call, ast.Call) or call.func is reference:
                continue
            if isinstance(parent, ast.keyword):
                hands = parent.arg == "lifespan" and self._kinds(call) & {objects.APP}
                kind = objects.APP
            else:
                hook = call.func.value if isinstance(call.func, ast.Attribute) and call.func.attr == "append" else None
                hands = (
                    isinstance(hook, ast.Attribute)
                    and hook.attr in _HOOKS
                    and self._kinds(hook.value) & {objects.AIOHTTP}
                )
                kind = objects.AIOHTTP
            if hands and self._engine.functions.is_meant(reference, function):
                return kind
        return ""

    def _kinds(self, node: ast.expr) -> set[str]:
        return self._engine.adapters.shared.kinds(self._engine.value(node))

    def state_of_lifespan(self, attr: str) -> Value:
        """Return what `request.state` has from the mapping that a lifespan function yields."""
        parts: list[Value] = []
        for given in self._engine.places.keywords("lifespan"):
            for atom in self._engine.called(self._engine.value(given), None):
                if isinstance(atom, Wrapped) and atom.by == "enter":
                    parts += [under(held, attr) for held in atom.value if isinstance(held, Items)]
        return merged(parts)


def settled(value: Value) -> Value:
    """Return what a framework hands over: it awaits, iterates and enters as needed."""
    parts: list[Value] = []
    for atom in value:
        if isinstance(atom, Wrapped) and atom.by in ("await", "iterate", "enter"):
            parts.append(settled(atom.value))
        else:
            parts.append((atom,))
    return merged(parts)


def under(items: Items, key: str) -> Value:
    """Return what a mapping is known to hold under a key."""
    known = [value for at, value in items.fields if at == key]
    return merged([*known[-1:], items.anything])


def _first(function: FunctionNode) -> ast.arg | None:
    positional = [*function.args.posonlyargs, *function.args.args]
    return positional[0] if positional else None
