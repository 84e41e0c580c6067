"""What tests assert of the calls of mocks: the arguments that the migrated call sends."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from streammigrate.codemod import kinds
from streammigrate.codemod.code import Arg, Call, Code, Src
from streammigrate.codemod.lower import Held
from streammigrate.codemod.mocks import calls, functions, recorded
from streammigrate.codemod.mocks.cells import Cell
from streammigrate.codemod.mocks.flow import Flow
from streammigrate.codemod.mocks.members import Members
from streammigrate.codemod.mocks.roles import Role
from streammigrate.codemod.mocks.targets import constructs
from streammigrate.codemod.mocks.writer import Writer

_WITH = frozenset(
    {"assert_any_await", "assert_any_call", "assert_awaited_once_with", "assert_awaited_with", "assert_called_once_with",
     "assert_called_with"}
)  # fmt: skip
_HAS = frozenset({"assert_has_calls", "assert_has_awaits"})
_RECORDS = frozenset({"await_args", "await_args_list", "call_args", "call_args_list", "mock_calls"})
_OF_METHODS = frozenset({"configure_mock", "method_calls", "mock_calls"})


class Assertions:
    """Moves the assertions of a program. `real` are the expressions that are moved as what they are, and no mocks."""

    def __init__(self, flow: Flow, writer: Writer, members: Members, real: Collection[ast.expr]) -> None:
        self._flow = flow
        self._members = members
        self._writer = writer
        self._real = real

    def move(self, node: ast.Attribute) -> None:
        """Move what a test asserts by an attribute of a mock, or tell."""
        base = None if node.value in self._real else self._flow.cell(node.value)
        if base is None or not base.root().roles:
            return
        kinds_of = {role.kind for role in base.root().roles}
        if "object" in kinds_of and node.attr in (_OF_METHODS | functions.OF_METHODS):
            self._check_records(node, base)
        elif kinds_of & {"method", "class"} and node.attr in (_WITH | _HAS | _RECORDS):
            self._move(node, base)

    def _move(self, node: ast.Attribute, base: Cell) -> None:
        role = self._writer.judged(base, node, kinds.ASSERTED)
        if role is None:
            return
        parent = self._flow.forest.parent(node)
        call = parent if isinstance(parent, ast.Call) and parent.func is node else None
        wanted = list(self._wanted(node, call))
        shown = call or node
        try:
            self._members.check(node.value)
            if not wanted:
                if self._is_only_counted(node) or self._is_same(base, role) or self._is_read(node, base, role):
                    return
                raise Held(
                    kinds.ASSERTED, f"what `{node.attr}` holds are the arguments of v2's call; {self._says(base, role)}"
                )
            moved: dict[ast.expr, Code] = {}
            for one in wanted:
                args = self._asserted(one, base, role)
                if [*map(_plain, args)] != [*_given(one)]:
                    moved[one] = Call(Src(one.func), args)
            self._writer.replace_all(moved, kinds.ASSERTED, role.name)
        except Held as held:
            kind = kinds.MOCKED if held.kind is kinds.MOCKED else kinds.ASSERTED
            self._writer.tell(shown, kind, role.name, held.text)
            # A line that is left to a person is left whole.
            self._writer.frozen.update(ast.walk(shown))

    def _is_read(self, node: ast.Attribute, base: Cell, role: Role) -> bool:
        """Move what is read of a recorded call, where v2's call has just that; return whether it has."""
        found = recorded.reads(node, self._flow.forest) if node.attr in ("call_args", "await_args") else None
        if found is None or role.kind != "method":
            return False
        made = self._writer.calls.made(base.root().groups, role)
        moved = [one.write(place) if (place := recorded.written(one, made)) else None for one in found]
        for one, code in zip(found, moved, strict=True):
            if code is not None and all(moved):
                self._writer.replace(one.node, code, kinds.ASSERTED, role.name)
        return all(moved)

    def _is_by_names(self, node: ast.Attribute) -> bool:
        """Return whether a mock is given what it has by dotted names, which are moved."""
        call = self._flow.forest.parent(node)
        return (
            node.attr == "configure_mock"
            and isinstance(call, ast.Call)
            and not call.args
            and all(one.arg is None and isinstance(one.value, ast.Dict) for one in call.keywords)
        )

    def _is_same(self, base: Cell, role: Role) -> bool:
        """Return whether v2 is called with just what v1 is."""
        found = self._writer.calls.made(base.root().groups, role) if role.kind == "method" else []
        return bool(found) and all(
            isinstance(one.draft.node, ast.Call)
            and one.draft.use.node is one.draft.node
            and [*map(_plain, one.call.args)] == [*_given(one.draft.node)]
            for one in found
        )

    def _says(self, base: Cell, role: Role) -> str:
        try:
            return (
                calls.sent(self._writer.calls.made(base.root().groups, role))
                if role.kind == "method"
                else "see the call"
            )
        except Held as held:
            return held.text

    def _asserted(self, call: ast.Call, base: Cell, role: Role) -> tuple[Arg, ...]:
        groups = base.root().groups
        if role.kind == "class":
            made = [one for group in groups for one in constructs(group, role.cls)]
            return calls.constructed(call, role, made, self._writer.plan(call).names)
        planner = self._writer.plan(call).planner
        return calls.asserted(call, role, planner, self._writer.calls.made(groups, role), self._writer.unsafe)

    def _wanted(self, node: ast.Attribute, call: ast.Call | None) -> Iterator[ast.Call]:
        """Yield the calls that an assertion is about: itself, or the `call(…)` in it."""
        if node.attr in _WITH:
            if call is not None:
                yield call
            return
        around = call if call is not None else self._flow.forest.parent(node)
        if isinstance(around, ast.Compare) and len(around.comparators) == 1:
            given: list[ast.expr] = [around.comparators[0]]
        else:
            given = list(call.args[:1]) if call is not None else []
        for value in given:
            items = value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value]
            found = [one for one in items if isinstance(one, ast.Call) and self._is_call(one.func)]
            if len(found) == len(items):
                yield from found

    def _is_call(self, func: ast.expr) -> bool:
        return functions.last(func, self._flow.resolver(func).symbol) == "call"

    def _is_only_counted(self, node: ast.Attribute) -> bool:
        """Return whether only the number of calls is looked at, or whether there are any."""
        parent = self._flow.forest.parent(node)
        if isinstance(parent, ast.Call) and ast.unparse(parent.func) in ("len", "bool"):
            return True
        if isinstance(parent, ast.Compare):
            return all(
                isinstance(one, (ast.Constant, ast.List)) and not getattr(one, "elts", ()) for one in parent.comparators
            )
        return isinstance(parent, (ast.Assert, ast.UnaryOp, ast.BoolOp, ast.If))

    def _check_records(self, node: ast.Attribute, base: Cell) -> None:
        if self._is_only_counted(node) or self._is_by_names(node):
            return
        role = self._writer.judged(base, node, kinds.ASSERTED)
        if role is None:
            return
        roots = list(self._flow.calls_beside(node))
        shown = self._flow.forest.parent(node) if node.attr in _HAS else node
        assert isinstance(shown, ast.expr)
        try:
            if not roots:
                raise Held(kinds.ASSERTED, f"`{node.attr}` names the methods of v1 and what they are given")
            moved: dict[ast.expr, Code] = {}
            for root in roots:
                moved.update(self._named_calls(root))
            for one, code in moved.items():
                self._writer.replace(one, code, kinds.ASSERTED, role.name)
        except Held as held:
            self._writer.tell(shown, kinds.ASSERTED, role.name, held.text)
            self._writer.frozen.update(part for root in roots for part in self._chain(root))

    def _chain(self, root: ast.expr) -> Iterator[ast.expr]:
        """Yield what is looked up on, and called of, a `call`, from the inside out."""
        node, around = root, self._flow.forest.parent(root)
        while (isinstance(around, ast.Attribute) and around.value is node) or (
            isinstance(around, ast.Call) and around.func is node
        ):
            yield around
            node, around = around, self._flow.forest.parent(around)

    def _named_calls(self, root: ast.expr) -> Iterator[tuple[ast.expr, Code]]:
        """Yield what becomes of the calls in `call.channel("messaging", "lobby").create("bot")`."""
        for one in self._chain(root):
            cell = self._flow.cell(one.func) if isinstance(one, ast.Call) else None
            if not isinstance(one, ast.Call) or cell is None:
                continue
            role = self._writer.judged(cell, one, kinds.ASSERTED)
            if role is None or role.kind != "method":
                raise Held(kinds.ASSERTED, f"`{ast.unparse(one.func)}` is no method of v1's")
            is_last = not isinstance(self._flow.forest.parent(one), ast.Attribute)
            if is_last or one.args or one.keywords:
                args = self._asserted(one, cell, role)
                if [*map(_plain, args)] != [*_given(one)]:
                    yield one, Call(Src(one.func), args)


def _plain(arg: Arg) -> tuple[str, ast.expr | None]:
    return arg.name, arg.value.node if isinstance(arg.value, Src) else None


def _given(call: ast.Call) -> Iterator[tuple[str, ast.expr | None]]:
    yield from (("", one) for one in call.args)
    yield from ((one.arg or "**", one.value) for one in call.keywords)
