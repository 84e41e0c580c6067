"""SM643: business logic that hangs on the words of an error."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from streammigrate.checks.code.imports import Imports, imports
from streammigrate.checks.code.second import second
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Module, Project
from streammigrate.codemod.forms.errors.texts import tests
from streammigrate.findings import Severity

_OURS = frozenset(
    {f"getstream.{place}{name}" for place in ("", "exceptions.")
     for name in ("StreamException", "StreamApiException", "StreamRateLimitException", "StreamTransportException")}
)  # fmt: skip
_ANY = frozenset({"Exception", "BaseException"})
_TEXTS = frozenset({"error_message", "message", "response_text", "raw_response_body"})
"""Attributes of the exceptions of either SDK that hold words."""
_MOST = 40
"""A function that more files seem to call has a name of the common sort, and is not followed to its callers."""
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class _Text(NamedTuple):
    """An expression that gives words of an error."""

    node: ast.expr
    shown: str


def _judge(project: Project) -> Iterator[Answer]:
    calls: dict[Module, set[ast.AST]] = {}
    for call in project.calls:
        if call.sends:
            calls.setdefault(call.module, set()).add(call.node)
    for other in second(project).calls:
        if other.sends:
            calls.setdefault(other.module, set()).add(other.node)
    senders = {
        one for module, nodes in calls.items() for node in nodes for one in module.scopes.ancestors(node)
        if isinstance(one, _FUNCTIONS)
    }  # fmt: skip
    around = imports(project)
    for module in _near(project, {one.name for one in senders}):
        mine = calls.get(module, set())
        for handler in (node for node in module.nodes if isinstance(node, ast.ExceptHandler)):
            if handler.name and _catches_stream(module, handler, mine, senders, around):
                yield from _asked(module, handler)


def _near(project: Project, names: Collection[str]) -> list[Module]:
    """Return the files with handlers that name an SDK, or that seem to call one of some functions."""
    found = {module.path: module for module in project.modules(rb"\b(?:stream_chat|getstream)\b")}
    found |= {call.module.path: call.module for call in project.calls}
    found |= {other.module.path: other.module for other in second(project).calls}
    handling = {path: data for path, data in project.python.items() if b"except" in data}
    for name in sorted(names):
        calls = re.compile(rf"\b{re.escape(name)}[ \t]*\(".encode())
        paths = [path for path, data in handling.items() if calls.search(data)]
        modules = [project.module(path) for path in paths] if len(paths) <= _MOST else []
        found |= {module.path: module for module in modules if module is not None}
    return [found[path] for path in sorted(found)]


def _catches_stream(
    module: Module,
    handler: ast.ExceptHandler,
    calls: Collection[ast.AST],
    senders: Collection[ast.AST],
    around: Imports,
) -> bool:
    """Return whether a handler catches what a call of Stream's raises: by its class, or anything around such a call."""
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    named = [one for one in kinds if one is not None]
    if any(_is_ours(module, one) for one in named):
        return True
    if not any(isinstance(one, ast.Name) and one.id in _ANY and not module.scopes.lookup(one)[1] for one in named):
        return False
    attempt = module.scopes.parent(handler)
    body = attempt.body if isinstance(attempt, ast.Try) else []
    inside = [node for statement in body for node in ast.walk(statement)]
    return any(
        node in calls or (isinstance(node, ast.Call) and around.function(module, node.func)[1] in senders)
        for node in inside
    )


def _is_ours(module: Module, expr: ast.expr) -> bool:
    found = module.resolver.referent(expr)
    return (found is not None and found.cls == "StreamAPIException") or module.symbol(expr) in _OURS


def _asked(module: Module, handler: ast.ExceptHandler) -> Iterator[Answer]:
    scopes = module.scopes
    told: set[int] = set()
    for node in (node for statement in handler.body for node in ast.walk(statement)):
        if not isinstance(node, ast.Name) or node.id != handler.name or not isinstance(node.ctx, ast.Load):
            continue
        for text in _texts(module, node):
            if any(True for _ in tests(text.node, scopes)) and text.node.lineno not in told:
                told.add(text.node.lineno)
                at = module.at(text.node)
                around = scopes.scope(node).qualname
                yield Answer(
                    f"what happens next hangs on the words of an error, which are asked of `{text.shown}`",
                    at,
                    (module.path, around, text.shown),
                    (Evidence(str(at), module.line(text.node)),),
                )


def _texts(module: Module, name: ast.Name) -> Iterator[_Text]:
    """Yield the expressions around a caught exception that give its words."""
    parent = module.scopes.parent(name)
    if isinstance(parent, ast.Call) and parent.args == [name] and isinstance(parent.func, ast.Name):
        if parent.func.id in ("str", "repr") and not module.scopes.lookup(parent.func)[1]:
            yield _Text(parent, ast.unparse(parent))
    elif isinstance(parent, ast.FormattedValue):
        around = module.scopes.parent(parent)
        if isinstance(around, ast.JoinedStr):
            yield _Text(around, ast.unparse(around))
    elif isinstance(parent, ast.Attribute):
        yield from _of_attribute(module, parent)


def _of_attribute(module: Module, attribute: ast.Attribute) -> Iterator[_Text]:
    around = module.scopes.parent(attribute)
    if attribute.attr in _TEXTS:
        yield _Text(attribute, ast.unparse(attribute))
    elif attribute.attr == "args" and isinstance(around, ast.Subscript) and around.value is attribute:
        if module.constant(around.slice) == 0:
            yield _Text(around, ast.unparse(around))
    elif attribute.attr == "api_error" and isinstance(around, ast.Attribute) and around.attr == "message":
        yield _Text(around, ast.unparse(around))


CHECK = ProjectCheck(
    id="SM643",
    name="error-text",
    title="Business logic hangs on the words of an error",
    severity=Severity.WARNING,
    area=Area.CODE,
    question="Does no handler decide by the text of an error of Stream?",
    explanation="The words of an error are written for people and change without notice; getstream also writes others around "
    'them than stream-chat ("StreamChat error code 4: …" against "Stream API error (status=400, code=4): …"), and has other '
    "exceptions for time-outs and lost connections. Status and error code are the same in both. What is only logged or shown "
    "is no finding.",
    shows="the expression that is asked for words.",
    fix="v1: ask for `e.status_code` and `e.error_code` of StreamAPIException. v2: `e.status_code` and `e.code` of "
    "StreamApiException, and StreamTransportException with its `error_type` for what never came to an answer.",
    judge=_judge,
)
