"""SM649: a channel is created without a creator, or with one in a place where the SDK does not take it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from streammigrate.checks.code.channels import has_creator
from streammigrate.checks.code.mappings import unpacked
from streammigrate.checks.code.second import SecondCall, second
from streammigrate.checks.model import Answer, Area, Evidence, ProjectCheck
from streammigrate.checks.project import Call, Module, Project
from streammigrate.codemod.resolve.text import last_name
from streammigrate.findings import Severity

_USER = re.compile(r"user|owner|creator|admin|author|(?:^|_)id$|^pk$", re.IGNORECASE)


def _judge(project: Project) -> Iterator[Answer]:
    for call in project.calls_of("Channel.create"):
        yield from _answers(call.module, call.node, call.member, _first(call))
    for other in second(project).calls:
        if other.thing.owner == "channel" and other.name == "create":
            yield from _answers(other.module, other.node, other.member, _second(other))


def _answers(module: Module, node: ast.Call, member: str, said: str) -> Iterator[Answer]:
    if said:
        at = module.at(node)
        about = (module.path, module.scopes.scope(node).qualname, member)
        yield Answer(said, at, about, (Evidence(str(at), module.line(node)),))


def _first(call: Call) -> str:
    module, given = call.module, dict(call.given)
    if call.opaque:
        if any(isinstance(one, ast.Starred) for one in call.node.args):
            return ""
        hidden = unpacked(module, call.node)
        given.update({one.key: one.value for one in hidden.items})
        if not hidden.whole and "user_id" not in given:
            return ""
    user = given.get("user_id")
    if user is None:
        beside = next((name for name in ("created_by_id", "created_by") if name in given), "")
        instead = f" `{beside}` is no parameter of it, and" if beside else ""
        return f"Channel.create takes the creator as `user_id`:{instead} the call raises TypeError"
    # `data` takes the place of the data to which v1 adds the creator.
    data = given.get("data")
    if data is not None:
        lost = has_creator(module, data) is False
        return "`data` replaces the data that `user_id` goes into, so that no creator is sent" if lost else ""
    if isinstance(user, ast.Constant) and user.value in (None, ""):
        return f"the creator is {user.value!r}, and Stream refuses a channel that a server creates without one"
    return ""


def _second(call: SecondCall) -> str:
    known = () if call.method is None else call.method.parameters
    wrong = next((one.arg for one in call.node.keywords if one.arg is not None and one.arg not in known), None)
    if wrong is not None:
        return f"`create` is get_or_create in getstream, which has no `{wrong}`: the call raises TypeError"
    first = call.node.args[0] if call.node.args else None
    if first is None or isinstance(first, ast.Starred) or _may_be_flag(call.module, first):
        return ""
    return (
        f"`create` is get_or_create in getstream, and `{ast.unparse(first)}` becomes its `hide_for_creator`: "
        "no creator is sent"
    )


def _may_be_flag(module: Module, expr: ast.expr) -> bool:
    """Return whether an expression may be what `hide_for_creator` takes."""
    value = module.constant(expr)
    if value is not None:
        return not isinstance(value, str)
    return not isinstance(expr, ast.JoinedStr) and _USER.search(last_name(expr)) is None


CHECK = ProjectCheck(
    id="SM649",
    name="creator-missing",
    title="A channel is created without its creator",
    severity=Severity.ERROR,
    area=Area.CODE,
    question="Does every `create` of a channel name the creator where the SDK takes it?",
    explanation="Stream refuses a channel that a server creates without saying for whom. v1's `create(user_id)` writes the user "
    "into the channel's data as `created_by`; it has no `created_by_id` (TypeError), and a `data` option replaces the data, "
    "creator included. v2's `create` is another name of get_or_create: a user that it is given as v1 takes it becomes "
    "`hide_for_creator`, and `user_id=` raises TypeError.",
    shows="the call.",
    fix='v1: `channel.create("jane")`. v2: `channel.get_or_create(data=ChannelInput(created_by_id="jane"))`.',
    judge=_judge,
)
