"""Small questions about expressions of webhook handlers: what they are made of, and what they are text or bytes of."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from streammigrate.checks.project import Module

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_JSON_METHODS = frozenset({"get_json", "json"})
_ROUTES = frozenset("route get post put patch api_route api_view add_route websocket view".split())
_HEADER = re.compile(r"(?:http[-_])?x[-_]signature", re.IGNORECASE)
_OTHER_HEADER = re.compile(r"[\w-]*-(?:signature|hmac)[\w-]*|http_\w*_(?:signature|hmac)\w*", re.IGNORECASE)


def followed(module: Module, expr: ast.expr) -> ast.expr:
    """Return what a name is bound to, where it is bound once; any other expression as it is, `await` and `:=` unwrapped."""
    seen: set[ast.expr] = set()
    while expr not in seen:
        seen.add(expr)
        if isinstance(expr, (ast.Await, ast.NamedExpr)):
            expr = expr.value
        elif isinstance(expr, ast.Name):
            _, bindings = module.scopes.lookup(expr)
            if (
                len(bindings) != 1
                or bindings[0].value is None
                or bindings[0].kind not in ("assign", "annassign", "walrus")
            ):
                return expr
            expr = bindings[0].value
    return expr


def parts(module: Module, expr: ast.expr) -> Iterator[ast.expr]:
    """Yield the expressions that one is made of, through names that are bound once."""
    waiting: list[ast.expr] = [expr]
    seen: set[ast.expr] = set()
    while waiting:
        node = waiting.pop()
        if node in seen:
            continue
        seen.add(node)
        yield node
        if isinstance(node, ast.Name) and (meant := followed(module, node)) is not node:
            waiting.append(meant)
        waiting += [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr)]


def arguments(module: Module, expr: ast.expr) -> Iterator[ast.expr]:
    """Yield an expression; for a parameter of a function of the file, what the calls of the file give for it."""
    binding = module.scopes.lookup(expr)[1] if isinstance(expr, ast.Name) else ()
    function = binding[0].scope.node if len(binding) == 1 and binding[0].kind == "param" else None
    if not isinstance(expr, ast.Name) or not isinstance(function, FUNCTIONS):
        yield expr
        return
    names = [one.arg for one in (*function.args.posonlyargs, *function.args.args)]
    for call in module.calls():
        if module.resolver.function(call.func) is function and not any(
            isinstance(one, ast.Starred) for one in call.args
        ):
            bound = names[1:] if isinstance(call.func, ast.Attribute) and names[:1] == ["self"] else names
            given = dict(zip(bound, call.args, strict=False)) | {one.arg or "": one.value for one in call.keywords}
            if expr.id in given:
                yield given[expr.id]


def sources(module: Module, expr: ast.expr) -> set[str]:
    """Return what an expression is made from: names that are bound in the file, and `request` for any request.

    Two expressions that share none of them are made from different things.
    """
    found = set()
    for part in parts(module, expr):
        if isinstance(part, (ast.Name, ast.Attribute)) and _is_request(part):
            found.add("request")
        elif isinstance(part, ast.Name) and module.scopes.lookup(part)[1] and not module.symbol(part):
            found.add(part.id)
    return found - {"self", "cls"}


def is_parsed_json(module: Module, expr: ast.expr) -> bool:
    """Return whether an expression is the body of a request that was read as JSON: `request.json`, `json.loads(…)`."""
    expr = followed(module, expr)
    if isinstance(expr, ast.Call):
        if module.symbol(expr.func) in ("json.loads", "json.load", "orjson.loads", "ujson.loads"):
            return True
        return isinstance(expr.func, ast.Attribute) and expr.func.attr in _JSON_METHODS and _is_request(expr.func.value)
    if isinstance(expr, ast.Name):
        return _is_body_parameter(module, expr)
    parsed = ("json", "data") if "rest_framework" in module.text else ("json",)
    return isinstance(expr, ast.Attribute) and expr.attr in parsed and _is_request(expr.value)


def _is_body_parameter(module: Module, name: ast.Name) -> bool:
    """Return whether a name is a mapping that a framework makes of the body: a parameter of a route of FastAPI."""
    _, bindings = module.scopes.lookup(name)
    binding = bindings[0] if len(bindings) == 1 else None
    if binding is None or binding.kind != "param" or binding.annotation is None:
        return False
    annotation = binding.annotation.value if isinstance(binding.annotation, ast.Subscript) else binding.annotation
    function = binding.scope.node
    return (
        isinstance(annotation, ast.Name)
        and annotation.id in ("dict", "Dict", "Mapping")
        and isinstance(function, FUNCTIONS)
        and any(is_route(one) for one in function.decorator_list)
    )


def is_route(decorator: ast.expr) -> bool:
    """Return whether a decorator makes a function the handler of an address: `@app.post("/hook")`."""
    called = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(called, ast.Attribute) and called.attr in _ROUTES


def _is_request(expr: ast.expr) -> bool:
    name = expr.attr if isinstance(expr, ast.Attribute) else expr.id if isinstance(expr, ast.Name) else ""
    return name in ("request", "req", "http_request")


def written_again(module: Module, expr: ast.expr) -> ast.expr | None:
    """Return the `json.dumps` of a parsed body that an expression is made of; None where it is not."""
    for part in parts(module, expr):
        dumps = isinstance(part, ast.Call) and module.symbol(part.func) in ("json.dumps", "orjson.dumps", "ujson.dumps")
        if dumps and isinstance(part, ast.Call) and part.args and is_parsed_json(module, part.args[0]):
            return part
    return None


class _Hollow(ast.NodeTransformer):
    """Puts dots for texts, except for the keys of subscriptions and the first argument of `get`."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        node.value = self.visit(node.value)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        keeps = isinstance(node.func, ast.Attribute) and node.func.attr == "get"
        node.func = self.visit(node.func)
        node.args = [one if keeps and not place else self.visit(one) for place, one in enumerate(node.args)]
        for keyword in node.keywords:
            keyword.value = self.visit(keyword.value)
        return node

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Constant("…") if isinstance(node.value, (str, bytes)) and node.value else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return ast.Constant("…")


def shown(node: ast.expr) -> str:
    """Return an expression as evidence: in one line, not too long, and without texts, which may be secrets."""
    text = ast.unparse(_Hollow().visit(ast.parse(ast.unparse(node), mode="eval").body))
    return text if len(text) <= 100 else text[:99] + "…"


def function_around(module: Module, node: ast.AST) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """Return the nearest function around a node."""
    return next((one for one in module.scopes.ancestors(node) if isinstance(one, FUNCTIONS)), None)


def headers(node: ast.AST) -> set[str]:
    """Return which signature headers the code at and below a node names: `stream`, for X-Signature, and `other`."""
    found = set()
    for part in ast.walk(node):
        texts = [part.value] if isinstance(part, ast.Constant) else [part.arg] if isinstance(part, ast.arg) else []
        for text in texts:
            if isinstance(text, str) and len(text) < 60:
                if _HEADER.fullmatch(text):
                    found.add("stream")
                elif _OTHER_HEADER.fullmatch(text) and not isinstance(part, ast.arg):
                    found.add("other")
    return found
