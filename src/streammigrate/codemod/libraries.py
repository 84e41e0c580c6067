"""Which library an object is of, by its import: `requests.Session()`, `httpx.Client()`, `responses`."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import NamedTuple

from streammigrate.codemod.resolve.program import Program
from streammigrate.codemod.resolve.text import is_test_file
from streammigrate.codemod.scopes import Binding
from streammigrate.codemod.urls import Urls

_DEEPEST = 12
_OPTIONAL = frozenset({"Optional", "Annotated", "Union"})


class Made(NamedTuple):
    """An imported thing, or what calling it gives: `httpx.Client().get` is the method of an object."""

    dotted: str
    call: ast.Call | None = None
    """The last call on the way, which made the object."""


class Libraries:
    """Answers for the files of one program.

    `fixtures` says by its name what a fixture of a pytest plugin gives, `injected` what a decorator hands to a function
    as its last argument: nothing imports these.
    """

    def __init__(
        self,
        program: Program,
        urls: Urls,
        fixtures: Mapping[str, str],
        injected: Mapping[str, str],
    ) -> None:
        self._program = program
        self._forest = program.forest
        self._urls = urls
        self._fixtures = fixtures
        self._injected = injected
        self._found: dict[ast.expr, Made | None] = {}

    def made(self, expr: ast.expr) -> Made | None:
        """Return which imported thing an expression is; None for what is made here or is not known."""
        return self._made(expr, 0)

    def _made(self, expr: ast.expr, depth: int) -> Made | None:
        if depth > _DEEPEST:
            return None
        if expr not in self._found:
            self._found[expr] = None
            self._found[expr] = self._judge(expr, depth + 1)
        return self._found[expr]

    def _judge(self, expr: ast.expr, depth: int) -> Made | None:
        if isinstance(expr, ast.Name):
            bound = self._urls.binding(expr)
            return None if bound is None else self._bound(bound, depth)
        if isinstance(expr, ast.Attribute):
            base = self._made(expr.value, depth)
            if base is not None:
                return Made(f"{base.dotted}.{expr.attr}", base.call)
            value = self._urls.attribute(expr)
            return None if value is None else self._made(value, depth)
        if isinstance(expr, ast.Call):
            return self._called(expr, depth)
        if isinstance(expr, (ast.Await, ast.NamedExpr)):
            return self._made(expr.value, depth)
        return None

    def _called(self, call: ast.Call, depth: int) -> Made | None:
        function = self._urls.function(call.func)
        if function is not None:
            value = self._urls.returned(function)
            return None if value is None else self._made(value, depth)
        cls = self._urls.own_class(call.func)
        if cls is not None:
            bases = [found for base in cls.bases if (found := self._made(base, depth)) is not None]
            return Made(f"{bases[0].dotted}()", call) if bases else None
        made = self._made(call.func, depth)
        if made is None:
            return None
        last = made.dotted.rpartition(".")[2]
        if last in ("__enter__", "__aenter__", "start", "enter_context", "enter_async_context"):
            # What is entered is the object itself.
            inner = call.args[0] if last.startswith("enter_") and call.args else None
            return self._made(inner, depth) if inner is not None else Made(made.dotted.rpartition(".")[0], made.call)
        return Made(f"{made.dotted}()", call)

    def _bound(self, bound: Binding, depth: int) -> Made | None:
        parent = self._forest.parent(bound.node)
        if bound.kind == "import" and isinstance(bound.node, ast.alias):
            if isinstance(parent, ast.ImportFrom):
                return None if parent.level else Made(f"{parent.module}.{bound.node.name}")
            return Made(bound.node.name if bound.node.asname else bound.node.name.partition(".")[0])
        if bound.kind == "with" and isinstance(parent, ast.withitem):
            return self._made(parent.context_expr, depth)
        if bound.kind == "param" and isinstance(bound.node, ast.arg):
            return self._parameter(bound.node, depth)
        return None if bound.value is None else self._made(bound.value, depth)

    def _parameter(self, arg: ast.arg, depth: int) -> Made | None:
        if arg.annotation is not None:
            found = self._annotated(arg.annotation, depth)
            if found is not None:
                return found
        arguments = self._forest.parent(arg)
        function = None if arguments is None else self._forest.parent(arguments)
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) or not isinstance(
            arguments, ast.arguments
        ):
            return None
        plain = [*arguments.posonlyargs, *arguments.args]
        for decorator in function.decorator_list:
            made = self._made(decorator, depth)
            given = None if made is None else self._injected.get(made.dotted.removesuffix("()"))
            if made is not None and given and (arg is plain[-1] or arg.arg in self._fixtures):
                return Made(given, made.call)
        return self._fixture(arg.arg, function, depth)

    def _annotated(self, annotation: ast.expr, depth: int) -> Made | None:
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            return None
        if isinstance(annotation, ast.Subscript):
            head = annotation.value
            name = head.attr if isinstance(head, ast.Attribute) else head.id if isinstance(head, ast.Name) else ""
            inner = annotation.slice.elts[0] if isinstance(annotation.slice, ast.Tuple) else annotation.slice
            return self._annotated(inner, depth) if name in _OPTIONAL else None
        if isinstance(annotation, ast.BinOp):
            return self._annotated(annotation.left, depth)
        made = self._made(annotation, depth)
        return None if made is None else Made(f"{made.dotted}()")

    def _fixture(self, name: str, function: ast.FunctionDef | ast.AsyncFunctionDef, depth: int) -> Made | None:
        """Return what a fixture gives: one of the file, of a conftest.py around it, or of a plugin."""
        path = self._forest.path_of(function)
        if not is_test_file(path):
            return None
        own = self._forest.files[path]
        for file in (own, *self._program.conftests(path)):
            for bound in self._forest.bindings(file.module, name):
                node = bound.node
                if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node is not function:
                    value = self._urls.returned(node)
                    return None if value is None else self._made(value, depth)
        given = self._fixtures.get(name)
        return None if given is None else Made(given)
