"""Signatures of Stream's webhooks that the code computes itself."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from streammigrate.checks.project import Module, Project
from streammigrate.checks.webhooks import values
from streammigrate.checks.webhooks.calls import is_v2_client

_HMAC = frozenset({"hmac.new", "hmac.HMAC", "hmac.digest"})
_STEADY = frozenset(
    {
        "hmac.compare_digest",
        "secrets.compare_digest",
        "django.utils.crypto.constant_time_compare",
        "werkzeug.security.safe_str_cmp",
    }
)
_NAMED = re.compile(r"(?<![a-z])(?:get)?stream(?![a-z])", re.IGNORECASE)
_WORD = re.compile(r"[a-z]+")
_PLAIN = frozenset(
    "api key secret webhook hook signing app client chat self cls settings config conf current os environ env getenv get "
    "encode utf bytes str value token shared get_secret_value".split()
)
"""Words in the name of a key that tell nothing of whose it is."""

_SDK = re.compile(rb"stream_chat|getstream")


class Comparison(NamedTuple):
    """A place that holds a computed signature against another; `steady` where it takes the same time for any."""

    node: ast.expr
    steady: bool


class Digest(NamedTuple):
    """An HMAC that is held against the signature of one of Stream's webhooks."""

    module: Module
    call: ast.Call
    message: ast.expr | None
    """What is signed, where it is given at once."""
    comparisons: tuple[Comparison, ...]


def digests(project: Project) -> Iterator[Digest]:
    """Yield the HMACs that are surely for Stream's webhooks: compared in the file, with Stream's secret or header."""
    named = any(_SDK.search(data) for data in project.python.values())
    for module in project.modules(rb"\bhmac\b"):
        calls = [node for node in module.calls() if module.symbol(node.func) in _HMAC]
        for call in calls:
            compared = tuple(_comparisons(module, call))
            if compared and _is_streams(project, module, call, compared, named, len(calls)):
                yield Digest(module, call, _message(module, call), compared)


def _message(module: Module, call: ast.Call) -> ast.expr | None:
    """Return what is signed: given at once, or by the one `update` of the HMAC."""
    given = _given(call, 1, "msg")
    if given is not None and not (isinstance(given, ast.Constant) and given.value is None):
        return given
    updates = [
        node.args[0]
        for node in module.calls()
        if isinstance(node.func, ast.Attribute)
        and node.func.attr == "update"
        and node.args
        and values.followed(module, node.func.value) is call
    ]
    return updates[0] if len(updates) == 1 else None


def _given(call: ast.Call, position: int, name: str) -> ast.expr | None:
    if len(call.args) > position:
        return call.args[position]
    return next((one.value for one in call.keywords if one.arg == name), None)


def _comparisons(module: Module, call: ast.Call) -> Iterator[Comparison]:
    for node in module.nodes:
        sides: list[ast.expr] = []
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], (ast.Eq, ast.NotEq)):
            sides = [node.left, node.comparators[0]]
        elif isinstance(node, ast.Call) and module.symbol(node.func) in _STEADY:
            sides = node.args
        if isinstance(node, (ast.Compare, ast.Call)) and any(_is_digest(module, side, call) for side in sides):
            yield Comparison(node, isinstance(node, ast.Call))


def _is_digest(module: Module, expr: ast.expr, call: ast.Call, depth: int = 4) -> bool:
    """Return whether an expression is the hexadecimal digest of an HMAC; Stream's signatures are no others."""
    expr = values.followed(module, expr)
    if not isinstance(expr, ast.Call) or depth == 0:
        return False
    if isinstance(expr.func, ast.Attribute) and expr.func.attr in ("hexdigest", "hex"):
        made = values.followed(module, expr.func.value)
        if expr.func.attr == "hex" and isinstance(made, ast.Call) and isinstance(made.func, ast.Attribute):
            # `hmac.new(…).digest().hex()`; what hmac.digest returns has no digest of its own.
            made = values.followed(module, made.func.value) if made.func.attr == "digest" and made is not call else made
        return made is call
    if isinstance(expr.func, ast.Attribute) and expr.func.attr == "encode":
        return _is_digest(module, expr.func.value, call, depth - 1)
    function = module.resolver.function(expr.func)
    if function is None:
        return False
    returned = [one.value for one in ast.walk(function) if isinstance(one, ast.Return) and one.value is not None]
    return any(_is_digest(module, value, call, depth - 1) for value in returned)


def _is_streams(
    project: Project, module: Module, call: ast.Call, compared: tuple[Comparison, ...], named: bool, count: int
) -> bool:
    key = _given(call, 0, "key")
    if key is None:
        return False
    if _is_clients_secret(project, module, key):
        return True
    around = {
        values.function_around(module, node) or module.resolver.tree for node in (call, *(one.node for one in compared))
    }
    headers = set().union(*(values.headers(node) for node in around))
    if headers == {"other"}:
        return False
    texts = list(_texts(module, key))
    said = any(_NAMED.search(text) for text in texts)
    header = "stream" in headers or (not headers and count == 1 and values.headers(module.resolver.tree) == {"stream"})
    # Other products call their header X-Signature too, and a stream may be any.
    plain = all(word in _PLAIN for text in texts for word in _WORD.findall(text.lower()))
    return (header and (said or (plain and _SDK.search(module.text.encode()) is not None))) or (said and named)


def _is_clients_secret(project: Project, module: Module, key: ast.expr) -> bool:
    for part in values.parts(module, key):
        if isinstance(part, ast.Attribute) and part.attr == "api_secret":
            receiver = module.resolver.receiver(part.value)
            if receiver is not None and receiver.cls in ("StreamChat", "StreamChatAsync"):
                return True
            if is_v2_client(project, module, part.value):
                return True
    return False


def _texts(module: Module, key: ast.expr) -> Iterator[str]:
    for part in values.parts(module, key):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute):
            yield part.attr
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value
