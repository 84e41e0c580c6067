"""Whether a value is text or bytes, as far as its expression, its only assignment or its annotation shows it."""

from __future__ import annotations

import ast
from collections.abc import Callable

from streammigrate.codemod.scopes import Binding, Scopes
from streammigrate.codemod.values import KindOf

_CODINGS = {"encode": "bytes", "decode": "text", "hexdigest": "text"}
_BYTES = frozenset(
    {"gzip.compress", "base64.b64decode", "base64.b64encode", "base64.standard_b64decode", "zlib.compress"}
)
_UNPACKED = frozenset(
    f"{sdk}.webhook.{name}"
    for sdk in ("stream_chat", "getstream")
    for name in ("gunzip_payload", "decode_sqs_payload", "decode_sns_payload")
)
_REQUESTS = frozenset({"flask.request.data", "flask.request.get_data"})
"""What frameworks give as bytes, by the name that is imported."""
_BODIES = {
    "django.http.HttpRequest": "body",
    "django.http.request.HttpRequest": "body",
    "fastapi.Request": "body",
    "fastapi.requests.Request": "body",
    "starlette.requests.Request": "body",
    "aiohttp.web.Request": "read",
    "aiohttp.web_request.Request": "read",
}
"""The attribute, or awaited method, that holds a request's body as bytes, by the class in the annotation."""
_HEADERS = ("header", "headers")
_VARIABLES = ("META", "environ")
_DEPTH = 8


class Contents:
    """Answers for one file; `symbol` gives the qualified name of what an import binds."""

    def __init__(self, scopes: Scopes, symbol: Callable[[ast.expr], str | None], kind_of: KindOf) -> None:
        self._scopes = scopes
        self._symbol = symbol
        self._kind_of = kind_of

    def of(self, node: ast.expr) -> str:
        """Return text, bytes, optional (text or None), other, or an empty text when it is not known."""
        return self._of(node, _DEPTH)

    def _of(self, node: ast.expr, depth: int) -> str:
        if depth == 0:
            return ""
        if isinstance(node, ast.Constant):
            return "text" if isinstance(node.value, str) else "bytes" if isinstance(node.value, bytes) else "other"
        if isinstance(node, ast.Name):
            return self._name(node, depth)
        if isinstance(node, ast.NamedExpr):
            return self._of(node.value, depth - 1)
        if isinstance(node, ast.Await):
            return "bytes" if self._is_body(node.value) else ""
        if isinstance(node, ast.IfExp):
            return _either(self._of(node.body, depth - 1), self._of(node.orelse, depth - 1))
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            last = self._of(node.values[-1], depth - 1)
            return last if all(self._of(one, depth - 1) in (last, "optional") for one in node.values) else ""
        if isinstance(node, ast.Subscript):
            return "text" if _is_key(node.slice) and _names_headers(node.value) else ""
        if isinstance(node, ast.Attribute):
            return "bytes" if self._symbol(node) in _REQUESTS or self._is_body(node) else ""
        if isinstance(node, ast.Call):
            return self._call(node)
        return "text" if self._kind_of(node) == "text" else ""

    def _call(self, node: ast.Call) -> str:
        if any(keyword.arg == "as_text" for keyword in node.keywords):
            return ""
        if self._symbol(node.func) in _BYTES | _UNPACKED | _REQUESTS or self._is_builtin(node.func, "bytes"):
            return "bytes"
        if self._is_builtin(node.func, "str"):
            return "text"
        if self._symbol(node.func) == "json.dumps":
            return "text"
        if self._symbol(node.func) in ("os.getenv", "os.environ.get"):
            return _got(node)
        if not isinstance(node.func, ast.Attribute):
            return ""
        if node.func.attr in _CODINGS and len(node.args) < 2 and not node.keywords and all(map(_is_key, node.args)):
            return _CODINGS[node.func.attr]
        if node.func.attr == "get" and node.args and _is_key(node.args[0]) and _names_headers(node.func.value):
            return _got(node)
        return "text" if self._kind_of(node) == "text" else ""

    def _is_builtin(self, function: ast.expr, name: str) -> bool:
        return isinstance(function, ast.Name) and function.id == name and not self._scopes.lookup(function)[1]

    def _is_body(self, node: ast.expr) -> bool:
        """Return whether an expression is the body of a request whose class is annotated: `request.body`."""
        called = isinstance(node, ast.Call) and not node.args and not node.keywords
        place = node.func if isinstance(node, ast.Call) and called else node
        if not isinstance(place, ast.Attribute) or not isinstance(place.value, ast.Name):
            return False
        bindings = self._scopes.lookup(place.value)[1]
        if len(bindings) != 1 or bindings[0].annotation is None:
            return False
        cls = self._symbol(bindings[0].annotation) or ""
        return _BODIES.get(cls) == place.attr and called is not cls.startswith("django.")

    def _name(self, node: ast.Name, depth: int) -> str:
        _, bindings = self._scopes.lookup(node)
        if len(bindings) != 1:
            return ""
        binding = bindings[0]
        if binding.kind in ("assign", "annassign", "walrus") and binding.value is not None:
            found = self._of(binding.value, depth - 1)
            if found or binding.annotation is None:
                return found
        if binding.annotation is None:
            return "text" if self._kind_of(node) == "text" else ""
        found = _annotated(binding.annotation)
        return "optional" if found == "text" and self._may_be_left_out(binding) else found

    def _may_be_left_out(self, binding: Binding) -> bool:
        """Return whether a parameter has a default that is no text, so that None can arrive in spite of `str`."""
        arguments = self._scopes.parent(binding.node)
        if not isinstance(arguments, ast.arguments):
            return False
        positional = [*arguments.posonlyargs, *arguments.args]
        given = dict(zip(reversed(positional), reversed(arguments.defaults), strict=False))
        given.update({arg: one for arg, one in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if one})
        default = next((value for arg, value in given.items() if arg is binding.node), None)
        return default is not None and not (isinstance(default, ast.Constant) and isinstance(default.value, str))


_PLAIN = {"str": "text", "bytes": "bytes", "bytearray": "bytes", "None": "none", "memoryview": "other"}


def _annotated(node: ast.expr) -> str:
    """Return what an annotation says, in any of its spellings."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            node = ast.parse(node.value, mode="eval").body
        except SyntaxError:
            return ""
    parts = [_PLAIN.get(text, "") for text in _alternatives(node)]
    if not parts or "" in parts:
        return ""
    if "none" not in parts:
        return parts[0] if len(set(parts)) == 1 else ""
    return "optional" if set(parts) == {"none", "text"} else "other" if set(parts) == {"none"} else ""


def _alternatives(node: ast.expr) -> list[str]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_alternatives(node.left), *_alternatives(node.right)]
    if isinstance(node, ast.Subscript):
        outer = ast.unparse(node.value).rpartition(".")[2]
        inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if outer == "Annotated":
            return _alternatives(inner[0])
        if outer in ("Optional", "Union"):
            return [*(text for one in inner for text in _alternatives(one)), *(["None"] if outer == "Optional" else [])]
    return [ast.unparse(node)]


def _either(first: str, second: str) -> str:
    return first if first == second else "optional" if {first, second} == {"text", "optional"} else ""


def _got(node: ast.Call) -> str:
    """Return what a `get` of a mapping of texts gives."""
    default = node.args[1] if len(node.args) == 2 and not node.keywords else None
    if len(node.args) > 2 or node.keywords:
        return ""
    if default is None or (isinstance(default, ast.Constant) and default.value is None):
        return "optional"
    return "text" if isinstance(default, ast.Constant) and isinstance(default.value, str) else ""


def _is_key(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _names_headers(node: ast.expr) -> bool:
    """Return whether an expression is called headers, META or environ, whose values are text in every framework."""
    text = ast.unparse(node).rstrip("'\"])")
    return text.lower().endswith(_HEADERS) or text.endswith(_VARIABLES)
