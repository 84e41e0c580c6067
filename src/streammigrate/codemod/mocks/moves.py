"""Moves the mocks of a program's tests with its code, and tells what has to be moved by hand."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from streammigrate.codemod import kinds
from streammigrate.codemod.groups import Group
from streammigrate.codemod.mocks.answers import Answers
from streammigrate.codemod.mocks.assertions import Assertions
from streammigrate.codemod.mocks.calls import Calls
from streammigrate.codemod.mocks.cells import Cell, spread
from streammigrate.codemod.mocks.counted import Counted
from streammigrate.codemod.mocks.evidence import Evidence
from streammigrate.codemod.mocks.flow import Flow
from streammigrate.codemod.mocks.functions import may_mock
from streammigrate.codemod.mocks.members import Members
from streammigrate.codemod.mocks.places import Places
from streammigrate.codemod.mocks.targets import Targets
from streammigrate.codemod.mocks.writer import Writer
from streammigrate.codemod.resolve.sdk import is_ours
from streammigrate.codemod.resolve.text import is_test_file

if TYPE_CHECKING:
    from streammigrate.codemod.file_plan import FilePlan
    from streammigrate.codemod.resolve.program import Program

_TRANSPORTS = frozenset({"aiohttp", "requests", "urllib3"})
"""What stream-chat sends with."""


class Mocks:
    """The mocks of a program. `replaces` is asked while cohorts are decided; `settle` plans when that is done."""

    def __init__(
        self, program: Program, files: Mapping[str, FilePlan], groups: Sequence[Group], *, unsafe: bool
    ) -> None:
        resolvers = {path: plan.resolver for path, plan in files.items()}
        # A program without anything of stream-chat's has nothing that a mock could stand for.
        mocking = {path: resolvers[path] for path, plan in files.items() if groups and may_mock(path, plan.text)}
        self._groups = groups
        self._flow = Flow(program.forest, mocking)
        self._evidence = Evidence(self._flow, Places(program, resolvers, groups if mocking else ()), groups)
        self._files = files
        self._unsafe = unsafe
        spread(self._evidence.all() if mocking else ())

    @property
    def known(self) -> set[ast.AST]:
        """The texts of the targets that are looked after here."""
        return {
            place.node for put in self._evidence.put for place in put.places if place.node is not None and place.groups
        }

    def replaces(self, group: Group) -> bool:
        """Return whether a test puts something in the place of what a cohort flows through or is made of."""
        return any(group in place.groups for put in self._evidence.put for place in put.places)

    def settle(self) -> None:
        """Plan the edits of the files that have mocks, and their sites."""
        if not self._flow.resolvers:
            return
        flow, evidence = self._flow, self._evidence
        writer = Writer(flow.forest, self._files, Calls(self._groups), unsafe=self._unsafe)
        mocks, real = self._seen(), {one.use.subject for group in self._groups for one in group.drafts}
        members = Members(flow, evidence, writer, real)
        assertions = Assertions(flow, writer, members, real)
        answers, targets = Answers(flow, writer, mocks), Targets(flow, evidence, writer, mocks)
        for put in evidence.put:
            targets.move(put)
        nodes = [node for path in flow.resolvers for node in flow.forest.files[path].nodes]
        attributes = [node for node in nodes if isinstance(node, ast.Attribute)]
        for attribute in attributes:
            assertions.move(attribute)
            answers.check(attribute)
        for node in nodes:
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    answers.assigned(target, node.value)
        for attribute in attributes:
            if attribute not in writer.frozen:
                members.move(attribute)
        for call, maker, cell in self._made():
            members.move_spec(call, maker, cell)
            members.check_keywords(call, cell)
            answers.keywords(call, cell)
        for setting, cell in flow.configured:
            members.move_configured(setting, cell)
            answers.configured(setting, cell)
        self._tell_fakes(writer)
        if writer.has_moved(self._groups):
            self._tell_modules(writer, nodes)
            self._tell_transports(writer)

    def _made(self) -> Iterator[tuple[ast.Call, str, Cell]]:
        yield from self._flow.makers
        for put in self._evidence.put:
            if put.patch.kind in ("patch", "object"):
                yield put.patch.call, "", put.cell

    def _seen(self) -> set[Cell]:
        """Return the cells that hold mocks, as far as they are seen to be made."""
        waiting = [cell.root() for _, _, cell in self._flow.makers]
        waiting += [put.cell.root() for put in self._evidence.put if put.patch.new is None]
        found: set[Cell] = set()
        while waiting:
            cell = waiting.pop()
            if cell not in found:
                found.add(cell)
                waiting += [cell.at(key) for key in cell.keys]
        return found

    def _tell_fakes(self, writer: Writer) -> None:
        """Tell of objects of the project's own classes that tests give to code that takes a client."""
        for call, argument in self._flow.fakes:
            value = argument.value if isinstance(argument, ast.keyword) else argument
            cls, groups = self._evidence.receives(call, argument)
            if cls and self._is_own(value):
                self._tell_fake(writer, value, cls, groups)
        for _, value, cell in self._flow.stored:
            role = cell.role
            if role is not None and role.kind == "object" and isinstance(value, ast.Call) and self._is_own(value):
                self._tell_fake(writer, value, role.cls, cell.root().groups)

    def _tell_modules(self, writer: Writer, nodes: Sequence[ast.AST]) -> None:
        """Tell of tests that put something in the place of stream-chat's modules: `sys.modules["stream_chat"] = …`."""
        for node in nodes:
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or not is_ours(node.value):
                continue
            parent = self._flow.forest.parent(node)
            around = self._flow.forest.parent(parent) if isinstance(parent, ast.Dict) else parent
            places = [around.value] if isinstance(around, ast.Subscript) else getattr(around, "args", ())[:1]
            if any(ast.unparse(one).strip("'\"") == "sys.modules" for one in places):
                text = f"the code imports getstream where it imported `{node.value}`; put the stand-in in getstream's place"
                writer.tell(node, kinds.PATCHED, node.value, text)

    def _tell_transports(self, writer: Writer) -> None:
        """Tell of tests that put something in the place of what stream-chat sends with: `patch("requests.Session.request")`."""
        moved = [group for group in self._groups if writer.has_moved((group,))]
        counted = Counted(self._flow.forest, writer)
        for put in self._evidence.put:
            target = put.patch.target
            if not put.patch.is_text or put.places or not isinstance(target, ast.Constant):
                continue
            library = str(target.value).partition(".")[0]
            if library in _TRANSPORTS and not self._sends(library) and counted.runs(put.patch.call, moved):
                text = f"stream-chat sends with {library}, and getstream with httpx; replace the client's method, or httpx's"
                writer.tell(target, kinds.PATCHED, "", text)

    def _sends(self, library: str) -> bool:
        """Return whether code of the project, as far as it is in view, uses a library itself."""
        uses = re.compile(rf"^\s*(?:import|from)\s+{library}\b", re.MULTILINE)
        return any(not is_test_file(path) and uses.search(plan.text) for path, plan in self._files.items())

    def _is_own(self, value: ast.expr) -> bool:
        if self._flow.cell(value) is not None:
            return False
        standing = self._flow.resolver(value).standing(value, ())
        return standing is not None and standing.kind == "other"

    def _tell_fake(self, writer: Writer, value: ast.expr, cls: str, groups: Sequence[Group]) -> None:
        if writer.has_moved(groups):
            text = f"`{ast.unparse(value)}` stands in for v1's client; give it the methods, arguments and answers of v2"
            writer.tell(value, kinds.FAKED, cls, text)
