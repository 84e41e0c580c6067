"""Cells: what holds the same mock, with what is known of it."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from streammigrate.codemod.groups import Group
from streammigrate.codemod.mocks.roles import OTHER, Role, inner


class Cell:
    """One mock, or what holds it, with what is known of it. Cells that turn out to be the same are joined."""

    def __init__(self) -> None:
        self._same: Cell | None = None
        self._inner: dict[str, Cell] = {}
        self.roles: dict[Role, None] = {}
        self.groups: list[Group] = []
        self.made_by: list[Cell] = []
        """The mocks of the clients that give this mock of a channel."""
        self.mixed = False
        """Whether it may be something else besides, which is not known."""
        self.values: list[ast.expr] = []
        """What is put there that is no mock."""

    def root(self) -> Cell:
        """Return the cell that stands for this one and all that it was joined with."""
        found = self
        while found._same is not None:
            found = found._same
        return found

    def at(self, key: str) -> Cell:
        """Return the cell of an attribute, an item (`[0]`) or the result."""
        cells = self.root()._inner
        if key not in cells:
            cells[key] = Cell()
        return cells[key].root()

    @property
    def keys(self) -> tuple[str, ...]:
        """The attributes, items and results that were asked for."""
        return tuple(self.root()._inner)

    def join(self, other: Cell) -> None:
        """Make two cells one, with all that is in them."""
        waiting = [(self, other)]
        while waiting:
            one, two = (each.root() for each in waiting.pop())
            if one is two:
                continue
            two._same = one
            one.roles.update(two.roles)
            one.groups += [group for group in two.groups if group not in one.groups]
            one.made_by += two.made_by
            one.mixed |= two.mixed
            one.values += two.values
            for key, cell in two._inner.items():
                if key in one._inner:
                    waiting.append((one._inner[key], cell))
                else:
                    one._inner[key] = cell

    @property
    def role(self) -> Role | None:
        """What the mock stands for; None where nothing says so, or two things do."""
        roles = self.root().roles
        return next(iter(roles)) if len(roles) == 1 else None

    @property
    def is_torn(self) -> bool:
        """Whether it stands for different things, or may be no mock at all."""
        found = self.root()
        return len(found.roles) > 1 or (found.mixed and bool(found.roles))


def spread(entries: Iterable[tuple[Cell, Role, Iterable[Group]]]) -> None:
    """Give cells their roles, and all that is in them theirs."""
    waiting = [(cell.root(), role, tuple(groups), None) for cell, role, groups in entries]
    # What an object of the project has of stream-chat's is seen by itself.
    seen = {cell for cell, role, _, _ in waiting if role != OTHER}
    agenda: list[tuple[Cell, Role, tuple[Group, ...], Cell | None]] = list(waiting)
    while agenda:
        cell, role, groups, maker = agenda.pop()
        cell = cell.root()
        if maker is not None and maker not in cell.made_by:
            cell.made_by.append(maker)
        added = [group for group in groups if group not in cell.groups]
        if role in cell.roles and not added:
            continue
        cell.roles[role] = None
        cell.groups += added
        for key in cell.keys:
            found = inner(role, key)
            if found is not None and (found != OTHER or cell.at(key) not in seen):
                made = cell if role.kind == "method" and found.kind == "object" else None
                agenda.append((cell.at(key), found, tuple(cell.groups), made))
            if cell.mixed:
                cell.at(key).mixed = True
