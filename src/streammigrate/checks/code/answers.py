"""Where in an answer or a webhook body of Stream a value comes from."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from streammigrate.checks.code.imports import imports
from streammigrate.checks.code.second import second
from streammigrate.checks.project import Module, Project
from streammigrate.codemod.resolve.text import last_name
from streammigrate.codemod.scopes import Binding, Scope

Path = tuple[str, ...]
"""The keys from the answer on; `*` for an item of a list, or of a mapping by id."""

_DEEPEST = 14
_MOST = 40
"""A function that more files seem to call has a name of the common sort, and is not followed to its callers."""
_PARSERS = ("verify_and_parse_webhook", "parse_sqs", "parse_sns", "parse_event")
_VERIFIERS = ("verify_webhook", "verify_signature")
_EVENT_MODULES = ("stream_chat.webhook", "getstream.webhook")
_SAME = frozenset({"list", "tuple", "sorted", "reversed", "iter", "set", "filter"})
_ITEM = frozenset({"next", "max", "min"})
_TRANSPARENT = frozenset({"data", "to_dict", "copy"})
"""What v2 has between a response and its fields, and what gives the same again."""
_LISTS = {"StreamChat.query_members": ("members",), "Channel.query_members": ("members",)}
"""Where the answers of methods are that give only a part."""


class Answers:
    """Follows answers through the functions, names and loops of a project."""

    def __init__(self, project: Project) -> None:
        self._roots: dict[ast.AST, Path] = {}
        self._verified: dict[ast.AST, tuple[Module, ast.expr]] = {}
        """By the function in which it happens: the body whose signature is verified."""
        self._imports = imports(project)
        for call in project.calls:
            name = call.member.partition(".")[2]
            if name in _VERIFIERS:
                self._note_verified(call.module, call.node)
            elif call.sends or name in _PARSERS:
                self._roots[call.node] = _LISTS.get(call.member, ())
        for other in second(project).calls:
            if other.thing.owner == "client" and other.name in _VERIFIERS:
                self._note_verified(other.module, other.node)
            elif other.sends or (other.thing.owner == "client" and other.name in _PARSERS):
                self._roots[other.node] = ()
        self._modules = project.modules
        self._passed: dict[ast.AST, list[tuple[Module, ast.expr]]] = {}
        """By parameter: what calls of the project give it."""
        self._asked: set[str] = set()
        """The functions whose calls have been looked for, by name."""
        self._known: dict[ast.expr, Path | None] = {}
        for module in project.modules(rb"(?:stream_chat|getstream)\b[^\n]*\bwebhook"):
            self._note_functions(module)

    @property
    def is_empty(self) -> bool:
        """Whether nothing of the project comes from Stream."""
        return not self._roots and not self._verified

    def path(self, module: Module, expr: ast.expr, depth: int = _DEEPEST) -> Path | None:
        """Return where in an answer a value comes from; None where it comes from none, as far as is known."""
        if depth == 0:
            return None
        if expr not in self._known:
            # What depends on itself comes from nowhere while it is being found out.
            self._known[expr] = None
            self._known[expr] = self._find(module, expr, depth - 1)
        return self._known[expr]

    def _note_verified(self, module: Module, call: ast.Call) -> None:
        around = _function(module, call)
        if around is not None and call.args:
            self._verified[around] = (module, call.args[0])

    def _note_functions(self, module: Module) -> None:
        for call in module.calls():
            root, _, name = module.symbol(call.func).rpartition(".")
            if root in _EVENT_MODULES and name in _VERIFIERS:
                self._note_verified(module, call)
            elif root in _EVENT_MODULES and name in _PARSERS:
                self._roots[call] = ()

    def _given(self, parameter: ast.AST, scope: Scope) -> list[tuple[Module, ast.expr]]:
        """Return what calls of the project give a parameter."""
        name = getattr(scope.node, "name", "")
        if name and name not in self._asked:
            self._asked.add(name)
            modules = list(islice(self._modules(rf"\b{re.escape(name)}[ \t]*\(".encode()), _MOST + 1))
            for module in modules if len(modules) <= _MOST else ():
                for call in module.calls():
                    if last_name(call.func) == name and (call.args or call.keywords):
                        self._note_passed(module, call)
        return self._passed.get(parameter, [])

    def _note_passed(self, module: Module, call: ast.Call) -> None:
        function = self._imports.function(module, call.func)[1]
        if function is None or any(isinstance(one, ast.Starred) for one in call.args):
            return
        parameters = [*function.args.posonlyargs, *function.args.args]
        if parameters and parameters[0].arg in ("self", "cls") and isinstance(call.func, ast.Attribute):
            parameters = parameters[1:]
        named = {one.arg: one for one in (*parameters, *function.args.kwonlyargs)}
        pairs = list(zip(parameters, call.args, strict=False))
        pairs += [(named[one.arg], one.value) for one in call.keywords if one.arg in named]
        for parameter, value in pairs:
            self._passed.setdefault(parameter, []).append((module, value))

    def _find(self, module: Module, expr: ast.expr, depth: int) -> Path | None:
        if expr in self._roots:
            return self._roots[expr]
        if isinstance(expr, (ast.Await, ast.NamedExpr)):
            return self.path(module, expr.value, depth)
        if isinstance(expr, ast.Call):
            return self._called(module, expr, depth)
        if isinstance(expr, ast.Subscript):
            return self._item(module, expr, depth)
        if isinstance(expr, ast.Attribute):
            if expr.attr == "json" and self._is_body(module, expr):
                return ()
            owner = self.path(module, expr.value, depth)
            return owner if owner is None or expr.attr in _TRANSPARENT else (*owner, expr.attr)
        if isinstance(expr, ast.Name):
            bindings = [one for one in module.scopes.lookup(expr)[1] if one.kind != "global"]
            return self._first(self._bound(module, one, depth) for one in bindings)
        if isinstance(expr, ast.BoolOp):
            return self._first(self.path(module, one, depth) for one in expr.values)
        if isinstance(expr, ast.IfExp):
            return self._first(self.path(module, one, depth) for one in (expr.body, expr.orelse))
        if isinstance(expr, (ast.ListComp, ast.GeneratorExp)):
            item = self.path(module, expr.elt, depth)
            return item[:-1] if item and item[-1] == "*" else None
        return None

    def _first(self, found: Iterator[Path | None]) -> Path | None:
        return next((one for one in found if one is not None), None)

    def _item(self, module: Module, expr: ast.Subscript, depth: int) -> Path | None:
        owner = self.path(module, expr.value, depth)
        if owner is None or isinstance(expr.slice, ast.Slice):
            return owner
        key = module.constant(expr.slice)
        return (*owner, key if isinstance(key, str) and owner[-1:] != ("users",) else "*")

    def _called(self, module: Module, call: ast.Call, depth: int) -> Path | None:
        function = call.func
        if last_name(function) == "as_v1" and len(call.args) == 1:
            # What `rewrite` puts around an answer that goes on in v1's shape.
            return self.path(module, call.args[0], depth)
        if isinstance(function, ast.Attribute):
            found = self._method(module, call, function, depth)
            if found is not None:
                return found
        elif isinstance(function, ast.Name) and call.args and not module.scopes.lookup(function)[1]:
            given = self.path(module, call.args[-1 if function.id == "filter" else 0], depth)
            if given is not None and function.id in (_SAME | _ITEM | {"dict", "enumerate"}):
                return (*given, "*") if function.id in _ITEM else given
        if self._is_body(module, call):
            return ()
        home, defined = self._imports.function(module, function)
        if defined is None:
            return None
        if isinstance(defined, ast.AsyncFunctionDef) and not isinstance(module.scopes.parent(call), ast.Await):
            return None
        return self._first(self.path(home, one, depth) for one in _returned(home, defined))

    def _method(self, module: Module, call: ast.Call, function: ast.Attribute, depth: int) -> Path | None:
        owner = self.path(module, function.value, depth)
        if owner is None:
            return None
        if function.attr in ("get", "pop") and call.args:
            key = module.constant(call.args[0])
            return (*owner, key if isinstance(key, str) else "*")
        if function.attr in _TRANSPARENT or function.attr in ("values", "items"):
            return owner
        return None

    def _is_body(self, module: Module, expr: ast.Call | ast.Attribute) -> bool:
        """Return whether an expression parses a body whose signature the same function verifies."""
        around = _function(module, expr)
        verified = None if around is None else self._verified.get(around)
        if verified is None:
            return False
        body = verified[1]
        if isinstance(expr, ast.Attribute):
            # Flask's `request.json`.
            return _is_request(expr.value, body, module)
        if module.symbol(expr.func) in ("json.loads", "orjson.loads", "ujson.loads") and expr.args:
            given = expr.args[0]
            if isinstance(given, ast.Call) and isinstance(given.func, ast.Attribute) and given.func.attr == "decode":
                given = given.func.value
            return ast.unparse(given) == ast.unparse(body)
        if isinstance(expr.func, ast.Attribute) and expr.func.attr in ("json", "get_json"):
            return _is_request(expr.func.value, body, module)
        return False

    def _bound(self, module: Module, binding: Binding, depth: int) -> Path | None:
        if binding.value is not None:
            return self.path(module, binding.value, depth)
        if binding.kind == "param":
            return self._first(
                self.path(home, value, depth) for home, value in self._given(binding.node, binding.scope)
            )
        around = module.scopes.parent(binding.node)
        if binding.kind == "unpack":
            # `for number, user in enumerate(users)` and `for id, user in users.items()`: the second is the item.
            outer = None if around is None else module.scopes.parent(around)
            plain = isinstance(around, ast.Tuple) and len(around.elts) == 2 and around.elts[1] is binding.node
            around = outer if plain else None
        if isinstance(around, (ast.For, ast.AsyncFor, ast.comprehension)):
            found = self.path(module, around.iter, depth)
            return None if found is None else (*found, "*")
        return None


@lru_cache(maxsize=1)
def answers(project: Project) -> Answers:
    """Return what follows the answers of a project; the checks of one run ask for the same."""
    return Answers(project)


def _is_request(value: ast.expr, body: ast.expr, module: Module) -> bool:
    """Return whether a body is read of an object: `request.body`, `request.get_data()`, `await request.body()`."""
    if isinstance(body, ast.Name):
        bindings = module.scopes.lookup(body)[1]
        found = bindings[0].value if len(bindings) == 1 else None
        if found is None:
            return False
        body = found
    if isinstance(body, ast.Await):
        body = body.value
    if isinstance(body, ast.Call):
        body = body.func
    return isinstance(body, ast.Attribute) and ast.unparse(body.value) == ast.unparse(value)


def _function(module: Module, node: ast.AST) -> ast.AST | None:
    return next(
        (one for one in module.scopes.ancestors(node) if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))), None
    )


def _returned(module: Module, function: ast.AST) -> list[ast.expr]:
    found = (node for node in ast.walk(function) if isinstance(node, ast.Return) and node.value is not None)
    return [node.value for node in found if node.value is not None and _function(module, node) is function]
