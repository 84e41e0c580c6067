"""SM725: a time of an event that is used as text."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Module, Project
from streammigrate.checks.webhooks import facts, values
from streammigrate.checks.webhooks.events import handlers
from streammigrate.findings import Severity

_READERS = frozenset(
    {
        *(f"datetime.{cls}.{name}" for cls in ("datetime", "date") for name in ("fromisoformat", "strptime")),
        *("time.strptime", "dateutil.parser.parse", "dateutil.parser.isoparse", "ciso8601.parse_datetime"),
        *("iso8601.parse_date", "isodate.parse_datetime", "pendulum.parse", "arrow.get", "maya.parse"),
        *("django.utils.dateparse.parse_datetime", "pandas.to_datetime", "email.utils.parsedate_to_datetime"),
    }
)
_METHODS = frozenset(
    {"replace", "split", "rsplit", "partition", "rpartition", "startswith", "endswith", "strip", "rstrip", "lstrip"}
    | {"removesuffix", "removeprefix", "encode", "find", "index", "join", "lower", "upper"}
)


def _judge(project: Project) -> Iterator[Answer]:
    for handler in handlers(project):
        module = handler.module
        for use in handler.uses():
            if facts.is_time(use.path) and _is_text(module, use.node) and not _is_told_apart(module, use.node):
                at = module.at(use.node)
                place = ".".join(use.path)
                yield Answer(
                    f"`{place}` of an event is used as text, and v2 describes it as a number",
                    at,
                    (module.path, place),
                    (Evidence(str(at), values.shown(_around(module, use.node))),),
                )


def _is_told_apart(module: Module, node: ast.expr) -> bool:
    """Return whether the function asks of the same expression what it is an instance of."""
    function = values.function_around(module, node) or module.resolver.tree
    wanted = ast.dump(node)
    return any(
        isinstance(one, ast.Call)
        and isinstance(one.func, ast.Name)
        and one.func.id == "isinstance"
        and any(ast.dump(argument) == wanted for argument in one.args[:1])
        for one in ast.walk(function)
    )


def _around(module: Module, node: ast.expr) -> ast.expr:
    parent = module.scopes.parent(node)
    return parent if isinstance(parent, ast.expr) else node


def _is_text(module: Module, node: ast.expr) -> bool:
    """Return whether what is done with a value works on text alone."""
    parent = module.scopes.parent(node)
    if isinstance(parent, ast.Call) and node in parent.args:
        return module.symbol(parent.func) in _READERS
    if isinstance(parent, ast.Attribute):
        call = module.scopes.parent(parent)
        return parent.attr in _METHODS and isinstance(call, ast.Call) and call.func is parent
    if isinstance(parent, ast.Subscript):
        return parent.value is node and isinstance(parent.slice, (ast.Slice, ast.Constant))
    if isinstance(parent, ast.Compare):
        sides = (parent.left, *parent.comparators)
        return any(isinstance(module.constant(side), str) for side in sides if side is not node)
    return False


CHECK = ProjectCheck(
    id="SM725",
    name="event-time-as-text",
    title="A time of a webhook's event is used as text",
    severity=Severity.WARNING,
    area=Area.WEBHOOKS,
    question="Can handlers read the times of events both as text and as numbers?",
    explanation="v1 describes every time of an event (created_at, received_at, message.created_at …) as text in "
    "ISO form. v2 describes the same places as numbers: nanoseconds since the epoch. Which of the two a webhook "
    "carries is up to the server, and may change for a hook without a change of the code. Text methods and parsers "
    "of dates raise for numbers.",
    shows="the use, and the place in the payload.",
    fix="Read times with one function of your own that takes both: `datetime.fromisoformat(value.replace('Z', "
    "'+00:00'))` for text (Python 3.10 knows no `Z`), `datetime.fromtimestamp(value / 1e9, tz=timezone.utc)` for a "
    "number.",
    url="https://getstream.io/docs/platform/webhooks/",
    judge=_judge,
)
