"""The methods and attributes of mocks, by the path that v2 has to them: `mock.chat.channel`, `mock.upsert_users`."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from functools import cached_property

from streammigrate.codemod import kinds
from streammigrate.codemod.code import Code, Dotted, Raw, Src
from streammigrate.codemod.forms.references import CLASSES
from streammigrate.codemod.lower import Held
from streammigrate.codemod.mocks import calls, functions
from streammigrate.codemod.mocks.cells import Cell
from streammigrate.codemod.mocks.counted import Counted, one_of_both
from streammigrate.codemod.mocks.evidence import Evidence
from streammigrate.codemod.mocks.flow import Flow
from streammigrate.codemod.mocks.functions import MEMBERS, SPECS, Setting
from streammigrate.codemod.mocks.roles import RESULT, Role, inner, is_attribute
from streammigrate.codemod.mocks.writer import Writer
from streammigrate.rules import sdk
from streammigrate.rules.catalogue import rule_for

_COUNTS = frozenset(
    {"assert_awaited_once", "assert_awaited_once_with", "assert_called_once", "assert_called_once_with", "assert_not_awaited",
     "assert_not_called", "await_count", "call_count", "called"}
)  # fmt: skip
_OWN = frozenset({*SPECS, "name", "return_value", "side_effect", "new", "new_callable", "instance", "create"})
"""Keywords that say something of the mock itself."""


class Members:
    """Moves what is read and set of mocks. `real` are the expressions that are moved as what they are, and no mocks."""

    def __init__(self, flow: Flow, evidence: Evidence, writer: Writer, real: Collection[ast.expr]) -> None:
        self._flow = flow
        self._evidence = evidence
        self._writer = writer
        self._real = real
        self._counted = Counted(flow.forest, writer)
        self._autospecced = _autospecced(flow, evidence)

    def move(self, node: ast.Attribute) -> None:
        """Give a method or an attribute of a mock the path that it has in v2."""
        base = None if node.value in self._real else self._flow.cell(node.value)
        if (
            base is None
            or node.attr in MEMBERS
            or node.attr.startswith("__")
            or not any(role.kind == "object" for role in base.root().roles)
        ):
            return
        role = self._writer.judged(base, node, kinds.MOCKED)
        if role is None:
            return
        cls = sdk.v1_classes().get(role.cls)
        member = None if cls is None else cls.members.get(node.attr)
        if member is None:
            return
        if is_attribute(role, node.attr):
            self._move_plain(node, role)
            return
        if member.kind != "method":
            return
        method = Role("method", role.cls, node.attr)
        try:
            found, owner = self._method(node, base, method)
        except Held as held:
            self._writer.tell(node, kinds.MOCKED, method.name, held.text)
            self._writer.frozen.update(ast.walk(node))
            return
        if found.path != node.attr or found.of_client:
            self._writer.replace(node, Dotted(owner, found.path), kinds.MOCKED, method.name)

    def check(self, node: ast.expr) -> None:
        """Raise Held where the method of a mock that a test asserts calls of has no path in v2, or counts others, too."""
        base = self._flow.cell(node.value) if isinstance(node, ast.Attribute) else None
        role = None if base is None else base.role
        if isinstance(node, ast.Attribute) and base is not None and role is not None and role.kind == "object":
            self._method(node, base, Role("method", role.cls, node.attr))

    def _method(self, node: ast.Attribute, base: Cell, method: Role) -> tuple[calls.Callee, Code]:
        """Return what stands for a method in v2, and the mock that has it. Raises Held where there is none."""
        found = calls.callee(self._writer.calls.made(base.root().groups, method), method)
        self._check_shared(node, base, method, found)
        if base.root() in self._autospecced and "." in found.path:
            part = found.path.partition(".")[0]
            text = f"a mock with `autospec` has no `{found.path}`: getstream makes `.{part}` when it is asked for"
            raise Held(kinds.MOCKED, text)
        return found, self._client(node, base) if found.of_client else Src(node.value)

    def _move_plain(self, node: ast.Attribute, role: Role) -> None:
        """Move an attribute that is no method: `mock_channel.id`."""
        rule = rule_for(role.cls, node.attr)
        name = "" if rule is None else str(rule.data.get("attribute", ""))
        if not name:
            self._writer.tell(
                node, kinds.MOCKED, f"{role.owner}.{node.attr}", f"v2 has no attribute in the place of `{node.attr}`"
            )
        elif name != node.attr:
            self._writer.replace(node, Dotted(Src(node.value), name), kinds.MOCKED, f"{role.owner}.{node.attr}")

    def _check_shared(self, node: ast.Attribute, base: Cell, method: Role, found: calls.Callee) -> None:
        """Raise Held where a test tells two methods of v1 apart that are one in v2."""
        function = self._counted.function(node)
        asked = self._flow.forest.parent(node)
        if isinstance(asked, ast.Attribute) and asked.attr in _COUNTS:
            anywhere = asked.attr.startswith("assert_not")
            self._counted.check(base.root().groups, method, found, node, anywhere=anywhere)
        for other in sorted(base.keys):
            if other == method.member or other in MEMBERS or other == RESULT:
                continue
            role = Role("method", method.cls, other)
            if sdk.v1_signature(method.cls, other) is None or not self._is_used(base, other, function):
                continue
            try:
                same = calls.callee(self._writer.calls.made(base.root().groups, role), role) == found
            except Held:
                continue
            if same:
                raise Held(kinds.MOCKED, one_of_both(method.member, other, found))

    def _is_used(self, base: Cell, name: str, function: ast.AST | None) -> bool:
        return any(
            one.attr == name and self._counted.function(one) is function
            for one in self._attributes.get(base.root(), ())
        )

    @cached_property
    def _attributes(self) -> Mapping[Cell, list[ast.Attribute]]:
        found: dict[Cell, list[ast.Attribute]] = {}
        for path in self._flow.resolvers:
            for node in self._flow.forest.files[path].nodes:
                if isinstance(node, ast.Attribute):
                    base = self._flow.cell(node.value)
                    if base is not None and base.root().roles:
                        found.setdefault(base.root(), []).append(node)
        return found

    def _client(self, node: ast.Attribute, base: Cell) -> Code:
        """Return the mock of the client that gives the mock of a channel. Raises Held where it has no name here."""
        inline = node.value
        if (
            isinstance(inline, ast.Attribute)
            and inline.attr == "return_value"
            and isinstance(inline.value, ast.Attribute)
        ):
            return Src(inline.value.value)
        for method in base.root().made_by:
            for path in self._flow.resolvers:
                for one in self._flow.forest.files[path].nodes:
                    if isinstance(one, ast.Attribute) and self._flow.cell(one) is method.root():
                        owner = self._flow.cell(one.value)
                        for name in self._flow.names_of(owner, node) if owner is not None else ():
                            return Raw(name)
        raise Held(kinds.MOCKED, f"v2 has `{node.attr}` on the client, whose mock has no name here")

    def move_spec(self, call: ast.Call, maker: str, cell: Cell) -> None:
        """Let a mock look like v2's class."""
        for node in functions.specs(call, maker):
            found = self._flow.resolver(call).referent(node)
            if found is None or found.cls not in CLASSES:
                continue
            groups = cell.root().groups or self._evidence.of_class(found.cls)
            if self._writer.have_moved(groups):
                name = self._writer.plan(node).names.use(*CLASSES[found.cls])
                self._writer.replace(node, Raw(name), kinds.MOCKED, found.cls)
            elif self._writer.has_moved(groups):
                text = "it looks like a client of which one moves and another one stays"
                self._writer.tell(node, kinds.MOCKED, found.cls, text)

    def check_keywords(self, call: ast.Call, cell: Cell) -> None:
        """Tell of methods that a mock is given when it is made: `Mock(channel=…)`."""
        for keyword in call.keywords:
            name = keyword.arg or ""
            role = cell.role
            if (
                role is None
                or role.kind != "object"
                or not name
                or name in _OWN
                or sdk.v1_signature(role.cls, name) is None
            ):
                continue
            role = self._writer.judged(cell, keyword.value, kinds.MOCKED)
            if role is None:
                continue
            try:
                path = self._path(cell, Role("method", role.cls, name))
            except Held as held:
                self._writer.tell(keyword.value, kinds.MOCKED, f"{role.owner}.{name}", held.text)
                continue
            if path != name:
                text = f"`{name}` is set when the mock is made; set `{path}` in a statement of its own"
                self._writer.tell(keyword.value, kinds.MOCKED, f"{role.owner}.{name}", text)

    def move_configured(self, setting: Setting, cell: Cell) -> None:
        """Move a dotted name of what is set on a mock: `"channel.return_value"`."""
        text = setting.node
        if self._writer.judged(cell, text, kinds.MOCKED) is None:
            return
        parts: list[str] = []
        here, role, member = cell, cell.role, ""
        try:
            for part in setting.parts:
                key = RESULT if part == "return_value" else part
                found = None if role is None else inner(role, key)
                if role is not None and role.kind == "object" and found is not None and found.kind == "method":
                    member = found.name
                    part = self._path(here, found)
                parts.append(part)
                here, role = here.at(key), found
        except Held as held:
            self._writer.tell(text, kinds.MOCKED, member, held.text)
            return
        if parts != [*setting.parts]:
            mark = self._writer.plan(text).segment(text)[-1]
            self._writer.replace(text, Raw(f"{mark}{'.'.join(parts)}{mark}"), kinds.MOCKED, member)

    def _path(self, cell: Cell, method: Role) -> str:
        """Return the path of a method from its object on. Raises Held where it has none."""
        found = calls.callee(self._writer.calls.made(cell.root().groups, method), method)
        if found.of_client:
            raise Held(kinds.MOCKED, f"v2 has `{found.path}` on the client, and not on the channel")
        return found.path


def _autospecced(flow: Flow, evidence: Evidence) -> set[Cell]:
    """Return the mocks that have just what the class has, as it is made."""
    found: set[Cell] = set()
    for call, maker, cell in [*flow.makers, *((one.patch.call, "", one.cell) for one in evidence.put)]:
        if maker == "create_autospec" or any(one.arg == "autospec" for one in call.keywords):
            found.update((cell.root(), cell.at(RESULT).root()))
    return found
