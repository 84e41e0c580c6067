"""The calls of the code that a mock stands for: what they have become, and what a test has to assert of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from streammigrate.codemod import kinds
from streammigrate.codemod.calls import View, bind, plan_call
from streammigrate.codemod.code import Arg, Call, Code, Conditional, Dotted, Infix, List, Raw, Src, parts_of, sources
from streammigrate.codemod.draft import Draft
from streammigrate.codemod.groups import Group
from streammigrate.codemod.lower import Held
from streammigrate.codemod.mocks.roles import Role
from streammigrate.codemod.model import Applicability
from streammigrate.codemod.names import Names
from streammigrate.codemod.plan import Planner
from streammigrate.codemod.scopes import Forest
from streammigrate.codemod.values import Entries, Known, Node
from streammigrate.codemod.values import Made as Written
from streammigrate.rules import sdk
from streammigrate.rules.catalogue import SHARED, rule_for
from streammigrate.rules.model import Rule

_OWNERS = {"client": "", "chat": "chat.", "moderation": "moderation."}
_GETENV = re.compile(r"\b\w+\.getenv\(")
_UNKNOWN = "<of the channel>"
_HELPERS = ("from_v1", "from_v1_each", "from_v1_map", "sort_from_v1", "time_from_v1")


class Callee(NamedTuple):
    """What v2 calls in the place of a method."""

    path: str
    """From the object on: `chat.channel`, `upsert_users`."""
    of_client: bool
    """Whether it begins at the client, while v1's method is a channel's."""


class Made(NamedTuple):
    """A call of the code as it will be."""

    draft: Draft
    call: Call
    callee: Callee


class Calls:
    """The calls of a program's code."""

    def __init__(self, groups: Sequence[Group]) -> None:
        self._drafts: dict[tuple[str, str], list[tuple[Group, Draft]]] = {}
        self._made: dict[tuple[Role, tuple[int, ...]], list[Made]] = {}
        for group in groups:
            for draft in group.drafts:
                use = draft.use
                if use.kind == "call":
                    owner = SHARED.get(use.receiver.cls, use.receiver.cls)
                    self._drafts.setdefault((owner, use.member), []).append((group, draft))

    def drafts(self, groups: Iterable[Group], role: Role) -> list[Draft]:
        """Return what is planned for the calls of a method in some cohorts."""
        wanted = set(map(id, groups))
        return [draft for group, draft in self._drafts.get((role.owner, role.member), ()) if id(group) in wanted]

    def made(self, groups: Iterable[Group], role: Role) -> list[Made]:
        """Return the calls of a method in some cohorts. Raises Held where one of them becomes something else than a call."""
        among = tuple(groups)
        key = (role, tuple(map(id, among)))
        if key not in self._made:
            self._made[key] = [one for draft in self.drafts(among, role) for one in _made(draft)]
        return self._made[key]


def _made(draft: Draft) -> list[Made]:
    if not draft.calls:
        raise Held(kinds.MOCKED, f"the call at line {draft.node.lineno} of the code becomes something else than a call")
    return [Made(draft, call, _callee(draft, call)) for call in draft.calls]


def callee(calls: Sequence[Made], role: Role) -> Callee:
    """Return the one method of v2 that stands for a method. Raises Held where there is none, or there are several."""
    found = dict.fromkeys(one.callee for one in calls)
    if len(found) > 1:
        names = " and ".join(f"`{one.path}`" for one in found)
        raise Held(kinds.MOCKED, f"calls of `{role.member}` become calls of {names}; say here which is meant")
    if found:
        return next(iter(found))
    rule = usable(role)
    v2 = {one for one in (rule.v2, *(case.v2 for case in rule.cases)) if one}
    owner, _, name = next(iter(v2)).partition(".") if len(v2) == 1 else ("", "", "")
    if role.owner == "Channel" and owner == "channel":
        return Callee(name, of_client=False)
    if role.owner == "StreamChat" and owner in _OWNERS:
        return Callee(f"{_OWNERS[owner]}{name}", of_client=False)
    raise Held(kinds.MOCKED, f"what v2 calls in the place of `{role.member}` depends on the call")


def usable(role: Role) -> Rule:
    """Return the rule of a method. Raises Held where it is not for calls that become calls."""
    rule = rule_for(role.cls, role.member)
    if rule is None:
        raise Held(kinds.MOCKED, f"the catalogue has no entry for {role.name}")
    if rule.manual or rule.form:
        raise Held(kinds.MOCKED, rule.manual or f"v2 has no method in the place of `{role.member}`")
    return rule


def _callee(draft: Draft, call: Call) -> Callee:
    assert isinstance(call.function, Dotted)
    path, value = call.function.name, call.function.value
    while isinstance(value, Dotted):
        path, value = f"{value.name}.{path}", value.value
    subject = draft.use.subject
    return Callee(path, of_client=not (isinstance(value, Src) and value.node is subject))


def asserted(call: ast.Call, role: Role, planner: Planner, calls: Sequence[Made], unsafe: bool) -> tuple[Arg, ...]:
    """Return the arguments that v2 is called with where v1 is called with those of an assertion.

    Raises Held where the code does not send just these: the assertion would fail, or pass for the wrong reason.
    """
    rule = usable(role)
    signature = sdk.v1_signature(role.cls, role.member)
    if signature is None:
        raise Held(kinds.ASSERTED, f"stream-chat has no {role.name}")
    func = ast.copy_location(ast.Attribute(ast.Name("mock", ast.Load()), role.member, ast.Load()), call.func)
    v1 = ast.copy_location(ast.Call(func, call.args, call.keywords), call)
    lowering = planner.lowering()
    planned = plan_call(v1, rule, signature, View(lambda owner: Raw("mock"), _known), lowering)
    if any(one.applicability is not Applicability.SAFE for one in lowering.facets) and not unsafe:
        raise Held(
            kinds.ASSERTED, next(one.text for one in lowering.facets if one.applicability is not Applicability.SAFE)
        )
    args = tuple(Arg(one.name, _with_any(one.value, planner)) for one in planned.call.args)
    if any(_names_unknown(one.value) for one in args):
        raise Held(kinds.ASSERTED, f"v2 is given the channel's type or id, which the mock does not tell; {sent(calls)}")
    if not any(_same(one.call.args, args) for one in calls):
        raise Held(kinds.ASSERTED, sent(calls))
    return args


def sent(calls: Sequence[Made]) -> str:
    """Return what the code calls, for people."""
    if not calls:
        return "no call of the code that moves is in view to compare the arguments with"
    written = ", ".join(one.name or "…" for one in calls[0].call.args)
    return f"the code calls `{calls[0].callee.path}({written})`; write what it is called with"


def constructed(call: ast.Call, role: Role, drafts: Sequence[Draft], names: Names) -> tuple[Arg, ...]:
    """Return the arguments that v2's client is made with where an assertion names v1's, whose file has `names`.

    Raises Held where that is not plain.
    """
    signature = sdk.v1_signature(role.cls, "__init__")
    assert signature is not None
    given = bind(call, signature).given
    for draft in drafts:
        code = draft.replaced.get(draft.node)
        if isinstance(code, Call) and isinstance(draft.node, ast.Call):
            before = bind(draft.node, signature).given
            if set(before) == set(given) and not _has_options(given) and not _has_options(before):
                return tuple(_constructed(arg, given, names) for arg in code.args)
    raise Held(kinds.ASSERTED, "the code makes the client with other arguments; write what it gives `Stream(…)`")


def _constructed(arg: Arg, given: Mapping[str, Known], names: Names) -> Arg:
    known = given.get(arg.name)
    if isinstance(arg.value, Infix):
        return Arg(arg.name, _of_environment(arg.value, known, names))
    if isinstance(known, Node):
        return Arg(arg.name, Src(known.node))
    if list(sources(arg.value)):
        raise Held(kinds.ASSERTED, f"the code makes `{arg.name}` of what is not in view here")
    return arg


def _of_environment(code: Infix, known: Known | None, names: Names) -> Code:
    """Return what the code makes of an argument and the environment, made of the argument of an assertion."""
    own = list(sources(code))
    if own and not (len(own) == 1 and isinstance(known, Node)):
        raise Held(
            kinds.ASSERTED, "the code makes the client of what is not in view here; write what it gives `Stream(…)`"
        )
    parts: list[str | Code] = []
    for part in code.parts:
        if isinstance(part, str):
            parts.append(_GETENV.sub(f"{names.use_module('os')}.getenv(", part) if _GETENV.search(part) else part)
        else:
            parts.append(Src(known.node) if isinstance(known, Node) and list(sources(part)) else part)
    return Infix(tuple(parts))


def _has_options(given: Mapping[str, Known]) -> bool:
    return any(isinstance(one, Entries) and one.items for one in given.values())


def _known(what: str) -> Known | None:
    # Whether the code sends any data is seen in its calls.
    return None if what == "data" else Written(Raw(_UNKNOWN))


def _names_unknown(code: Code | str) -> bool:
    """Return whether code is made of what a mock of a channel does not tell: its type and its id."""
    if isinstance(code, str):
        return False
    return code == Raw(_UNKNOWN) or any(map(_names_unknown, parts_of(code) or ()))


def _with_any(code: Code, planner: Planner) -> Code:
    """Return code in which `ANY` stands for what would be made of it."""
    if isinstance(code, Call):
        inner = [one.value for one in code.args]
        if any(_is_any(one, planner) for one in inner) and not any(one.name for one in code.args):
            return next(one for one in inner if _is_any(one, planner))
        return Call(code.function, tuple(Arg(one.name, _with_any(one.value, planner)) for one in code.args))
    if isinstance(code, List):
        return List(tuple(_with_any(one, planner) for one in code.items))
    return code


def _is_any(code: Code, planner: Planner) -> bool:
    return isinstance(code, Src) and (planner.resolver.symbol(code.node) or "").endswith("mock.ANY")


def _same(sent: Sequence[Arg], wanted: Sequence[Arg]) -> bool:
    """Return whether two calls have the same arguments as far as can be seen: the same names, models and fields."""
    positional = [one for one in sent if not one.name], [one for one in wanted if not one.name]
    if len(positional[0]) != len(positional[1]):
        return False
    named = {one.name: one.value for one in sent if one.name}, {one.name: one.value for one in wanted if one.name}
    if set(named[0]) != set(named[1]):
        return False
    pairs = [(one.value, two.value) for one, two in zip(*positional, strict=True)]
    pairs += [(named[0][name], named[1][name]) for name in named[0]]
    return all(_alike(one, two) for one, two in pairs)


def _alike(sent: Code, wanted: Code) -> bool:
    if isinstance(sent, Conditional):
        return _alike(sent.body, wanted) or _alike(sent.orelse, wanted)
    if isinstance(sent, Call) and isinstance(wanted, Call):
        one, two = _last(sent.function), _last(wanted.function)
        if one in _HELPERS or two in _HELPERS:
            return True
        return one == two and _same(sent.args, wanted.args)
    if isinstance(sent, List) and isinstance(wanted, List) and len(sent.items) == len(wanted.items):
        return all(_alike(one, two) for one, two in zip(sent.items, wanted.items, strict=True))
    if isinstance(sent, Raw) and isinstance(wanted, Raw):
        return sent.text == wanted.text
    return True


def _last(code: Code) -> str:
    return code.text.rpartition(".")[2].removesuffix("V2") if isinstance(code, Raw) else ""


def is_unread(draft: Draft, forest: Forest) -> bool:
    """Return whether nobody looks at the answer of a call, or it gets v1's shape, so that a mocked one may stay."""
    if gives_v1(draft, forest):
        return True
    if draft.use.node is not draft.node:
        return False
    return isinstance(forest.parent(_whole(draft, forest)), ast.Expr)


def gives_v1(draft: Draft, forest: Forest) -> bool:
    """Return whether the answer of a call gets v1's shape."""
    if draft.as_v1 or draft.use.node is not draft.node:
        return draft.as_v1
    return any(_is_wrapped(draft.replaced.get(one)) for one in (draft.node, _whole(draft, forest)))


def _whole(draft: Draft, forest: Forest) -> ast.expr:
    parent = forest.parent(draft.node)
    return parent if isinstance(parent, ast.Await) else draft.node


def _is_wrapped(code: Code | None) -> bool:
    return isinstance(code, Call) and _last(code.function).startswith("as_v1")
