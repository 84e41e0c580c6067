"""SM661: code that takes links of Stream's CDN apart."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from streammigrate.checks.calls.file_links import taken_apart
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Module, Project
from streammigrate.findings import Severity

_CDN = re.compile(r"stream-io-cdn\\?\.com|stream-cloud-uploads\\?\.imgix\\?\.net|stream-chat-\w+-uploads\\?\.")
_BYTES = (
    rb"stream-io-cdn\\*\.com|stream-cloud-uploads"
    rb"|(?s:(?:stream_chat|getstream).*[\"'](?:Key-Pair-Id|Expires|Signature)[\"'])"
)
_HOST_ONLY = re.compile(r"(?:https?:)?/*[\w.-]*/?")
_LONGEST = 60
_SIGNED = frozenset({"Key-Pair-Id", "Signature", "Expires", "Policy"})
_TAKES_APART = frozenset(
    {
        *("split", "rsplit", "partition", "rpartition", "replace", "removeprefix", "removesuffix", "strip", "lstrip"),
        *("startswith", "endswith", "find", "index", "rfind", "count"),
    }
)
_QUERIES = frozenset({"urllib.parse.parse_qs", "urllib.parse.parse_qsl"})


def _judge(project: Project) -> Iterator[Answer]:
    told = set()
    for module in project.modules(_BYTES):
        for node, what in sorted(_found(module), key=lambda one: (one[0].lineno, one[0].col_offset)):
            at = module.at(node)
            told.add((module.path, node.lineno))
            around = module.scopes.scope(node).qualname
            yield Answer(what, at, (module.path, around, what), (Evidence(str(at), _shown(node)),))
    for module, node, field in taken_apart(project):
        if (module.path, node.lineno) not in told:
            told.add((module.path, node.lineno))
            at = module.at(node)
            what = f"the link in `{field}` of an answer is taken apart"
            around = module.scopes.scope(node).qualname
            yield Answer(what, at, (module.path, around, what), (Evidence(str(at), _shown(node)),))


def _found(module: Module) -> Iterator[tuple[ast.expr, str]]:
    for node in module.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CDN.search(node.value):
            for use in (node, *_uses(module, node)):
                if _takes_apart(module, use, node.value):
                    yield use, "a link is taken apart by the host of Stream's CDN"
        elif isinstance(node, (ast.Subscript, ast.Call)):
            name = _query_read(module, node)
            if name:
                yield node, f"the query of a signed link is read: {name}"


def _uses(module: Module, node: ast.Constant) -> Iterator[ast.Name]:
    """Yield the reads of a name that is bound to a text."""
    parent = module.scopes.parent(node)
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name):
        binding = module.scopes.binding(parent.targets[0])
        if binding is not None:
            yield from module.scopes.loads(binding.scope, binding.name)


def _takes_apart(module: Module, use: ast.expr, text: str) -> bool:
    """Return whether an expression is what a link is split, searched or compared by."""
    parent = module.scopes.parent(use)
    if isinstance(parent, ast.Tuple) and isinstance(module.scopes.parent(parent), ast.Call):
        parent = module.scopes.parent(parent)
    if isinstance(parent, ast.Call) and use is not parent.func:
        if isinstance(parent.func, ast.Attribute) and parent.func.attr in _TAKES_APART:
            return True
        return module.symbol(parent.func).startswith(("re.", "regex."))
    if isinstance(parent, ast.Compare):
        # A whole link that is compared is not taken apart.
        return any(isinstance(op, (ast.In, ast.NotIn)) and use is parent.left for op in parent.ops) or (
            _HOST_ONLY.fullmatch(text) is not None and any(isinstance(op, (ast.Eq, ast.NotEq)) for op in parent.ops)
        )
    return False


def _query_read(module: Module, node: ast.Subscript | ast.Call) -> str:
    """Return which part of a signature is read from the query of a link: `parse_qs(…)["Expires"]`."""
    if isinstance(node, ast.Subscript):
        query, key = node.value, node.slice
    elif isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "pop") and node.args:
        query, key = node.func.value, node.args[0]
    else:
        return ""
    if not isinstance(key, ast.Constant) or key.value not in _SIGNED:
        return ""
    for _ in range(3):
        if isinstance(query, ast.Name):
            _, bindings = module.scopes.lookup(query)
            if len(bindings) != 1 or bindings[0].value is None:
                return ""
            query = bindings[0].value
        elif (
            isinstance(query, ast.Call) and isinstance(query.func, ast.Name) and query.func.id == "dict" and query.args
        ):
            query = query.args[0]
    return str(key.value) if isinstance(query, ast.Call) and module.symbol(query.func) in _QUERIES else ""


def _shown(node: ast.expr) -> str:
    text = ast.unparse(node)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


CHECK = ProjectCheck(
    id="SM661",
    name="cdn-link-parsed",
    title="Code takes links of Stream's CDN apart",
    severity=Severity.NOTICE,
    area=Area.CODE,
    question="Are links to uploaded files taken as they come?",
    explanation="Links to files that were uploaded to Stream carry a signature and expire (the setting "
    "cdn_expiration_seconds of the app says when). Their host, path and query are no part of the API: they may change with "
    "region, storage and generation. Stream signs a link anew when a message, user or channel that holds it is read.",
    shows="the expression that a link is split, searched or compared by, the part of the signature that is read, or the "
    "link of an answer that is split, parsed or searched.",
    fix="Keep a link whole, and read the message, user or channel again for a fresh one.",
    judge=_judge,
)
