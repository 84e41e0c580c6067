"""Celery: a task is an object of its class, and what calls it in another process hands over no objects."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from streammigrate.codemod.resolve.adapters import objects
from streammigrate.codemod.resolve.text import last_name
from streammigrate.codemod.resolve.values import UNKNOWN, OwnClass, OwnInstance, Symbol, Value, merged
from streammigrate.codemod.scopes import FunctionNode

if TYPE_CHECKING:
    from streammigrate.codemod.resolve.engine import Engine

_SHARED = ("celery.shared_task", "celery.app.shared_task", "celery.task")


class Celery:
    """Tasks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def parameter(self, arg: ast.arg, default: ast.expr | None, function: FunctionNode) -> Value | None:
        """Return the task itself for the first parameter of a bound task."""
        task = binding_task(function)
        positional = [*function.args.posonlyargs, *function.args.args]
        if task is None or not positional or arg is not positional[0]:
            return None
        return self._task(task)

    def attribute(self, function: ast.AST, attr: str, node: ast.AST | None) -> Value | None:
        """Return what an attribute of a task holds, where its class is given: `send.client`."""
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return None
        for decorator in function.decorator_list:
            if isinstance(decorator, ast.Call) and _keyword(decorator, "base") is not None:
                task = tuple(atom for atom in self._task(decorator) if isinstance(atom, OwnInstance))
                return self._engine.attribute_of(task, attr, node) if task else None
        return None

    def _task(self, decorator: ast.Call) -> Value:
        base = _keyword(decorator, "base")
        value = self._engine.value(decorator.func)
        dotted = self._engine.symbol_of(value) or ""
        if dotted not in (*_SHARED, f"{objects.CELERY}.task"):
            return UNKNOWN
        if base is None:
            return (Symbol(objects.TASK),)
        classes = self._engine.value(base)
        known = [(OwnInstance(atom.node, exact=False),) for atom in classes if isinstance(atom, OwnClass)]
        return merged(known) if known and len(known) == len(classes) else UNKNOWN


def binding_task(function: FunctionNode) -> ast.Call | None:
    """Return the decorator that makes a task whose first parameter is the task itself, or None."""
    for decorator in function.decorator_list:
        if isinstance(decorator, ast.Call) and last_name(decorator) in ("task", "shared_task"):
            bind = _keyword(decorator, "bind")
            if isinstance(bind, ast.Constant) and bind.value is True:
                return decorator
    return None


def _keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)
