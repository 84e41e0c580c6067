"""SM641: what somebody may do is decided by the role of a user or a member."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from streammigrate.checks.code.answers import Answers, answers
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Module, Project
from streammigrate.codemod.resolve.text import is_test_file
from streammigrate.findings import Severity

_USERS = frozenset(
    {"banned_by", "created_by", "deleted_by", "me", "mentioned_users", "own_user", "pinned_by", "sender", "target_user",
     "thread_participants", "updated_by", "user", "users", "watchers"}
)  # fmt: skip
_MEMBERS = frozenset({"member", "members", "membership"})
"""The keys under which answers and events have users and members."""
_ROLES = ("role", "channel_role")
_COMPARING = (ast.Eq, ast.NotEq, ast.In, ast.NotIn)


def _judge(project: Project) -> Iterator[Answer]:
    known = answers(project)
    if known.is_empty:
        return
    for module in project.modules(rb"\b(?:channel_)?role\b"):
        for node in module.nodes:
            if isinstance(node, (ast.Compare, ast.Match)):
                yield from _compared(module, node, known)


def _compared(module: Module, node: ast.Compare | ast.Match, known: Answers) -> Iterator[Answer]:
    if not _decides(module, node):
        return
    for role in _sides(node):
        name = _role(module, role, known)
        if name:
            at = module.at(node)
            shown = ast.unparse(role)
            message = (
                f"`{shown}` decides, which is the `{name}` of {_whose(module, role, known)} in what Stream answered"
            )
            about = (module.path, module.scopes.scope(node).qualname, shown)
            yield Answer(message, at, about, (Evidence(str(at), module.line(node)),))
            return


def _sides(node: ast.Compare | ast.Match) -> list[ast.expr]:
    if isinstance(node, ast.Match):
        return [node.subject]
    if len(node.ops) != 1 or not isinstance(node.ops[0], _COMPARING):
        return []
    other = node.comparators[0]
    if any(isinstance(one, ast.Constant) and one.value in (None, "") for one in (node.left, other)):
        # Only whether there is one.
        return []
    return [node.left, other]


def _role(module: Module, expr: ast.expr, known: Answers) -> str:
    """Return which role of Stream's an expression is: `role` or `channel_role`; empty for something else."""
    path = known.path(module, expr) if _reads_role(module, expr) else None
    if path is None or len(path) < 2 or path[-1] not in _ROLES:
        return ""
    owner = _owner(path)
    if owner in _MEMBERS or (owner in _USERS and path[-1] == "role"):
        return path[-1]
    return ""


def _reads_role(module: Module, expr: ast.expr) -> bool:
    """Return whether an expression reads a role of something, or is a name that was given one."""
    if isinstance(expr, ast.NamedExpr):
        return _reads_role(module, expr.value)
    if isinstance(expr, ast.Name):
        values = (one.value for one in module.scopes.lookup(expr)[1])
        return any(
            value is not None and not isinstance(value, ast.Name) and _reads_role(module, value) for value in values
        )
    if isinstance(expr, ast.Attribute):
        return expr.attr in _ROLES
    key = expr.slice if isinstance(expr, ast.Subscript) else None
    if isinstance(expr, ast.Call) and isinstance(expr.func, ast.Attribute) and expr.func.attr == "get" and expr.args:
        key = expr.args[0]
    return key is not None and module.constant(key) in _ROLES


def _owner(path: tuple[str, ...]) -> str:
    """Return the key of the entity that has the last key of a path."""
    return next((one for one in reversed(path[:-1]) if one != "*"), "")


def _whose(module: Module, expr: ast.expr, known: Answers) -> str:
    owner = _owner(known.path(module, expr) or ())
    return "a member" if owner in _MEMBERS else "a user"


def _decides(module: Module, node: ast.Compare | ast.Match) -> bool:
    """Return whether a comparison decides something: it neither picks items for a list nor asserts in a test."""
    inner: ast.AST = node
    for around in module.scopes.ancestors(node):
        if isinstance(around, ast.Assert):
            return not is_test_file(module.path)
        if isinstance(around, ast.comprehension) and inner in around.ifs:
            holder = module.scopes.parent(around)
            call = None if holder is None else module.scopes.parent(holder)
            name = call.func.id if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) else ""
            return name in ("any", "all", "bool")
        if isinstance(around, ast.stmt):
            return True
        inner = around
    return True


CHECK = ProjectCheck(
    id="SM641",
    name="role-as-permission",
    title="Code decides by the role of a user or member",
    severity=Severity.WARNING,
    area=Area.CODE,
    question="Does no code decide by `role` or `channel_role` what somebody may do?",
    explanation="Under permissions v2 what a role may do is a matter of grants, which an app can change for each channel type: "
    "a role says nothing by itself, and new roles can be made. `member.role` is inconsistent and kept only for compatibility; "
    "`channel_role` holds the name of a grant's role. Told are comparisons of roles that come from answers and webhooks of "
    "Stream, followed through the functions of the project; lists that are picked by role are not.",
    shows="the comparison.",
    fix="Keep what your users may do in your own data, or ask for what the app grants: v1 "
    '`client.get_channel_type("team")["grants"]`, v2 `client.chat.get_channel_type(name="team").data.grants`, by role.',
    judge=_judge,
)
