"""What shows that a mock stands for something of stream-chat's: where it is put or given, or what it looks like."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from streammigrate.codemod.forms.references import CLASSES
from streammigrate.codemod.groups import Group
from streammigrate.codemod.mocks import functions
from streammigrate.codemod.mocks.cells import Cell
from streammigrate.codemod.mocks.flow import Flow
from streammigrate.codemod.mocks.functions import Patch
from streammigrate.codemod.mocks.places import Place, Places
from streammigrate.codemod.mocks.roles import OTHER, Role
from streammigrate.codemod.resolve.text import last_name
from streammigrate.rules import sdk

_DEEPEST = 3
"""How many names are followed into an object of the project."""


class Put(NamedTuple):
    """A patch with the mock, and what it replaces."""

    patch: Patch
    cell: Cell
    places: tuple[Place, ...]


class Shown(NamedTuple):
    """A mock with what it stands for, and the cohorts whose objects it takes the place of."""

    cell: Cell
    role: Role
    groups: Sequence[Group]


class Evidence:
    """Finds what the mocks of a program stand for."""

    def __init__(self, flow: Flow, places: Places, groups: Sequence[Group]) -> None:
        self._flow = flow
        self._places = places
        self._groups = groups
        self.put = [Put(patch, cell, tuple(places.of(patch))) for patch, cell in flow.patches]

    def all(self) -> Iterator[Shown]:
        """Yield everything that shows what a mock stands for."""
        for put in self.put:
            for place in put.places:
                yield Shown(self.cell_of(put, place), _role(put, place, self._flow), place.groups)
                if place.role == OTHER and put.patch.kind != "multiple":
                    yield from self._inside(put.patch, put.cell, ())
        for call, argument, cell in self._flow.given:
            cls, groups = self.receives(call, argument)
            if cls:
                yield Shown(cell, Role("object", cls), groups)
        for target, _, cell in self._flow.stored:
            yield from self._standing(target.value, (target.attr,), cell)
        for call, maker, cell in self._flow.makers:
            yield from self._looks(call, maker, cell)
        yield from self._overrides()
        for group in self._groups:
            for use in group.cohort.uses:
                if use.kind == "reference" and functions.is_read_as_mock(use.node, self._flow.forest):
                    base = self._flow.cell(use.subject) if self._flow.has(use.subject) else None
                    if base is not None:
                        yield Shown(base, Role("object", use.receiver.cls), (group,))

    def _inside(self, patch: Patch, cell: Cell, names: tuple[str, ...]) -> Iterator[Shown]:
        """Yield what an object of the project, which a mock takes the place of, has of stream-chat's."""
        for key in cell.keys if len(names) < _DEEPEST else ():
            if not key.isidentifier() or key in functions.MEMBERS:
                continue
            found = self._places.within(patch, (*names, key))
            if found is None or found.kind == "other":
                yield from self._inside(patch, cell.at(key), (*names, key))
            elif found.kind in ("object", "factory") and found.receiver.cls in sdk.v1_classes():
                role = Role("object" if found.kind == "object" else "factory", found.receiver.cls)
                yield Shown(cell.at(key), role, self._places.of_receiver(found.receiver))

    def cell_of(self, put: Put, place: Place) -> Cell:
        """Return the mock that is put in one of the places of a patch."""
        return put.cell.at(place.name) if put.patch.kind == "multiple" else put.cell

    def receives(self, call: ast.Call, argument: ast.expr | ast.keyword) -> tuple[str, tuple[Group, ...]]:
        """Return the class of stream-chat that a function takes an argument for, and its cohorts; no class for none."""
        return self._places.of_holders(self._flow.resolver(call).argument_holders(call, argument) or ())

    def of_class(self, cls: str) -> tuple[Group, ...]:
        """Return the cohorts in which an object of a class is made, or else called."""
        called = (
            one
            for one in self._groups
            if any(use.receiver.cls == cls and use.kind == "call" for use in one.cohort.uses)
        )
        return self._places.of_class(cls) or tuple(called)

    def _standing(self, base: ast.expr, names: Sequence[str], cell: Cell) -> Iterator[Shown]:
        standing = self._flow.resolver(base).standing(base, names)
        if (
            standing is None
            or standing.kind not in ("object", "factory")
            or standing.receiver.cls not in sdk.v1_classes()
        ):
            return
        role = Role("object" if standing.kind == "object" else "factory", standing.receiver.cls)
        yield Shown(cell, role, self._places.of_receiver(standing.receiver))

    def _looks(self, call: ast.Call, maker: str, cell: Cell) -> Iterator[Shown]:
        """Yield what a mock is made to look like."""
        for node in functions.specs(call, maker):
            found = self._flow.resolver(call).referent(node)
            if found is None or found.cls not in CLASSES:
                continue
            instance = maker != "create_autospec" or any(
                one.arg == "instance" and getattr(one.value, "value", None) is True for one in call.keywords
            )
            yield Shown(cell, Role("object" if instance else "class", found.cls), self.of_class(found.cls))

    def _overrides(self) -> Iterator[Shown]:
        """Yield what tests of FastAPI give in the place of a dependency: `app.dependency_overrides[get_client] = …`."""
        for path in self._flow.resolvers:
            for node in self._flow.forest.files[path].nodes:
                target = node.targets[0] if isinstance(node, ast.Assign) else None
                if isinstance(target, ast.Subscript) and last_name(target.value) == "dependency_overrides":
                    assert isinstance(node, ast.Assign)
                    cell = self._flow.cell(node.value)
                    if cell is not None:
                        yield from self._standing(target.slice, (), cell)


def _role(put: Put, place: Place, flow: Flow) -> Role:
    """Return what the mock of a patch stands for: that of a property gives the object."""
    made = next((one.value for one in put.patch.call.keywords if one.arg == "new_callable"), put.patch.new)
    made = made.func if isinstance(made, ast.Call) else made
    is_property = made is not None and functions.last(made, flow.symbol(put.patch.call)) == "PropertyMock"
    return Role("factory", place.role.cls) if is_property and place.role.kind == "object" else place.role
