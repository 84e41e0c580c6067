"""What text an expression is, as far as the code shows it: constants of modules, f-strings and pieces put together."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from streammigrate.paths import HOLE, HOST

if TYPE_CHECKING:
    from streammigrate.codemod.resolve.program import Program
    from streammigrate.codemod.scopes import Binding, FunctionNode, Scope, Scopes

_DEEPEST = 24
_BASE = f"https://{HOST}"
_BASE_NAME = re.compile(r"STREAM_CHAT_(?:BASE_|API_)?(?:URL|HOST)")
"""How the setting is called that holds the address of the Chat API; STREAM_CHAT_URL is stream-chat's own."""

_SAME = frozenset({"str", "quote", "URL", "escape"})
"""What gives back the text that it is given, as far as a URL is recognised by it."""

_GETTERS = frozenset({"getenv", "get", "config", "env", "getattr"})
_FORMAT = re.compile(r"\{(?P<name>\w*)(?:![rsa])?(?::[^{}]*)?\}|\{\{|\}\}")
_PERCENT = re.compile(r"%(?:\((?P<name>\w+)\))?[-+ #0]*\d*(?:\.\d+)?[sdr]|%%")


class Urls:
    """Reads the texts of a program's files. `client_url` tells whether an expression is the `base_url` of a client."""

    def __init__(self, program: Program, client_url: Callable[[ast.Attribute], bool] = lambda node: False) -> None:
        self._program = program
        self._forest = program.forest
        self._client_url = client_url
        self._depth = 0
        self._given: dict[tuple[Scope, str], str] = {}
        self._texts: dict[ast.expr, str] = {}
        self._asked: set[ast.expr] = set()
        self._fields: dict[ast.ClassDef, dict[str, list[ast.expr]]] = {}
        self._returned: dict[FunctionNode, ast.expr | None] = {}
        self.used: set[ast.AST] = set()
        """The expressions that were read so far, those that names led to among them."""

    def text(self, expr: ast.expr) -> str:
        """Return the text of an expression, with HOLE for each part that is not known."""
        self.used.add(expr)
        if not self._given and expr in self._texts:
            return self._texts[expr]
        if self._depth >= _DEEPEST:
            return HOLE
        self._depth += 1
        try:
            found = re.sub(f"{HOLE}+", HOLE, self._text(expr))
        finally:
            self._depth -= 1
        if not self._given and self._depth == 0:
            self._texts[expr] = found
        return found

    def constant(self, expr: ast.expr) -> str | None:
        """Return the text of an expression that is known as a whole."""
        found = self.text(expr)
        return None if HOLE in found else found

    def followed(self, expr: ast.expr) -> ast.expr:
        """Return what a name or an attribute is bound to, where that is one expression, else the expression itself."""
        for _ in range(_DEEPEST):
            value = self._value(expr)
            if value is None:
                break
            self.used.add(expr)
            expr = value
        return expr

    def binding(self, name: ast.Name) -> Binding | None:
        """Return what binds a name, in the file that it is imported from; None where that is not one thing."""
        _, bindings = self._forest.lookup(name)
        return self._one(bindings)

    def function(self, expr: ast.expr) -> FunctionNode | None:
        """Return the function of the project that an expression names."""
        found = self._named(expr)
        node = None if found is None else found.node
        return node if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else None

    def own_class(self, expr: ast.expr) -> ast.ClassDef | None:
        """Return the class of the project that an expression names."""
        found = self._named(expr)
        return found.node if found is not None and isinstance(found.node, ast.ClassDef) else None

    def attribute(self, node: ast.Attribute) -> ast.expr | None:
        """Return what `self.name`, `Class.name`, `object.name` or `module.name` is set to, where that is one expression."""
        bound = self._named(node)
        if bound is not None:
            return bound.value
        cls = self._class_of(node.value)
        return None if cls is None else self._field(cls, node.attr)

    def returned(self, function: FunctionNode) -> ast.expr | None:
        """Return the one expression that a function returns or yields; None for any other."""
        if function not in self._returned:
            found = [
                node.value
                for node in _own_nodes(function)
                if isinstance(node, (ast.Return, ast.Yield)) and node.value is not None
            ]
            self._returned[function] = found[0] if len(found) == 1 else None
        return self._returned[function]

    def _text(self, expr: ast.expr) -> str:
        if isinstance(expr, ast.Constant):
            value = expr.value
            if isinstance(value, bytes):
                return value.decode("latin-1")
            return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else HOLE
        if isinstance(expr, ast.JoinedStr):
            return "".join(map(self._piece, expr.values))
        if isinstance(expr, ast.BinOp):
            return self._joined(expr)
        if isinstance(expr, ast.Call):
            return self._called(expr)
        if isinstance(expr, ast.Await):
            return HOLE
        if isinstance(expr, ast.BoolOp) and isinstance(expr.op, ast.Or):
            known = [text for text in map(self.text, expr.values) if HOLE not in text and text]
            return known[0] if known else HOLE
        if isinstance(expr, ast.IfExp):
            first, second = self.text(expr.body), self.text(expr.orelse)
            return first if first == second else HOLE
        if isinstance(expr, ast.Subscript):
            key = self.text(expr.slice)
            return _BASE if _BASE_NAME.fullmatch(key.upper()) else HOLE
        if isinstance(expr, ast.Name):
            return self._name(expr)
        if isinstance(expr, ast.Attribute):
            return self._attribute(expr)
        return HOLE

    def _piece(self, node: ast.expr) -> str:
        if isinstance(node, ast.FormattedValue):
            return HOLE if node.format_spec is not None or node.conversion == ord("r") else self.text(node.value)
        return self.text(node)

    def _joined(self, expr: ast.BinOp) -> str:
        left = self.text(expr.left)
        if isinstance(expr.op, ast.Add):
            return left + self.text(expr.right)
        if isinstance(expr.op, ast.Div) and "://" in left:
            return f"{left.rstrip('/')}/{self.text(expr.right)}"
        if isinstance(expr.op, ast.Mod):
            right = expr.right
            if isinstance(right, ast.Dict):
                return self._filled(_PERCENT, left, (), _by_key(right))
            values = right.elts if isinstance(right, ast.Tuple) else [right]
            return self._filled(_PERCENT, left, values, {})
        return HOLE

    def _filled(
        self, pattern: re.Pattern[str], text: str, values: list[ast.expr] | tuple[()], named: Mapping[str, ast.expr]
    ) -> str:
        waiting = iter(values)

        def fill(found: re.Match[str]) -> str:
            name = found.groupdict().get("name")
            if found[0] in ("{{", "}}", "%%"):
                return found[0][0]
            if name and name.isdigit():
                value = values[int(name)] if int(name) < len(values) else None
            else:
                value = named.get(name) if name else next(waiting, None)
            return HOLE if value is None or isinstance(value, ast.Starred) else self.text(value)

        return pattern.sub(fill, text)

    def _called(self, call: ast.Call) -> str:
        func = call.func
        name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
        if isinstance(func, ast.Attribute):
            if name == "format":
                named = {one.arg: one.value for one in call.keywords if one.arg is not None}
                return self._filled(_FORMAT, self.text(func.value), call.args, named)
            if name in ("rstrip", "strip", "lower", "human_repr") and len(call.args) <= 1:
                text = self.text(func.value)
                marks = self.constant(call.args[0]) if call.args else None
                return text.lower() if name == "lower" else getattr(text, name, text.strip)(marks)
            if name == "join" and len(call.args) == 1 and isinstance(call.args[0], (ast.List, ast.Tuple)):
                return self.text(func.value).join(map(self.text, call.args[0].elts))
        if name == "urljoin" and len(call.args) == 2:
            return _url_joined(*map(self.text, call.args))
        if name in _GETTERS and call.args:
            keys = [found for one in call.args[:2] if (found := self._written(one)) is not None]
            if any(_BASE_NAME.fullmatch(key.upper()) for key in keys[:1]):
                return _BASE
            default = next((one.value for one in call.keywords if one.arg == "default"), None)
            if default is None and len(call.args) > 1:
                default = call.args[-1]
            if default is not None:
                return self.text(default)
        function = self.function(func)
        if function is not None:
            return self._result(function, call)
        if name in _SAME and len(call.args) == 1:
            return self.text(call.args[0])
        return HOLE

    def _result(self, function: FunctionNode, call: ast.Call) -> str:
        """Return the text that a function of the project makes of its arguments."""
        value = self.returned(function)
        if value is None:
            return HOLE
        with self.calling(function, call):
            return self.text(value)

    @contextmanager
    def calling(self, function: FunctionNode, call: ast.Call) -> Iterator[None]:
        """Read the texts of a function meanwhile as they are in one call of it."""
        scope = self._forest.opened_by(function)
        names = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
        if names[:1] in (["self"], ["cls"]):
            names = names[1:]
        given: dict[tuple[Scope, str], str] = {}
        if scope is not None and not any(isinstance(one, ast.Starred) for one in call.args):
            given = {(scope, name): self.text(one) for name, one in zip(names, call.args, strict=False)}
            given |= {(scope, one.arg): self.text(one.value) for one in call.keywords if one.arg}
        with self._with(given):
            yield

    @contextmanager
    def _with(self, given: dict[tuple[Scope, str], str]) -> Iterator[None]:
        before, self._given = self._given, {**self._given, **given}
        try:
            yield
        finally:
            self._given = before

    def _written(self, expr: ast.expr) -> str | None:
        return expr.value if isinstance(expr, ast.Constant) and isinstance(expr.value, str) else None

    def _name(self, name: ast.Name) -> str:
        owner, _ = self._forest.lookup(name)
        if (owner, name.id) in self._given:
            return self._given[owner, name.id]
        bound = self.binding(name)
        if bound is not None and bound.kind == "param" and isinstance(bound.node, ast.arg):
            default = self._default(bound.node)
            return HOLE if default is None else self.text(default)
        if bound is not None and bound.value is not None:
            return self.text(bound.value)
        return _BASE if _BASE_NAME.fullmatch(name.id.upper()) else HOLE

    def _attribute(self, node: ast.Attribute) -> str:
        value = self.attribute(node)
        if value is not None:
            return self.text(value)
        if _BASE_NAME.fullmatch(node.attr.upper()) or (node.attr == "base_url" and self._client_url(node)):
            return _BASE
        return HOLE

    def _value(self, expr: ast.expr) -> ast.expr | None:
        if isinstance(expr, ast.Name):
            bound = self.binding(expr)
            return None if bound is None else bound.value
        return self.attribute(expr) if isinstance(expr, ast.Attribute) else None

    def _one(self, bindings: tuple[Binding, ...]) -> Binding | None:
        found = [
            one for one in bindings if one.kind != "global" and not (one.kind == "annassign" and one.value is None)
        ]
        if len(found) != 1:
            return None
        bound = found[0]
        statement = self._forest.parent(bound.node)
        if bound.kind == "import" and isinstance(statement, ast.ImportFrom) and isinstance(bound.node, ast.alias):
            path = self._program.modules.find(bound.where.path, statement.level, statement.module or "")
            module = None if path is None else self._program.open(path)
            if module is None or self._depth >= _DEEPEST:
                return bound
            self._depth += 1
            try:
                return self._one(self._forest.bindings(module.module, bound.node.name)) or bound
            finally:
                self._depth -= 1
        return bound

    def _named(self, expr: ast.expr) -> Binding | None:
        """Return what binds a name, or a name of a module of the project."""
        if isinstance(expr, ast.Name):
            return self.binding(expr)
        if not isinstance(expr, ast.Attribute):
            return None
        if isinstance(expr.value, ast.Name):
            bound = self.binding(expr.value)
            module = None if bound is None or bound.kind != "import" else self._module(bound)
            if module is not None:
                return self._one(self._forest.bindings(module.module, expr.attr))
        cls = self._class_of(expr.value)
        scope = None if cls is None else self._forest.opened_by(cls)
        return None if scope is None else self._method(scope, expr.attr)

    def _method(self, scope: Scope, name: str) -> Binding | None:
        found = self._one(self._forest.bindings(scope, name))
        return found if found is not None and found.kind == "def" else None

    def _module(self, bound: Binding) -> Scopes | None:
        statement = self._forest.parent(bound.node)
        modules = self._program.modules
        path = None
        if isinstance(bound.node, ast.alias):
            if isinstance(statement, ast.ImportFrom):
                where, level, dotted = bound.where.path, statement.level, statement.module or ""
                path = modules.find_member(where, level, dotted, bound.node.name)
            elif isinstance(statement, ast.Import) and (bound.node.asname or "." not in bound.node.name):
                path = modules.find(bound.where.path, 0, bound.node.name)
        return None if path is None else self._program.open(path)

    def _class_of(self, expr: ast.expr) -> ast.ClassDef | None:
        """Return the class of the project that an expression is, or is an object of."""
        if expr in self._asked:
            # `x = x.next()`
            return None
        self._asked.add(expr)
        try:
            return self._judged_class(expr)
        finally:
            self._asked.discard(expr)

    def _judged_class(self, expr: ast.expr) -> ast.ClassDef | None:
        if isinstance(expr, ast.Name) and expr.id in ("self", "cls"):
            return next((node for node in self._forest.ancestors(expr) if isinstance(node, ast.ClassDef)), None)
        value = self._bound_to(expr)
        if isinstance(value, ast.Call):
            return self.own_class(value.func)
        return self.own_class(expr) if isinstance(expr, ast.Name) else None

    def _bound_to(self, expr: ast.expr) -> ast.expr | None:
        if isinstance(expr, ast.Call):
            return expr
        bound = self.binding(expr) if isinstance(expr, ast.Name) else None
        return None if bound is None else bound.value

    def _field(self, cls: ast.ClassDef, name: str) -> ast.expr | None:
        """Return what an attribute of a class or of its objects is set to, where there is one place that does."""
        fields = self._fields.get(cls)
        if fields is None:
            fields = self._fields[cls] = _set_on_self(cls)
        scope = self._forest.opened_by(cls)
        found = (
            [] if scope is None else [one.value for one in self._forest.bindings(scope, name) if one.value is not None]
        )
        found += fields.get(name, [])
        return found[0] if len(found) == 1 else None

    def _default(self, arg: ast.arg) -> ast.expr | None:
        arguments = self._forest.parent(arg)
        if not isinstance(arguments, ast.arguments):
            return None
        plain = [*arguments.posonlyargs, *arguments.args]
        pairs = [*zip(reversed(plain), reversed(arguments.defaults), strict=False)]
        pairs += [(one, two) for one, two in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if two]
        return next((default for one, default in pairs if one is arg), None)


def _set_on_self(cls: ast.ClassDef) -> dict[str, list[ast.expr]]:
    """Return what `self.name = value` gives the attributes of a class."""
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(cls):
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                if isinstance(target, ast.Attribute) and _is_self(target.value):
                    found.setdefault(target.attr, []).append(node.value)
    return found


def _is_self(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("self", "cls")


def _by_key(node: ast.Dict) -> dict[str, ast.expr]:
    pairs = zip(node.keys, node.values, strict=True)
    return {str(key.value): value for key, value in pairs if isinstance(key, ast.Constant)}


def _own_nodes(function: FunctionNode) -> Iterator[ast.AST]:
    """Yield the nodes of a function's body without those of functions and classes in it."""
    waiting: list[ast.AST] = list(reversed(function.body))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            waiting.extend(reversed(list(ast.iter_child_nodes(node))))


def _url_joined(base: str, path: str) -> str:
    if "://" in path:
        return path
    if path.startswith("/"):
        found = re.match(rf"(?:\w+:|{HOLE})?//[^/]+", base)
        return f"{found[0] if found else HOLE}{path}"
    return f"{base.rpartition('/')[0] if base.count('/') > 2 else base}/{path}"
