"""Where the code holds the event of a webhook, and what it reads of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple
from weakref import WeakKeyDictionary

from streammigrate.checks.project import Module, Project
from streammigrate.checks.webhooks import facts, values
from streammigrate.checks.webhooks.calls import PARSING, VERIFYING, sdk_calls
from streammigrate.codemod.scopes import Binding, Scope

Path = tuple[str, ...]
"""Keys from the event down; `[]` is an item of a list."""

_MENTION = re.compile(r"stream_chat|getstream|x[-_]signature", re.IGNORECASE)
_SDK = re.compile(rb"stream_chat|getstream")
_ROUNDS = 4


class TypeTest(NamedTuple):
    """A place that compares the type of an event with a name."""

    node: ast.AST
    """What holds the name: a constant, or a key of a mapping from types to handlers."""
    type: str
    event: ast.expr
    """What the type is read from."""


class Read(NamedTuple):
    """A value of an event that is read: `event["message"]["text"]`."""

    node: ast.expr
    path: Path


class Handler:
    """One file that handles events of Stream's: the tests of their type, and what it reads of them."""

    def __init__(self, module: Module, tests: tuple[TypeTest, ...], roots: dict[tuple[Scope, str], Path]) -> None:
        self.module = module
        self.tests = tests
        self._roots = roots
        self._calls: dict[ast.expr, Path] = {}
        self._handed_on()

    def path(self, expr: ast.expr) -> Path | None:
        """Return where in an event an expression is read; `()` is the event itself, None is something else."""
        return self._path(expr, 12)

    def reads(self) -> Iterator[Read]:
        """Yield what is read of events, also on the way to something further down, in the order of the source."""
        found = []
        for node in self.module.nodes:
            if isinstance(node, ast.Call) or (isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)):
                path = self.path(node)
                if path:
                    found.append(Read(node, path))
        yield from sorted(found, key=lambda read: (read.node.lineno, read.node.col_offset, len(read.path)))

    def uses(self) -> Iterator[Read]:
        """Yield the reads, and the names that hold one, each where it is used."""
        for node in self.module.nodes:
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                path = self.path(node)
                if path:
                    yield Read(node, path)
        yield from self.reads()

    def mark(self, call: ast.expr) -> None:
        """Note that an expression is an event."""
        self._calls[call] = ()
        self._handed_on()

    def _path(self, expr: ast.expr, depth: int) -> Path | None:
        if depth == 0:
            return None
        if expr in self._calls:
            return self._calls[expr]
        if isinstance(expr, (ast.Await, ast.NamedExpr)):
            return self._path(expr.value, depth - 1)
        if isinstance(expr, ast.Name):
            return self._named(expr, depth)
        if isinstance(expr, ast.BoolOp) and isinstance(expr.op, ast.Or) and _is_empty(expr.values[-1]):
            return self._path(expr.values[0], depth - 1)
        key = _key(expr)
        if key is None:
            return None
        above = self._path(expr.value if isinstance(expr, ast.Subscript) else _receiver(expr), depth - 1)
        return None if above is None else (*above, key)

    def _named(self, name: ast.Name, depth: int) -> Path | None:
        scope, bindings = self.module.scopes.lookup(name)
        root = self._roots.get((scope, name.id))
        if root is not None or len(bindings) != 1:
            return root
        return self._bound(bindings[0], depth)

    def _bound(self, binding: Binding, depth: int) -> Path | None:
        if binding.value is not None and binding.kind in ("assign", "annassign", "walrus"):
            return self._path(binding.value, depth - 1)
        around = self.module.scopes.parent(binding.node)
        if binding.kind == "for" and isinstance(around, (ast.For, ast.AsyncFor, ast.comprehension)):
            above = self._path(around.iter, depth - 1) if around.target is binding.node else None
            return None if above is None else (*above, "[]")
        return None

    def _handed_on(self) -> None:
        """Follow events, and parts of them, into the functions of the file that all calls give them to."""
        if not (self._roots or self._calls):
            return
        for _ in range(_ROUNDS):
            given: dict[tuple[Scope, str], set[Path | None]] = {}
            for call in self.module.calls():
                for name, value in self._parameters(call):
                    given.setdefault(name, set()).add(self._path(value, 12))
            new = {name: paths.pop() for name, paths in given.items() if len(paths) == 1}
            found = {name: path for name, path in new.items() if path is not None and name not in self._roots}
            if not found:
                return
            self._roots.update(found)

    def _parameters(self, call: ast.Call) -> Iterator[tuple[tuple[Scope, str], ast.expr]]:
        function = self.module.resolver.function(call.func)
        scope = None if function is None else self.module.scopes.opened_by(function)
        if function is None or scope is None or any(isinstance(one, ast.Starred) for one in call.args):
            return
        names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
        if isinstance(call.func, ast.Attribute) and names[:1] in (["self"], ["cls"]):
            names = names[1:]
        given = [*zip(names, call.args, strict=False), *((one.arg or "", one.value) for one in call.keywords)]
        for name, value in given:
            bindings = self.module.scopes.bindings(scope, name)
            if len(bindings) == 1 and bindings[0].kind == "param":
                yield (scope, name), value


_found: WeakKeyDictionary[Project, tuple[Handler, ...]] = WeakKeyDictionary()


def handlers(project: Project) -> tuple[Handler, ...]:
    """Return the files that surely handle Stream's events: by the SDK's functions, or by the types they ask for."""
    if project not in _found:
        _found[project] = tuple(_handlers(project))
    return _found[project]


def _handlers(project: Project) -> Iterator[Handler]:
    named = any(_SDK.search(data) for data in project.python.values())
    calls: dict[str, list[tuple[ast.Call, bool]]] = {}
    bodies: dict[ast.Call, ast.expr | None] = {}
    for call in sdk_calls(project):
        made = call.name in PARSING and call.generation == 1
        if made or call.name in VERIFYING:
            calls.setdefault(call.module.path, []).append((call.node, made))
            bodies[call.node] = call.body
    words = b"|".join(name.encode() for name in sorted(VERIFYING | PARSING))
    for module in project.modules(_type_names() + rb"|" + words):
        mine = calls.get(module.path, [])
        if not (named or mine or _MENTION.search(module.text)):
            continue
        tests = _type_tests(module)
        handler = Handler(module, tests, _roots(module, tests, [node for node, _ in mine]))
        for node, made in mine:
            if made:
                handler.mark(node)
            for parsed in _parsed_beside(module, node, bodies[node]):
                handler.mark(parsed)
        yield handler


def type_tests(handler: Handler) -> Iterator[TypeTest]:
    """Yield the tests of a handler's file whose event is Stream's."""
    for test in handler.tests:
        direct = not isinstance(test.event, ast.Name) and facts.is_stream_only(test.type)
        if direct or handler.path(test.event) == ():
            yield test


@cache
def _type_names() -> bytes:
    return rb"['\"](?:%s)['\"]" % b"|".join(re.escape(type.encode()) for type in sorted(facts.known()))


def _roots(module: Module, tests: tuple[TypeTest, ...], verified: list[ast.Call]) -> dict[tuple[Scope, str], Path]:
    """Return the names that hold Stream's events.

    A name holds one where a type is asked of it that is Stream's alone, or a type of Stream's in a function that tests
    Stream's signature: many products send `user.updated`, and code that hands it on to Stream is no handler of Stream's.
    """
    found: dict[tuple[Scope, str], Path] = {}
    testing = {values.function_around(module, call) for call in verified} - {None}
    for test in tests:
        if not isinstance(test.event, ast.Name) or test.type not in facts.known():
            continue
        function = values.function_around(module, test.event)
        signed = function is not None and (function in testing or "stream" in values.headers(function))
        if not signed and not facts.is_stream_only(test.type):
            continue
        scope, bindings = module.scopes.lookup(test.event)
        if len(bindings) == 1 and not (
            isinstance(bindings[0].value, ast.Subscript) or bindings[0].kind in ("for", "import", "def", "class")
        ):
            found[scope, test.event.id] = ()
    return found


def _parsed_beside(module: Module, call: ast.Call, body: ast.expr | None) -> Iterator[ast.expr]:
    """Yield what is read as JSON in the function that verifies it: the same body, or one of the same request."""
    function = values.function_around(module, call)
    if function is None or body is None:
        return
    verified = values.sources(module, body)
    for node in ast.walk(function):
        if isinstance(node, (ast.Call, ast.Attribute)) and values.is_parsed_json(module, node):
            parent = module.scopes.parent(node)
            whole = not (isinstance(parent, ast.Call) and parent.func is node)
            if whole and verified & values.sources(module, node):
                yield node


def _type_tests(module: Module) -> tuple[TypeTest, ...]:
    found: list[TypeTest] = []
    for node in module.nodes:
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            found += _compared(module, node)
        elif isinstance(node, ast.Match):
            found += _matched(module, node)
        elif isinstance(node, (ast.Subscript, ast.Call)):
            found += _looked_up(module, node)
    return tuple(sorted(found, key=lambda test: (getattr(test.node, "lineno", 0), getattr(test.node, "col_offset", 0))))


def _compared(module: Module, node: ast.Compare) -> Iterator[TypeTest]:
    sides = (node.left, node.comparators[0])
    for side, other in (sides, sides[::-1]):
        event = _event_of_type(module, side)
        if event is None:
            continue
        listed = (
            other.elts
            if isinstance(other := values.followed(module, other), (ast.Tuple, ast.List, ast.Set))
            else [other]
        )
        for item in listed:
            value = module.constant(item)
            if isinstance(value, str):
                yield TypeTest(item, value, event)


def _matched(module: Module, node: ast.Match) -> Iterator[TypeTest]:
    event = _event_of_type(module, node.subject)
    for case in node.cases:
        for pattern in ast.walk(case.pattern):
            if isinstance(pattern, ast.MatchValue) and event is not None:
                value = module.constant(pattern.value)
                if isinstance(value, str):
                    yield TypeTest(pattern.value, value, event)
            elif isinstance(pattern, ast.MatchMapping) and event is None and pattern is case.pattern:
                for key, held in zip(pattern.keys, pattern.patterns, strict=True):
                    if isinstance(key, ast.Constant) and key.value == "type" and isinstance(held, ast.MatchValue):
                        value = module.constant(held.value)
                        if isinstance(value, str):
                            yield TypeTest(held.value, value, node.subject)


def _looked_up(module: Module, node: ast.Subscript | ast.Call) -> Iterator[TypeTest]:
    """Yield the keys of a mapping that is asked for an event's type."""
    if isinstance(node, ast.Subscript):
        table, key = node.value, node.slice
    elif isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        table, key = node.func.value, node.args[0]
    else:
        return
    event = _event_of_type(module, key)
    held = values.followed(module, table)
    if event is None or not isinstance(held, ast.Dict):
        return
    for item in held.keys:
        value = module.constant(item) if item is not None else None
        if item is not None and isinstance(value, str):
            yield TypeTest(item, value, event)


def _event_of_type(module: Module, expr: ast.expr) -> ast.expr | None:
    """Return what the `type` is read from in `event["type"]`, also behind a name; None for anything else."""
    expr = values.followed(module, expr)
    if isinstance(expr, ast.Attribute) and expr.attr == "type":
        return expr.value
    if _key(expr) != "type":
        return None
    return expr.value if isinstance(expr, ast.Subscript) else _receiver(expr)


def _key(expr: ast.expr) -> str | None:
    """Return the key that a subscription or a `get` asks for; `[]` for a number."""
    asked: ast.expr | None = None
    if isinstance(expr, ast.Subscript):
        asked = expr.slice
    elif isinstance(expr, ast.Call) and isinstance(expr.func, ast.Attribute) and expr.func.attr == "get" and expr.args:
        asked = expr.args[0]
        if not (isinstance(asked, ast.Constant) and isinstance(asked.value, str)):
            return None
    if isinstance(asked, ast.UnaryOp):
        asked = asked.operand
    if not isinstance(asked, ast.Constant) or isinstance(asked.value, bool):
        return None
    return asked.value if isinstance(asked.value, str) else "[]" if isinstance(asked.value, int) else None


def _receiver(expr: ast.expr) -> ast.expr:
    assert isinstance(expr, ast.Call) and isinstance(expr.func, ast.Attribute)
    return expr.func.value


def _is_empty(expr: ast.expr) -> bool:
    return (
        (isinstance(expr, ast.Dict) and not expr.keys)
        or (isinstance(expr, (ast.List, ast.Tuple)) and not expr.elts)
        or (isinstance(expr, ast.Constant) and not expr.value)
    )
