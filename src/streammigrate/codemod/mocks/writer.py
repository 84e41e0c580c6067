"""Writes down what becomes of mocks: new code, or what a person has to do."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from streammigrate.codemod.code import Code, List, Renderer, Src, put_old
from streammigrate.codemod.groups import Group, is_work
from streammigrate.codemod.mocks.calls import Calls
from streammigrate.codemod.mocks.cells import Cell
from streammigrate.codemod.mocks.roles import OTHER, Role
from streammigrate.codemod.model import Applicability, Facet, Site, Span
from streammigrate.codemod.scopes import Forest
from streammigrate.codemod.settings import selects
from streammigrate.kinds import Kind

if TYPE_CHECKING:
    from streammigrate.codemod.file_plan import FilePlan


class Writer:
    """What is decided about the mocks of a program."""

    def __init__(self, forest: Forest, files: Mapping[str, FilePlan], calls: Calls, *, unsafe: bool) -> None:
        self.forest = forest
        self.calls = calls
        self.files = files
        self.unsafe = unsafe
        self.frozen: set[ast.AST] = set()
        """What belongs to a line that is left to a person."""
        self._stuck: set[Cell] = set()
        self._told: set[tuple[str, Span, str]] = set()

    def plan(self, node: ast.AST) -> FilePlan:
        """Return the plan of the file that a node is in."""
        return self.files[self.forest.path_of(node)]

    def has_moved(self, groups: Sequence[Group]) -> bool:
        """Return whether any of some cohorts moves, or a part of it."""
        return any(map(self._moves, groups))

    def have_moved(self, groups: Sequence[Group]) -> bool:
        """Return whether all of some cohorts move."""
        return bool(groups) and all(self._moves(group) and not group.stays for group in groups)

    def _moves(self, group: Group) -> bool:
        return group.moved and any(is_work(one) for one in group.moving(self.unsafe))

    def stick(self, cell: Cell) -> None:
        """Leave a mock, which is not put where it belongs any more, with all that it gives."""
        waiting = [cell.root()]
        while waiting:
            one = waiting.pop()
            if one not in self._stuck:
                self._stuck.add(one)
                waiting += [one.at(key) for key in one.keys]

    def judged(self, cell: Cell | None, node: ast.expr, kind: Kind) -> Role | None:
        """Return what a mock stands for where that has moved; tell where only a part of it has."""
        if cell is None or not cell.root().roles or not self.has_moved(cell.root().groups):
            return None
        if cell.root() in self._stuck:
            return None
        if cell.is_torn:
            self.tell(node, kind, "", "what the mock stands for differs from place to place; change the test by hand")
            self.frozen.update(ast.walk(node))
            return None
        role = cell.role
        if role is None or role == OTHER:
            return None
        if not self.have_moved(cell.root().groups):
            self.tell(node, kind, role.name, "it stands for a client that moves and for one that stays")
            return None
        return role

    def replace(self, node: ast.expr, code: Code, kind: Kind, member: str) -> None:
        """Put new code in the place of an expression, unless a comment or the settings leave it alone."""
        plan = self.plan(node)
        if node in plan.mocked:
            return
        reason = plan.suppressions.reason(node, kind.id)
        # It serves the code, whatever part of that is asked for.
        applied = not reason and selects(plan.settings._replace(select=()), kind.id)
        code = put_old(code, node)
        if applied:
            plan.mocked[node] = code
        plan.moved_mocks.append((node, code, kind.id, member, reason, applied))

    def replace_all(self, moved: Mapping[ast.expr, Code], kind: Kind, member: str) -> None:
        """Replace expressions; a list on one line that holds them is written anew, so that it can be broken."""
        lists: dict[ast.List, None] = {}
        for node, code in moved.items():
            around = self.forest.parent(node)
            if isinstance(around, ast.List) and around.lineno == around.end_lineno:
                lists[around] = None
            else:
                self.replace(node, code, kind, member)
        for one in lists:
            self.replace(one, List(tuple(moved.get(item, Src(item)) for item in one.elts)), kind, member)

    def tell(self, node: ast.expr, kind: Kind, member: str, text: str) -> None:
        """Add a site that is left to a person."""
        plan = self.plan(node)
        if (plan.path, Span.of(node), kind.id) in self._told:
            return
        self._told.add((plan.path, Span.of(node), kind.id))
        facet = Facet("tests", Applicability.MANUAL, text, kind.id)
        reason = plan.suppressions.reason(node, kind.id)
        segment = plan.segment(node)
        plan.patched.append(Site(kind.id, member or "a mock", Span.of(node), segment, "", (facet,), suppressed=reason))


def shown(plan: FilePlan) -> Iterator[Site]:
    """Yield the sites of the mocks of a file that move."""
    for node, code, kind, member, reason, applied in plan.moved_mocks:
        line = plan.scopes.statement(node).lineno
        after = Renderer(plan.source, {**plan.handlers.replaced, **plan.mocked, node: code}).replacement(node, line)
        span, lines = Span.of(node), ((node.lineno, node.end_lineno or node.lineno),)
        yield Site(kind, member, span, plan.segment(node), after, (), applied=applied, suppressed=reason, touched=lines)
