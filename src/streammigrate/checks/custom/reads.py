"""Follows answers of stream-chat, and bodies of webhooks, by the types of getstream's models, to what is read of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from streammigrate.checks.project import Call, Module, Project
from streammigrate.codemod.responses.reaching import Reaching
from streammigrate.codemod.responses.shapes import is_flat
from streammigrate.codemod.scopes import FunctionNode, Scope
from streammigrate.rules import sdk
from streammigrate.rules.catalogue import rule_for

_SAME = frozenset({"list", "tuple", "sorted", "reversed", "iter", "dict"})
_MOST = 2_000
"""Expressions that are followed of one answer; more than a program that people write has."""


class Held(NamedTuple):
    """An expression, and the v2 type of what v1 has there."""

    node: ast.expr
    type: sdk.Type


class Key(NamedTuple):
    """A key that is read of a model: where, and how (`[]`, `get`, `in`, `pop`)."""

    node: ast.expr
    model: sdk.Model
    name: str
    how: str


@lru_cache(maxsize=1)
def answers(project: Project) -> tuple[tuple[Call, tuple[Held, ...]], ...]:
    """Return the calls that answer something, each with all expressions that hold a part of the answer."""
    return tuple(_answers(project))


def _answers(project: Project) -> Iterator[tuple[Call, tuple[Held, ...]]]:
    for call in (*project.calls, *project.handed):
        type = _answered(call.member)
        if type is not None:
            around = call.module.scopes.parent(call.node)
            start = around if isinstance(around, ast.Await) else call.node
            if isinstance(start, ast.Await) or not (call.coroutine or call in project.handed):
                yield call, held(project, call.module, start, type)


def _answered(member: str) -> sdk.Type | None:
    """Return the type of what v1 answers, as v2 has it; None where v2 answers something else, or nothing."""
    owner, _, name = member.partition(".")
    rule = rule_for(owner, name)
    if rule is None or rule.result == "none":
        return None
    method = sdk.v2_method(*rule.v2.split(".", 1)) if rule.v2.count(".") == 1 else None
    if method is None or not method.http or not method.response:
        return None
    type = sdk.parse_type(method.response)
    model = sdk.model(type.name)
    if rule.result:
        return None if model is None else model.fields[rule.result].type
    return type


def held(project: Project, module: Module, start: ast.expr, type: sdk.Type) -> tuple[Held, ...]:
    """Return every expression that holds a value or a part of it, by files and in the order of the source.

    Followed through names, loops, comprehensions, and the arguments and results of the project's own functions. A name
    that may hold something else is not followed.
    """
    return _Follower(project, module).all(start, type)


def keys(module: Module, found: tuple[Held, ...]) -> Iterator[Key]:
    """Yield what is read by a key that is written out, of models."""
    for node, type in found:
        model = sdk.model(type.name) if type.kind == "model" else None
        if model is None:
            continue
        parent = module.scopes.parent(node)
        if isinstance(parent, ast.Subscript) and parent.value is node:
            name = module.constant(parent.slice)
            if isinstance(name, str) and isinstance(parent.ctx, ast.Load):
                yield Key(parent, model, name, "[]")
        elif isinstance(parent, ast.Compare) and parent.comparators == [node]:
            name = module.constant(parent.left)
            if isinstance(name, str) and isinstance(parent.ops[0], (ast.In, ast.NotIn)):
                yield Key(parent, model, name, "in")
        elif isinstance(parent, ast.Attribute) and parent.attr in ("get", "pop"):
            call = module.scopes.parent(parent)
            if isinstance(call, ast.Call) and call.func is parent and call.args:
                name = module.constant(call.args[0])
                if isinstance(name, str):
                    yield Key(call, model, name, parent.attr)


def is_custom(key: Key) -> bool:
    """Return whether a key is none of the model's fields, so that v2 has it under `custom`."""
    return (
        is_flat(key.model) and key.name != "custom" and all(key.name != one.wire for one in key.model.fields.values())
    )


def is_channel_name(key: Key) -> bool:
    """Return whether a key is the name or the image of a channel, which SM626 tells."""
    return key.name in ("name", "image") and key.model.name.startswith("Channel") and "Member" not in key.model.name


class _Follower:
    def __init__(self, project: Project, module: Module) -> None:
        self.project = project
        self.module = module
        self.scopes = module.scopes
        self.reaching = Reaching(module.scopes)
        self.found: dict[ast.expr, sdk.Type] = {}
        self.todo: list[Held] = []
        self._called: dict[FunctionNode, tuple[ast.Call, ...]] = {}

    def all(self, start: ast.expr, type: sdk.Type) -> tuple[Held, ...]:
        self._add(start, type)
        while self.todo and len(self.found) < _MOST:
            self._on(*self.todo.pop())
        ordered = sorted(self.found.items(), key=lambda one: self._place(one[0]))
        return tuple(Held(*one) for one in ordered)

    def _place(self, node: ast.expr) -> tuple[str, int, int, int]:
        return self.scopes.path_of(node), node.lineno, node.col_offset, node.end_col_offset or 0

    def _add(self, node: ast.expr, type: sdk.Type) -> None:
        if node not in self.found:
            self.found[node] = type
            self.todo.append(Held(node, type))

    def _on(self, node: ast.expr, type: sdk.Type) -> None:
        """Follow a value one step, from where it stands."""
        parent = self.scopes.parent(node)
        if isinstance(parent, ast.Subscript) and parent.value is node:
            inner = (
                type if isinstance(parent.slice, ast.Slice) else self._part(type, self.module.constant(parent.slice))
            )
            if inner is not None:
                self._add(parent, inner)
        elif isinstance(parent, ast.Attribute):
            self._method(parent, type)
        elif isinstance(parent, (ast.BoolOp, ast.IfExp, ast.Await)) and not self._is_test(parent, node):
            self._add(parent, type)
        elif isinstance(parent, ast.NamedExpr):
            self._add(parent, type)
            self._bind(parent.target, type)
        elif isinstance(parent, (ast.Assign, ast.AnnAssign)) and parent.value is node:
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            for target in targets:
                self._bind(target, type)
        elif isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)) and parent.iter is node:
            self._each(parent.target, type)
        elif isinstance(parent, ast.Return):
            self._returned(parent, type)
        elif isinstance(parent, (ast.Call, ast.keyword)):
            call = self.scopes.parent(parent) if isinstance(parent, ast.keyword) else parent
            if isinstance(call, ast.Call):
                self._given(call, parent if isinstance(parent, ast.keyword) else node, type)

    def _is_test(self, parent: ast.AST, node: ast.expr) -> bool:
        if isinstance(parent, ast.IfExp):
            return parent.test is node
        # `x and y` gives x only where that is empty.
        return isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.And) and parent.values[-1] is not node

    def _part(self, type: sdk.Type, key: object) -> sdk.Type | None:
        if type.kind in ("list", "map"):
            return type.items[0]
        model = sdk.model(type.name) if type.kind == "model" else None
        if model is None:
            return None
        return next((field.type for field in model.fields.values() if field.wire == key), None)

    def _method(self, parent: ast.Attribute, type: sdk.Type) -> None:
        call = self.scopes.parent(parent)
        if not isinstance(call, ast.Call) or call.func is not parent:
            return
        if parent.attr in ("get", "pop") and call.args:
            inner = self._part(type, self.module.constant(call.args[0]))
            if inner is not None and type.kind != "list":
                self._add(call, inner)
        elif parent.attr == "pop" and type.kind == "list":
            self._add(call, type.items[0])
        elif parent.attr == "copy":
            self._add(call, type)
        elif parent.attr == "values" and type.kind == "map":
            self._add(call, sdk.Type("list", "", type.items))
        elif parent.attr == "items" and type.kind == "map":
            around = self.scopes.parent(call)
            target = around.target if isinstance(around, (ast.For, ast.AsyncFor, ast.comprehension)) else None
            if isinstance(target, ast.Tuple) and len(target.elts) == 2:
                self._bind(target.elts[1], type.items[0])

    def _each(self, target: ast.expr, type: sdk.Type) -> None:
        if type.kind == "list":
            self._bind(target, type.items[0])

    def _given(self, call: ast.Call, argument: ast.expr | ast.keyword, type: sdk.Type) -> None:
        function = call.func
        own = isinstance(function, ast.Name) and not self.scopes.lookup(function)[1]
        name = function.id if own and isinstance(function, ast.Name) else ""
        first = bool(call.args) and call.args[0] is argument
        if name in _SAME and first:
            self._add(call, type)
            for one in call.keywords if type.kind == "list" else ():
                if isinstance(one.value, ast.Lambda) and len(one.value.args.args) == 1:
                    self._parameter(one.value.args.args[0], self.scopes.opened_by(one.value), type.items[0])
        elif name in ("next", "min", "max") and first and len(call.args) == 1 and type.kind == "list":
            self._add(call, type.items[0])
        elif name in ("enumerate", "zip") and type.kind == "list" and argument in call.args:
            around = self.scopes.parent(call)
            target = around.target if isinstance(around, (ast.For, ast.AsyncFor, ast.comprehension)) else None
            place = 1 if name == "enumerate" else call.args.index(argument)
            if isinstance(target, ast.Tuple) and place < len(target.elts):
                self._bind(target.elts[place], type.items[0])
        else:
            self._into(call, argument, type)

    def _into(self, call: ast.Call, argument: ast.expr | ast.keyword, type: sdk.Type) -> None:
        """Follow an argument into a function of the project."""
        function = self.module.resolver.function(call.func)
        if function is None:
            return
        if isinstance(argument, ast.keyword):
            named = (*function.args.args, *function.args.kwonlyargs)
            target = next((one for one in named if one.arg == argument.arg), None)
        else:
            methods = isinstance(self.scopes.parent(function), ast.ClassDef) and isinstance(call.func, ast.Attribute)
            static = any(isinstance(one, ast.Name) and one.id == "staticmethod" for one in function.decorator_list)
            place = call.args.index(argument) + (1 if methods and not static else 0)
            placed = (*function.args.posonlyargs, *function.args.args)
            target = placed[place] if place < len(placed) else None
        if target is not None and not any(isinstance(one, ast.Starred) for one in call.args):
            self._parameter(target, self.scopes.opened_by(function), type)

    def _returned(self, statement: ast.Return, type: sdk.Type) -> None:
        """Follow a result to where the function is called."""
        around = self.scopes.ancestors(statement)
        function = next(
            (one for one in around if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))), None
        )
        if function is None or isinstance(function, ast.Lambda):
            return
        for call in self._calls(function):
            parent = self.scopes.parent(call)
            if isinstance(function, ast.FunctionDef):
                self._add(call, type)
            elif isinstance(parent, ast.Await):
                self._add(parent, type)

    def _calls(self, function: FunctionNode) -> tuple[ast.Call, ...]:
        """Return the calls of a function by its own name."""
        if function not in self._called:
            word = rb"\b%s\b" % re.escape(function.name.encode())
            self._called[function] = tuple(
                call
                for module in self.project.modules(word)
                for call in module.calls()
                if _last(call.func) == function.name and module.resolver.function(call.func) is function
            )
        return self._called[function]

    def _parameter(self, arg: ast.arg, scope: Scope | None, type: sdk.Type) -> None:
        if scope is not None:
            self._loads(arg, scope, arg.arg, type)

    def _bind(self, target: ast.expr, type: sdk.Type) -> None:
        binding = self.scopes.binding(target) if isinstance(target, ast.Name) else None
        if binding is not None:
            self._loads(binding.node, binding.scope, binding.name, type)

    def _loads(self, node: ast.AST, scope: Scope, name: str, type: sdk.Type) -> None:
        for load in self.scopes.loads(scope, name):
            if self.reaching.binding(load, scope) is node:
                self._add(load, type)


def _last(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
