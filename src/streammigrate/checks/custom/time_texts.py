"""SM630: times of answers that are treated as text."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from streammigrate.checks.custom.reads import Held, answers
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Module, Project
from streammigrate.findings import Severity

_PARSERS = frozenset(
    {
        "datetime.datetime.fromisoformat",
        "datetime.datetime.strptime",
        "datetime.date.fromisoformat",
        "time.strptime",
        "dateutil.parser.parse",
        "dateutil.parser.isoparse",
        "dateutil.parser.parser.parse",
        "django.utils.dateparse.parse_datetime",
        "arrow.get",
        "pendulum.parse",
        "ciso8601.parse_datetime",
        "iso8601.parse_date",
        "iso8601.iso8601.parse_date",
        "maya.parse",
    }
)
_TIME_METHODS = frozenset({"replace", "isoformat", "strftime", "timestamp", "astimezone", "date", "time", "timetuple"})
"""What a datetime has too; `replace` with positional arguments is that of text."""


def _judge(project: Project) -> Iterator[Answer]:
    seen: set[ast.AST] = set()
    for call, found in answers(project):
        for one in found:
            how = _as_text(call.module, one)
            if how and one.node not in seen:
                seen.add(one.node)
                module = project.home(call.module, one.node)
                at = module.at(one.node)
                yield Answer(
                    f"`{ast.unparse(one.node)}` is {how} as text, and v2 answers with a datetime",
                    at,
                    (module.path, call.member, _name(one.node), how),
                    (Evidence(str(at), module.line(one.node)), Evidence(str(call.at), call.member)),
                )


def _as_text(module: Module, one: Held) -> str:
    """Return what is done with a time that only a text allows; empty for anything else."""
    if one.type.kind != "time":
        return ""
    parent = module.scopes.parent(one.node)
    if isinstance(parent, ast.Subscript) and parent.value is one.node:
        return "cut"
    if isinstance(parent, ast.Attribute):
        call = module.scopes.parent(parent)
        if not isinstance(call, ast.Call) or call.func is not parent:
            return ""
        if parent.attr == "replace":
            return "parsed" if _is_parsed(module, call) else "changed" if call.args else ""
        return "" if parent.attr in _TIME_METHODS or not hasattr(str, parent.attr) else f"read (`.{parent.attr}`)"
    if isinstance(parent, ast.Call) and one.node in parent.args:
        own = isinstance(parent.func, ast.Name) and not module.scopes.lookup(parent.func)[1]
        if own and isinstance(parent.func, ast.Name) and parent.func.id == "len":
            return "measured"
        return "parsed" if _is_parsed(module, one.node) else ""
    if isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Add):
        return "joined" if _is_text(parent.right if parent.left is one.node else parent.left) else ""
    if isinstance(parent, ast.Compare):
        return "compared" if any(_is_text(other) for other in (parent.left, *parent.comparators)) else ""
    return ""


def _is_parsed(module: Module, node: ast.expr) -> bool:
    """Return whether an expression is what a function reads a time from."""
    call = module.scopes.parent(node)
    return isinstance(call, ast.Call) and call.args[:1] == [node] and module.symbol(call.func) in _PARSERS


def _is_text(node: ast.expr) -> bool:
    """Return whether an expression is a text for sure: a literal, an f-string, or what `isoformat` and `strftime` give."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in ("isoformat", "strftime")
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _name(node: ast.expr) -> str:
    key = (
        node.slice
        if isinstance(node, ast.Subscript)
        else node.args[0]
        if isinstance(node, ast.Call) and node.args
        else None
    )
    return str(key.value) if isinstance(key, ast.Constant) else ast.unparse(node)


CHECK = ProjectCheck(
    id="SM630",
    name="time-as-text",
    title="A time of an answer is treated as text",
    severity=Severity.WARNING,
    area=Area.CODE,
    question="Does no code cut, parse or compare the times of answers as text?",
    explanation="v1 answers with times as text (`2024-05-01T10:00:00Z`), getstream with datetimes that know their "
    "zone. What slices, splits, parses or compares the text fails with them, or compares wrongly. `rewrite` turns "
    "the usual ways of parsing into the datetime itself, and keeps the text where it must.",
    shows="what is done with the time, and the call that answers with it.",
    fix='In v1 parse the text once, beside the call: `datetime.fromisoformat(text.replace("Z", "+00:00"))`. In v2 '
    "use the datetime: `user.created_at.date().isoformat()` for `[:10]`, `<` between datetimes for a comparison.",
    judge=_judge,
)
