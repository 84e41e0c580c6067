"""Two methods of v1 that are one in v2: where a test counts the calls of one, it would count those of the other, too."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from functools import cached_property

from streammigrate.codemod import kinds
from streammigrate.codemod.groups import Group
from streammigrate.codemod.lower import Held
from streammigrate.codemod.mocks import calls
from streammigrate.codemod.mocks.roles import Role
from streammigrate.codemod.mocks.writer import Writer
from streammigrate.codemod.scopes import Forest

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Counted:
    """Looks at what is called together with a method."""

    def __init__(self, forest: Forest, writer: Writer) -> None:
        self._forest = forest
        self._writer = writer

    def check(
        self, groups: Sequence[Group], method: Role, found: calls.Callee, node: ast.AST, *, anywhere: bool
    ) -> None:
        """Raise Held where what a test runs calls another method of v1, too, that is the same one in v2.

        `node` is in the test. `anywhere` asks of the whole code whether it calls the other one, in whatever function.
        """
        around = {self.function(one.node) for one in self._writer.calls.drafts(groups, method)}
        test = self.function(node)
        own = self._reached(_mentioned(test)) if test is not None else frozenset()
        # A test that names none of them gets to the code in another way: by a URL, say.
        around = {one for one in around if _names([one]) & own} or around
        for other in dict.fromkeys(
            one.use.member for group in groups for one in group.drafts if one.use.kind == "call"
        ):
            if other == method.member:
                continue
            role = Role("method", method.cls, other)
            beside = {self.function(one.node) for one in self._writer.calls.drafts(groups, role)}
            is_same = beside and self._callee(groups, role) == found
            if is_same and (anywhere or beside & around or self._meet(_names(around), _names(beside), own)):
                raise Held(kinds.MOCKED, one_of_both(method.member, other, found))

    def runs(self, node: ast.AST, groups: Iterable[Group]) -> bool:
        """Return whether the test that a node is in names a function, or one that names it in turn, that has a call of these."""
        test = self.function(node)
        own = self._reached(_mentioned(test)) if test is not None else frozenset()
        found = {self.function(one.node) for group in groups for one in group.drafts if one.use.kind == "call"}
        return bool(own & _names(found - {test}))

    def function(self, node: ast.AST) -> ast.AST | None:
        """Return the function that a node is in."""
        return next((one for one in self._forest.ancestors(node) if isinstance(one, _FUNCTIONS)), None)

    def _callee(self, groups: Sequence[Group], role: Role) -> calls.Callee | None:
        try:
            return calls.callee(self._writer.calls.made(groups, role), role)
        except Held:
            return None

    def _meet(self, around: frozenset[str], beside: frozenset[str], own: frozenset[str]) -> bool:
        """Return whether a test gets to both of two functions by their names, or one of them to the other."""
        if own & around:
            return bool(own & beside)
        return bool(self._reached(around) & beside or self._reached(beside) & around)

    def _reached(self, names: Iterable[str]) -> frozenset[str]:
        """Return the names that functions of some names mention, in turn: more than they call, never fewer."""
        found: set[str] = set()
        waiting = set(names)
        while waiting:
            name = waiting.pop()
            found.add(name)
            waiting |= self._mentions.get(name, set()) - found
        return frozenset(found)

    @cached_property
    def _mentions(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for file in self._forest.files.values():
            for node in file.nodes:
                if isinstance(node, _FUNCTIONS):
                    names = _mentioned(node)
                    cls = self._forest.parent(node)
                    # Who names a class makes an object of it.
                    name = cls.name if node.name == "__init__" and isinstance(cls, ast.ClassDef) else node.name
                    found.setdefault(name, set()).update(names)
        return found


def one_of_both(member: str, other: str, found: calls.Callee) -> str:
    """Return what is told of two methods that are one in v2."""
    return (
        f"`{member}` and `{other}` are one method in v2, `{found.path}`, which is called for both; count the calls of both "
        "together, or use `assert_any_call`"
    )


def _names(functions: Iterable[ast.AST | None]) -> frozenset[str]:
    return frozenset(one.name for one in functions if isinstance(one, _FUNCTIONS))


def _mentioned(function: ast.AST) -> set[str]:
    found = {one.id for one in ast.walk(function) if isinstance(one, ast.Name)}
    return found | {one.attr for one in ast.walk(function) if isinstance(one, ast.Attribute)}
