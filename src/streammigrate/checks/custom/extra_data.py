"""SM621: names called `extra_data` in code that has to do with Stream."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Module, Project
from streammigrate.checks.tally import times
from streammigrate.findings import Severity

_NAMES = frozenset({"extra_data", "extraData"})
_WORD = re.compile("extra_data|extraData")
_NAMING = rb"(?s)\A(?=.*(?:extra_data|extraData))(?=.*(?:stream_chat|getstream))"
_BOUND = ("name", "parameter")


def _judge(project: Project) -> Iterator[Answer]:
    using = {call.module.path: call.module for call in project.calls if _WORD.search(call.module.text)}
    naming = (module for module in project.modules(_NAMING) if _imports(module))
    modules = {**using, **{module.path: module for module in naming}}
    for _, module in sorted(modules.items()):
        found: dict[tuple[str, str, bool], list[tuple[str, ast.AST]]] = {}
        for node in sorted(module.nodes, key=lambda one: (getattr(one, "lineno", 0), getattr(one, "col_offset", 0))):
            name, kind = _named(module, node)
            if name in _NAMES:
                # What a parameter or a name is called, its function says again and again.
                found.setdefault((_around(module, node), name, kind in _BOUND), []).append((kind, node))
        for (around, name, _), uses in found.items():
            kind, first = uses[0]
            what = f"{kind} `{name}`"
            where = f" in `{around}`" if around else ""
            yield Answer(
                f"the {what}{where} may be custom data, which v2 calls `custom`",
                module.at(first),
                (module.path, around, what),
                (Evidence(str(module.at(first)), f"{module.line(first)} ({times(len(uses))})"),),
            )


def _imports(module: Module) -> bool:
    """Return whether a file imports one of the SDKs."""
    for node in module.nodes:
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        if any(name.partition(".")[0] in ("stream_chat", "getstream") for name in names):
            return True
    return False


def _named(module: Module, node: ast.AST) -> tuple[str, str]:
    """Return what a node calls something, and what kind of thing that is; empty for a node that names nothing."""
    if isinstance(node, ast.Name):
        return node.id, "name"
    if isinstance(node, ast.arg):
        return node.arg, "parameter"
    if isinstance(node, ast.keyword):
        return node.arg or "", "argument"
    if isinstance(node, ast.Attribute):
        return node.attr, "attribute"
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and _is_key(module, node):
        return node.value, "key"
    return "", ""


def _is_key(module: Module, node: ast.Constant) -> bool:
    parent = module.scopes.parent(node)
    if isinstance(parent, ast.Subscript):
        return parent.slice is node
    if isinstance(parent, ast.Dict):
        return node in parent.keys
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute):
        return parent.func.attr in ("get", "pop", "setdefault") and parent.args[:1] == [node]
    return isinstance(parent, ast.Compare) and parent.left is node


def _around(module: Module, node: ast.AST) -> str:
    """Return the dotted name of the function or class around a node; empty for the module."""
    scope = module.scopes.scope(node)
    while scope.kind in ("lambda", "comprehension") and scope.parent is not None:
        scope = scope.parent
    return scope.qualname


CHECK = ProjectCheck(
    id="SM621",
    name="extra-data",
    title="A name says `extra_data`",
    severity=Severity.NOTICE,
    area=Area.CUSTOM,
    question="Does the code call custom data by the word that v2 has for it?",
    explanation="v2 calls the data of your own `custom`: in requests, answers, filters and webhooks. Code that uses "
    "Stream and says `extra_data` means the same thing, or a key of that name that it sends. The two have to be told "
    "apart when it moves.",
    shows="the name, where it stands first, and how often it is used there.",
    fix="Rename what the code calls so to `custom`. Where `extra_data` is a key of the payloads themselves, keep it: "
    'v2 has it as `custom["extra_data"]`, unless its keys are to become keys of `custom`.',
    judge=_judge,
)
