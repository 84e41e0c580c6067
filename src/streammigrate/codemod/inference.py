"""What a value is, as far as its expression, its only assignment or its annotation shows it."""

from __future__ import annotations

import ast
from collections.abc import Callable

from streammigrate.codemod.scopes import Binding, Scopes
from streammigrate.rules import load

_TIMES = frozenset(
    {
        "datetime.datetime",
        "datetime.datetime.now",
        "datetime.datetime.utcnow",
        "datetime.datetime.today",
        "datetime.datetime.fromtimestamp",
        "datetime.datetime.utcfromtimestamp",
        "datetime.datetime.fromisoformat",
        "datetime.datetime.strptime",
        "datetime.datetime.combine",
        "django.utils.timezone.now",
        "arrow.utcnow",
    }
)
_TEXT_METHODS = frozenset({"format", "join", "strip", "lower", "upper", "replace", "isoformat", "strftime", "hex"})
_BUILTINS = {
    "str": "text",
    "repr": "text",
    "int": "number",
    "float": "number",
    "len": "number",
    "dict": "mapping",
    "list": "list",
    "sorted": "list",
}
_ANNOTATIONS = {
    "str": "text",
    "int": "number",
    "float": "number",
    "dict": "mapping",
    "typing.Dict": "mapping",
    "list": "list",
    "typing.List": "list",
    "datetime.datetime": "time",
}
_DEPTH = 8


class Inference:
    """Answers what an expression of one file is; `symbol` gives the qualified name of what an import binds."""

    def __init__(self, scopes: Scopes, symbol: Callable[[ast.expr], str | None]) -> None:
        self.scopes = scopes
        self.symbol = symbol

    def kind_of(self, node: ast.expr) -> str:
        """Return text, number, true, false, none, mapping, list, texts, time, enum:<value>, or "" when it is not known."""
        return self._kind(node, _DEPTH)

    def follow(self, node: ast.expr) -> ast.expr:
        """Return the expression that a name is bound to, where it is bound once and plainly; else the name itself."""
        for _ in range(_DEPTH):
            bindings = self.scopes.lookup(node)[1] if isinstance(node, ast.Name) else ()
            value = bindings[0].value if len(bindings) == 1 and bindings[0].kind in ("assign", "annassign") else None
            if value is None:
                break
            node = value
        return node

    def _kind(self, node: ast.expr, depth: int) -> str:
        if depth == 0:
            return ""
        if isinstance(node, ast.Constant):
            return _constant(node.value)
        if isinstance(node, ast.JoinedStr):
            return "text"
        if isinstance(node, (ast.Dict, ast.DictComp)):
            return "mapping"
        if isinstance(node, (ast.List, ast.Tuple)):
            items = [self._kind(item, depth - 1) for item in node.elts]
            return "texts" if items and all(item == "text" for item in items) else "list"
        if isinstance(node, ast.ListComp):
            return "texts" if self._kind(node.elt, depth - 1) == "text" else "list"
        if isinstance(node, ast.IfExp):
            return _same(self._kind(node.body, depth - 1), self._kind(node.orelse, depth - 1))
        if isinstance(node, ast.NamedExpr):
            return self._kind(node.value, depth - 1)
        if isinstance(node, ast.BinOp):
            return self._operation(node, depth)
        if isinstance(node, ast.Call):
            return self._call(node, depth)
        if isinstance(node, ast.Attribute):
            return self._enum(node)
        if isinstance(node, ast.Name):
            return self._name(node, depth)
        return ""

    def _operation(self, node: ast.BinOp, depth: int) -> str:
        left, right = self._kind(node.left, depth - 1), self._kind(node.right, depth - 1)
        if isinstance(node.op, ast.Add) and "text" in (left, right):
            return "text"
        if isinstance(node.op, ast.Mod) and left == "text":
            return "text"
        if left == "time" and isinstance(node.op, (ast.Add, ast.Sub)) and right != "time":
            return "time"
        return "number" if left == right == "number" else ""

    def _call(self, node: ast.Call, depth: int) -> str:
        symbol = self.symbol(node.func) or ""
        if symbol in _TIMES:
            return "time"
        if symbol in ("time.time", "time.time_ns"):
            return "number"
        if isinstance(node.func, ast.Name) and not self.scopes.lookup(node.func)[1]:
            return _BUILTINS.get(node.func.id, "")
        if isinstance(node.func, ast.Attribute):
            if node.func.attr in _TEXT_METHODS and self._kind(node.func.value, depth - 1) in ("text", "time"):
                return "time" if node.func.attr == "replace" and self._is_time(node.func.value, depth) else "text"
            if node.func.attr in ("replace", "astimezone") and self._is_time(node.func.value, depth):
                return "time"
            if node.func.attr == "isoformat":
                return "text"
        return ""

    def _is_time(self, node: ast.expr, depth: int) -> bool:
        return self._kind(node, depth - 1) == "time"

    def _enum(self, node: ast.Attribute) -> str:
        symbol = self.symbol(node)
        value = _members().get(symbol or "")
        return "" if value is None else f"enum:{value}"

    def _name(self, node: ast.Name, depth: int) -> str:
        _, bindings = self.scopes.lookup(node)
        real = [binding for binding in bindings if binding.kind != "global"]
        if len(real) != 1:
            return ""
        return self._binding(real[0], depth)

    def _binding(self, binding: Binding, depth: int) -> str:
        if binding.annotation is not None:
            found = self._annotation(binding.annotation)
            if found:
                return found
        if binding.kind in ("assign", "annassign", "walrus") and binding.value is not None:
            return self._kind(binding.value, depth - 1)
        if binding.kind == "for":
            owner = self.scopes.parent(binding.node)
            iterable = getattr(owner, "iter", None)
            target = getattr(owner, "target", None)
            if iterable is not None and target is binding.node and self._kind(iterable, depth - 1) == "texts":
                return "text"
        return ""

    def _annotation(self, node: ast.expr) -> str:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                node = ast.parse(node.value, mode="eval").body
            except SyntaxError:
                return ""
            return _ANNOTATIONS.get(ast.unparse(node), "")
        if isinstance(node, ast.Subscript):
            outer = self._annotation(node.value)
            inner = self._annotation(node.slice) if outer == "list" else ""
            return "texts" if inner == "text" else outer
        name = self.symbol(node) or ast.unparse(node)
        return _ANNOTATIONS.get(name, "")


def _constant(value: object) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "text" if isinstance(value, str) else "number" if isinstance(value, (int, float)) else ""


def _same(first: str, second: str) -> str:
    return first if first == second else ""


def _members() -> dict[str, str]:
    """Return the values of stream-chat's enumeration members by qualified name (rules/types.yaml)."""
    found: dict[str, str] = load("types").get("enums", {})
    return found
