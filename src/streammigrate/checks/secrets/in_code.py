"""SM670: the secret of an app is written into the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Module, Project
from streammigrate.checks.secret_texts import is_name, looks_real
from streammigrate.codemod.resolve.text import is_test_file
from streammigrate.findings import Severity

_CLIENTS = frozenset({"StreamChat", "StreamChatAsync", "Stream", "AsyncStream"})
_ROOTS = frozenset({"stream_chat", "getstream"})
_READS = frozenset({"getenv", "get", "setdefault", "config", "env", "str"})
_BYTES = rb"(?i)stream\w*secret|stream_chat|getstream"


def _judge(project: Project) -> Iterator[Answer]:
    for module in project.modules(_BYTES):
        if _is_test(module.path):
            continue
        told: set[tuple[int, int]] = set()
        for value, name, how in _found(module):
            at = module.at(value)
            if (at.line or 0, at.column or 0) not in told:
                told.add((at.line or 0, at.column or 0))
                yield Answer(
                    f"{how}: the secret of an app stands in the code",
                    at,
                    (module.path, name),
                    (Evidence(str(at), name),),
                )


def _is_test(path: str) -> bool:
    return is_test_file(path) or not {"tests", "test", "testing", "fixtures"}.isdisjoint(path.split("/")[:-1])


def _found(module: Module) -> Iterator[tuple[ast.expr, str, str]]:
    """Yield the literals that hold a secret, each with the name that says so and where it stands."""
    for node in module.nodes:
        if isinstance(node, ast.Call):
            yield from _called(module, node)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)):
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                name = _name(target)
                if node.value is not None and is_name(name):
                    yield from _literals(node.value, name, f"`{name}` is set")
        elif isinstance(node, ast.Dict):
            for key, item in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str) and is_name(key.value):
                    yield from _literals(item, key.value, f"`{key.value}` is set")


def _called(module: Module, call: ast.Call) -> Iterator[tuple[ast.expr, str, str]]:
    dotted = module.symbol(call.func)
    owner, last = dotted.partition(".")[0], dotted.rpartition(".")[2]
    if owner in _ROOTS and last in _CLIENTS:
        given = next((one.value for one in call.keywords if one.arg == "api_secret"), None)
        if given is None and len(call.args) > 1 and not any(isinstance(one, ast.Starred) for one in call.args[:2]):
            given = call.args[1]
        text = None if given is None else module.constant(given)
        if given is not None and isinstance(text, str) and looks_real(text):
            yield given, f"{last}(…)", f"{last} is made with a literal"
        return
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    first = call.args[0] if call.args else None
    if name in _READS and isinstance(first, ast.Constant) and isinstance(first.value, str) and is_name(first.value):
        given = next((one.value for one in call.keywords if one.arg == "default"), None)
        for value in (*call.args[1:2], *([given] if given is not None else [])):
            yield from _literals(value, first.value, f"`{first.value}` has a default")
    for keyword in call.keywords:
        if keyword.arg is not None and is_name(keyword.arg):
            yield from _literals(keyword.value, keyword.arg, f"`{keyword.arg}` is given")


def _name(target: ast.expr) -> str:
    if isinstance(target, ast.Subscript):
        key = target.slice
        return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else ""
    return target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")


def _literals(value: ast.expr, name: str, how: str) -> Iterator[tuple[ast.expr, str, str]]:
    """Yield a literal, also one that `or` falls back to."""
    for one in value.values if isinstance(value, ast.BoolOp) else [value]:
        if isinstance(one, ast.Constant) and isinstance(one.value, str) and looks_real(one.value):
            yield one, name, how


CHECK = ProjectCheck(
    id="SM670",
    name="secret-in-code",
    title="The secret of an app is written into the code",
    severity=Severity.WARNING,
    area=Area.SECRETS,
    question="Does no source file hold an API secret?",
    explanation="Whoever has the secret can do everything to an app, in v1 and v2 alike: they use the same key and secret. "
    "What is in the code is in every clone, image and backup of it.",
    shows="the name that the secret is given to, with its file and line; never the secret.",
    fix="Make a new secret in the dashboard, read it from the environment (STREAM_API_SECRET) or a secret store, and revoke "
    "the old one.",
    judge=_judge,
)
