"""SM730: a signature that is tested only where there is one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Module, Project
from streammigrate.checks.webhooks import values
from streammigrate.checks.webhooks.calls import VERIFYING, sdk_calls
from streammigrate.findings import Severity


def _judge(project: Project) -> Iterator[Answer]:
    for call in sdk_calls(project):
        signature = call.signature if call.name in VERIFYING else None
        if signature is None:
            continue
        condition = _skips(call.module, call.node, signature)
        if condition is not None and not _is_refused(call.module, condition, signature):
            at = call.module.at(call.node)
            said = f"{call.name} is asked only where there is a signature: a request without one is taken"
            evidence = Evidence(str(call.module.at(condition)), values.shown(condition.test))
            yield Answer(said, at, (call.module.path, call.name), (evidence,))


def _skips(module: Module, call: ast.Call, signature: ast.expr) -> ast.If | None:
    """Return the condition by which a request without a signature gets past a refusal."""
    refusal = module.scopes.parent(call)
    if not isinstance(refusal, ast.UnaryOp) or not isinstance(refusal.op, ast.Not):
        return None
    parent = module.scopes.parent(refusal)
    both = parent if isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.And) else None
    condition = module.scopes.parent(both) if both is not None else parent
    if not isinstance(condition, ast.If) or condition.test is not (both or refusal) or condition.orelse:
        return None
    if both is not None:
        return condition if any(_is_there(one, signature) for one in both.values) else None
    around = module.scopes.parent(condition)
    alone = isinstance(around, ast.If) and condition in around.body and not around.orelse
    return around if alone and isinstance(around, ast.If) and _is_there(around.test, signature) else None


def _is_there(test: ast.expr, signature: ast.expr) -> bool:
    """Return whether a test is true where there is a signature: `signature`, `signature is not None`."""
    if isinstance(test, ast.Compare) and isinstance(test.ops[0], (ast.IsNot, ast.NotEq)):
        empty = test.comparators[0]
        return isinstance(empty, ast.Constant) and not empty.value and _same(test.left, signature)
    return _same(test, signature)


def _is_refused(module: Module, condition: ast.If, signature: ast.expr) -> bool:
    """Return whether the function asks elsewhere for a signature that is missing."""
    function = values.function_around(module, condition)
    for node in ast.walk(function) if function is not None else module.nodes:
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) and _same(node.operand, signature):
            return True
        if (
            isinstance(node, ast.Compare)
            and isinstance(node.ops[0], (ast.Is, ast.Eq))
            and _same(node.left, signature)
            and isinstance(node.comparators[0], ast.Constant)
        ):
            return True
    return False


def _same(one: ast.expr, other: ast.expr) -> bool:
    return ast.dump(one) == ast.dump(other)


CHECK = ProjectCheck(
    id="SM730",
    name="signature-test-skipped",
    title="A webhook without a signature is taken",
    severity=Severity.WARNING,
    area=Area.WEBHOOKS,
    question="Is every webhook refused that has no signature?",
    explanation="Stream signs every webhook. Where the signature is tested only when the header is there, anybody can leave "
    "the header out and be believed: a made up event can ban, delete or post in the app's name.",
    shows="the test, and the condition around it.",
    fix='Test what is there and what is not: v1 `if not client.verify_webhook(body, request.headers.get("X-Signature", "")): '
    "return 401`, v2 the same with `client.verify_signature(body, signature)`. Both answer False for an empty signature.",
    url="https://getstream.io/docs/platform/webhooks/",
    judge=_judge,
)
