"""Calls of the webhook functions of both SDKs: as functions of a module, and as methods of a client."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from streammigrate.checks.project import Module, Project
from streammigrate.codemod.resolve.text import last_name

VERIFYING = frozenset({"verify_signature", "verify_webhook_signature", "verify_webhook", "verify_and_parse_webhook"})
"""What compares a body with a signature, in either SDK."""

PARSING = frozenset({"verify_and_parse_webhook", "parse_event", "parse_webhook_event", "parse_sqs", "parse_sns"})
"""What returns an event: a mapping in v1, an object in v2."""

_MODULES = {"stream_chat.webhook": 1, "getstream.webhook": 2}
_V2_CLIENTS = frozenset(f"getstream.{path}{name}" for path in ("", "stream.") for name in ("Stream", "AsyncStream"))
_SDK = re.compile(r"\b(?:stream_chat|getstream)\b")
_NAMED = b"|".join(sorted(name.encode() for name in VERIFYING | PARSING))
_BODY = ("body", "request_body", "raw_body")
_SIGNATURE = ("signature", "x_signature")


class SdkCall(NamedTuple):
    """A call of one of the functions. `generation` is 1 for stream-chat and 2 for getstream."""

    module: Module
    node: ast.Call
    generation: int
    name: str

    @property
    def body(self) -> ast.expr | None:
        """The body that is verified, where it is written."""
        return _argument(self.node, 0, _BODY)

    @property
    def signature(self) -> ast.expr | None:
        """The signature that it is held against, where it is written."""
        return _argument(self.node, 1, _SIGNATURE)


def sdk_calls(project: Project) -> Iterator[SdkCall]:
    """Yield the calls whose function or client is known to be an SDK's, in the order of files and lines."""
    methods = {call.node: call.member for call in project.calls}
    for module in project.modules(_NAMED):
        importing = _SDK.search(module.text) is not None
        for node in module.calls():
            # Under another name it is only where it is imported so; to look up every name of every file is slow.
            if not importing and last_name(node.func) not in VERIFYING | PARSING:
                continue
            found = _known(project, module, node, methods.get(node, ""))
            if found is not None:
                yield SdkCall(module, node, *found)


def _known(project: Project, module: Module, node: ast.Call, member: str) -> tuple[int, str] | None:
    owner, _, name = module.symbol(node.func).rpartition(".")
    if owner in _MODULES and name in VERIFYING | PARSING:
        return _MODULES[owner], name
    owner, _, name = member.partition(".")
    if owner == "StreamChat" and name in VERIFYING | PARSING:
        return 1, name
    if isinstance(node.func, ast.Attribute) and node.func.attr in VERIFYING | PARSING:
        return (2, node.func.attr) if is_v2_client(project, module, node.func.value) else None
    return None


def is_v2_client(project: Project, module: Module, expr: ast.expr) -> bool:
    """Return whether an expression is a client of getstream: made in view, annotated so, or imported from where it is."""
    return _is_v2(project, module, expr, 6)


def _is_v2(project: Project, module: Module, expr: ast.expr, depth: int) -> bool:
    if depth == 0:
        return False
    if isinstance(expr, ast.Call):
        if module.symbol(expr.func) in _V2_CLIENTS:
            return True
        function = module.resolver.function(expr.func)
        returned = [] if function is None else [one for one in ast.walk(function) if isinstance(one, ast.Return)]
        values = [one.value for one in returned if one.value is not None]
        return bool(values) and all(_is_v2(project, module, value, depth - 1) for value in values)
    if isinstance(expr, ast.Attribute):
        values = _attributes(module, expr)
        return bool(values) and all(_is_v2(project, module, value, depth - 1) for value in values)
    if not isinstance(expr, ast.Name):
        return False
    _, bindings = module.scopes.lookup(expr)
    if not bindings:
        return False
    for binding in bindings:
        if binding.annotation is not None and module.symbol(binding.annotation) in _V2_CLIENTS:
            continue
        if binding.kind == "import":
            statement = module.scopes.parent(binding.node)
            if (
                len(bindings) > 1
                or not isinstance(statement, ast.ImportFrom)
                or not isinstance(binding.node, ast.alias)
            ):
                return False
            return _imported(project, statement.module or "", binding.node.name, depth - 1)
        if binding.value is None or not _is_v2(project, module, binding.value, depth - 1):
            return False
    return True


def _attributes(module: Module, expr: ast.Attribute) -> list[ast.expr]:
    """Return what is assigned to an attribute of `self` in the class around it."""
    if not isinstance(expr.value, ast.Name) or expr.value.id != "self":
        return []
    around = next((one for one in module.scopes.ancestors(expr) if isinstance(one, ast.ClassDef)), None)
    found = []
    for node in ast.walk(around) if around is not None else ():
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        value = getattr(node, "value", None)
        if value is not None and any(ast.dump(_load(one)) == ast.dump(_load(expr)) for one in targets):
            found.append(value)
    return found


def _load(node: ast.expr) -> ast.expr:
    if isinstance(node, ast.Attribute):
        return ast.Attribute(value=node.value, attr=node.attr, ctx=ast.Load())
    return node


def _imported(project: Project, owner: str, name: str, depth: int) -> bool:
    """Return whether a name of another file is such a client: the only file of the project that the module can be."""
    tail = owner.replace(".", "/")
    ends = (f"/{tail}.py", f"/{tail}/__init__.py")
    files = [project.shown(path) for path in project.python if tail and f"/{path}".endswith(ends)]
    if len(files) != 1:
        return False
    for module in project.modules(b"getstream"):
        bound = module.scopes.bindings(module.scopes.module, name) if module.path == files[0] else ()
        if len(bound) == 1 and bound[0].value is not None:
            return _is_v2(project, module, bound[0].value, depth)
    return False


def _argument(call: ast.Call, position: int, names: tuple[str, ...]) -> ast.expr | None:
    given = call.args[: position + 1]
    if len(given) > position and not any(isinstance(one, ast.Starred) for one in given):
        return given[position]
    return next((one.value for one in call.keywords if one.arg in names), None)
