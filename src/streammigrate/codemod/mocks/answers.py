"""What a mock answers in the place of a method: the response of v2 that says what v1's dictionary said."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from streammigrate.codemod import kinds
from streammigrate.codemod.code import Arg, Call, Code, Old, Raw
from streammigrate.codemod.draft import Draft
from streammigrate.codemod.lower import Held
from streammigrate.codemod.mocks import calls
from streammigrate.codemod.mocks.cells import Cell
from streammigrate.codemod.mocks.flow import Flow
from streammigrate.codemod.mocks.functions import MEMBERS, Setting
from streammigrate.codemod.mocks.roles import RESULT, Role, inner
from streammigrate.codemod.mocks.writer import Writer
from streammigrate.codemod.scopes import Forest
from streammigrate.rules import sdk
from streammigrate.rules.catalogue import rule_for
from streammigrate.rules.model import Rule

if TYPE_CHECKING:
    from streammigrate.codemod.file_plan import FilePlan


class Answers:
    """Moves the answers of a program's mocks. `mocks` are the cells that are seen to hold mocks."""

    def __init__(self, flow: Flow, writer: Writer, mocks: Collection[Cell]) -> None:
        self._flow = flow
        self._writer = writer
        self._mocks = mocks

    def assigned(self, target: ast.expr, value: ast.expr) -> None:
        """Move what is assigned to `return_value` or `side_effect` of a mock."""
        if isinstance(target, ast.Attribute) and target.attr in ("return_value", "side_effect"):
            method = self._flow.cell(target.value)
            if method is not None:
                self.given(method, value, listed=target.attr == "side_effect")

    def keywords(self, call: ast.Call, cell: Cell) -> None:
        """Move what a mock is given when it is made: `MagicMock(return_value={…})`."""
        for keyword in call.keywords:
            if keyword.arg in ("return_value", "side_effect"):
                self.given(cell, keyword.value, listed=keyword.arg == "side_effect")

    def configured(self, setting: Setting, cell: Cell) -> None:
        """Move what is set by a dotted name: `**{"query_users.return_value": {…}}`."""
        *path, name = setting.parts
        for part in path:
            cell = cell.at(RESULT if part == "return_value" else part)
        if name in ("return_value", "side_effect"):
            self.given(cell, setting.value, listed=name == "side_effect")

    def given(self, method: Cell, value: ast.expr, *, listed: bool) -> None:
        """Move what a method's mock answers, or the list of what it answers one after the other."""
        if not any(role.kind == "method" for role in method.root().roles):
            return
        role = self._writer.judged(method, value, kinds.ANSWERED)
        made = None if role is None else inner(role, RESULT)
        if role is None or made is None or made.kind != "answer":
            return
        plan = self._writer.plan(value)
        items = value.elts if listed and isinstance(value, (ast.List, ast.Tuple)) else [value]
        found = self._writer.calls.drafts(method.root().groups, role)
        moved: dict[ast.expr, Code] = {}
        for item in items:
            if listed and item is value and plan.resolver.function(item) is None and not isinstance(item, ast.Lambda):
                continue
            cell = self._flow.cell(item)
            is_mock = cell is not None and cell in self._mocks and not cell.values
            try:
                code = _moved(item, role, found, self._flow.forest, plan, is_mock=is_mock)
            except Held as held:
                self._writer.tell(item, kinds.ANSWERED, role.name, held.text)
                continue
            if code is not None:
                moved[item] = code
        self._writer.replace_all(moved, kinds.ANSWERED, role.name)

    def check(self, node: ast.Attribute) -> None:
        """Tell where a mock of an answer has what v1's has: `answer.status_code.return_value`."""
        base = self._flow.cell(node.value)
        is_mock = base is not None and base in self._mocks and not base.values
        if base is not None and is_mock and any(role.kind == "answer" for role in base.root().roles):
            self._check(node, base)

    def _check(self, node: ast.Attribute, base: Cell) -> None:
        role = self._writer.judged(base, node, kinds.ANSWERED)
        if role is None or node.attr in MEMBERS:
            return
        if isinstance(self._flow.forest.parent(node), ast.Attribute) and node.attr == "data":
            return
        method = Role("method", role.cls, role.member)
        found = self._writer.calls.drafts(base.root().groups, method)
        if not answers_requests(method, self._writer.plan(node).settings.target):
            return
        if found and not all(calls.is_unread(one, self._flow.forest) for one in found):
            self._writer.tell(node, kinds.ANSWERED, role.name, instruction(method, found, self._writer.plan(node)))


def _moved(
    value: ast.expr, role: Role, found: Sequence[Draft], forest: Forest, plan: FilePlan, *, is_mock: bool
) -> Code | None:
    """Return what a mock has to answer instead; None where it may answer what it did. Raises Held where that is not plain."""
    if not answers_requests(role, plan.settings.target):
        return None
    if is_mock or _is_raised(value, plan) or all(calls.is_unread(one, forest) for one in found):
        return None
    if isinstance(value, ast.Constant) and value.value is None:
        return None
    model = _model(role, found, plan)
    # What gives v1's shape back adds the fields that an answer of v2 always has.
    is_mixed = any(calls.gives_v1(one, forest) for one in found)
    if not model or not plan.names.helps or is_mixed or not _is_mapping(value, forest):
        raise Held(kinds.ANSWERED, instruction(role, found, plan))
    made = Call(
        Raw(plan.names.helper("from_v1")),
        (Arg("", Raw(plan.names.use("getstream.models", model))), Arg("", Old(value))),
    )
    response = Raw(f"{plan.names.use_module('httpx')}.Response(200)")
    return Call(Raw(plan.names.use("getstream.stream_response", "StreamResponse")), (Arg("", response), Arg("", made)))


def instruction(role: Role, found: Sequence[Draft], plan: FilePlan) -> str:
    """Return what to do by hand."""
    model = _model(role, found, plan)
    what = f"StreamResponse(httpx.Response(200), from_v1({model}, …))" if model else "what v2's method answers"
    return f"the code reads v2's answer, which is no dictionary: answer with `{what}`"


def _model(role: Role, found: Sequence[Draft], plan: FilePlan) -> str:
    """Return the model of v2's answer; empty where v1's answer is only a part of it, or there is none."""
    try:
        rule = calls.usable(role)
    except Held:
        return ""
    if rule.result:
        return ""
    models = {method.response for method in _methods(rule, plan.settings.target)}
    name = models.pop() if len(models) == 1 else ""
    return name if name.isidentifier() else ""


def answers_requests(role: Role, target: str) -> bool:
    """Return whether the answer of a method is that of a request."""
    rule = rule_for(role.cls, role.member)
    methods = [] if rule is None else list(_methods(rule, target))
    return not methods or any(method.http for method in methods)


def _methods(rule: Rule, target: str) -> Iterator[sdk.Method]:
    for v2 in dict.fromkeys((rule.v2, *(case.v2 for case in rule.cases))):
        owner, _, name = v2.partition(".")
        method = sdk.v2_method(owner, name, target) if v2 else None
        if method is not None:
            yield method


def _is_raised(value: ast.expr, plan: FilePlan) -> bool:
    """Return whether a value is an exception, which a mock raises; how that moves is decided with the handlers."""
    made = value.func if isinstance(value, ast.Call) else value
    dotted = plan.resolver.symbol(made) or ""
    return dotted.rpartition(".")[2].endswith(("Exception", "Error", "Timeout")) or (
        isinstance(made, ast.Name) and made.id.endswith(("Exception", "Error"))
    )


def _is_mapping(value: ast.expr, forest: Forest) -> bool:
    if isinstance(value, (ast.Dict, ast.DictComp)):
        return True
    if isinstance(value, ast.Name):
        bindings = forest.lookup(value)[1]
        return len(bindings) == 1 and isinstance(bindings[0].value, ast.Dict)
    return False
