"""What is written out of the mappings that calls are given, in place or through a name."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from typing import NamedTuple

from streammigrate.checks.project import Module

_DEEPEST = 6


class Written(NamedTuple):
    """One key of a mapping, with its value, as far as they are written out."""

    key: str
    value: ast.expr
    place: ast.AST
    """What a person would point at."""


class Mapping(NamedTuple):
    """What is known of a mapping."""

    items: tuple[Written, ...]
    whole: bool
    """Whether there are no other keys."""

    def get(self, key: str) -> Written | None:
        """Return what a key has been given last."""
        return next((one for one in reversed(self.items) if one.key == key), None)


UNKNOWN = Mapping((), whole=False)


def mapping(module: Module, expr: ast.expr, depth: int = _DEEPEST) -> Mapping:
    """Return what is known of the mapping that an expression gives."""
    if depth == 0:
        return UNKNOWN
    if isinstance(expr, ast.Dict):
        parts = [_entry(module, key, value, depth) for key, value in zip(expr.keys, expr.values, strict=True)]
        return _joined(parts)
    if isinstance(expr, ast.BinOp) and isinstance(expr.op, ast.BitOr):
        return _joined([mapping(module, one, depth - 1) for one in (expr.left, expr.right)])
    if isinstance(expr, ast.Name):
        return _named(module, expr, depth - 1)
    if isinstance(expr, ast.Call):
        return _called(module, expr, depth - 1)
    return UNKNOWN


def unpacked(module: Module, call: ast.Call) -> Mapping:
    """Return what a call is given through `**`."""
    return _joined([mapping(module, one.value) for one in call.keywords if one.arg is None])


def _joined(parts: list[Mapping]) -> Mapping:
    return Mapping(tuple(item for part in parts for item in part.items), all(part.whole for part in parts))


def _entry(module: Module, key: ast.expr | None, value: ast.expr, depth: int) -> Mapping:
    if key is None:
        return mapping(module, value, depth - 1)
    name = module.constant(key)
    return Mapping((Written(name, value, key),), whole=True) if isinstance(name, str) else UNKNOWN


def _named(module: Module, name: ast.Name, depth: int) -> Mapping:
    scope, bindings = module.scopes.lookup(name)
    plain = len(bindings) == 1 and bindings[0].kind in ("assign", "annassign")
    if not plain or bindings[0].value is None:
        return UNKNOWN
    first = mapping(module, bindings[0].value, depth)
    grown = list(_grown(module, [one for one in module.scopes.loads(scope, name.id) if one is not name]))
    return _joined([first, *grown])


def _grown(module: Module, loads: list[ast.Name]) -> Iterator[Mapping]:
    """Yield what `name[key] = value` and `name.update(…)` add; what may add more without being seen is unknown."""
    for load in loads:
        parent = module.scopes.parent(load)
        if isinstance(parent, ast.Subscript) and parent.value is load:
            statement = module.scopes.parent(parent)
            key = module.constant(parent.slice)
            if isinstance(statement, ast.Assign) and parent in statement.targets and isinstance(key, str):
                yield Mapping((Written(key, statement.value, parent),), whole=True)
            elif not isinstance(parent.ctx, ast.Load):
                yield UNKNOWN
        elif isinstance(parent, ast.Attribute):
            call = module.scopes.parent(parent)
            if parent.attr == "update" and isinstance(call, ast.Call) and call.func is parent:
                given = [mapping(module, one, _DEEPEST - 2) for one in call.args]
                named = [Written(one.arg, one.value, one.value) for one in call.keywords if one.arg is not None]
                yield _joined([*given, Mapping(tuple(named), whole=len(named) == len(call.keywords))])
            elif parent.attr not in ("get", "keys", "values", "items", "copy"):
                yield UNKNOWN
        elif isinstance(parent, ast.AugAssign) or (isinstance(parent, ast.Call) and load in parent.args):
            yield UNKNOWN


def _called(module: Module, call: ast.Call, depth: int) -> Mapping:
    name = call.func.id if isinstance(call.func, ast.Name) and not module.scopes.lookup(call.func)[1] else ""
    if name == "dict":
        given = [mapping(module, one, depth) for one in call.args]
        given += [
            mapping(module, one.value, depth)
            if one.arg is None
            else Mapping((Written(one.arg, one.value, one.value),), whole=True)
            for one in call.keywords
        ]
        return _joined(given)
    if isinstance(call.func, ast.Attribute) and call.func.attr == "copy" and not call.args:
        return mapping(module, call.func.value, depth)
    if module.symbol(call.func) == "json.loads" and len(call.args) == 1:
        return _parsed(module, call.args[0])
    return UNKNOWN


def _parsed(module: Module, expr: ast.expr) -> Mapping:
    """Return what a JSON text holds that is written out."""
    text = module.constant(expr)
    try:
        found = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return UNKNOWN
    if not isinstance(found, dict):
        return UNKNOWN
    items = (Written(key, ast.copy_location(ast.Constant(value), expr), expr) for key, value in found.items())
    return Mapping(tuple(items), whole=True)
