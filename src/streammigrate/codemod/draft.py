"""A site while it is being planned: what would replace it, and how far each of its sides lets it go."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from typing import NamedTuple

from streammigrate.codemod.code import Call, Code
from streammigrate.codemod.cohorts import Use
from streammigrate.codemod.lower import Held, Lent
from streammigrate.codemod.model import AddImport, Applicability, Facet, Insertion, Removal, Span


class Written(NamedTuple):
    """A new statement behind another, which is written when all names are settled: `target = value`."""

    behind: Span
    target: str
    value: Code


@dataclass(eq=False)
class Draft:
    """One use of an SDK object with the edits that would move it."""

    use: Use
    rule: str
    member: str
    node: ast.expr
    """What is shown as the site: the call, the attribute, the name."""
    replaced: dict[ast.expr, Code] = field(default_factory=dict)
    insertions: list[Insertion] = field(default_factory=list)
    statements: list[Written] = field(default_factory=list)
    removals: list[Removal] = field(default_factory=list)
    imports: list[AddImport] = field(default_factory=list)
    facets: list[Facet] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    forms: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    """The calls of v2, whole: an argument may stand elsewhere, as where a method is handed on with its arguments."""
    lent: list[Lent] = field(default_factory=list)
    """The variables that the call takes as payloads, which may come to hold v2 models."""
    counted: bool = True
    """Whether people see it as a site: flows and annotations move along silently."""
    as_v1: bool = False
    """Whether what the call gives has v1's shape from the call on."""
    suppressed: str = ""
    deselected: bool = False

    def hold(self, held: Held, facet: str = "arguments") -> None:
        """Leave the site to a person, and forget what would have replaced it."""
        self.facets.append(held.facet._replace(name=facet))
        self.replaced.clear()
        self.calls.clear()
        self.lent.clear()
        self.insertions.clear()
        self.statements.clear()

    @property
    def applicability(self) -> Applicability:
        """Return the lowest that any facet allows."""
        return max((facet.applicability for facet in self.facets), key=lambda one: one.rank, default=Applicability.SAFE)

    def moves(self, unsafe: bool) -> bool:
        """Return whether the site may be moved: it is safe (or unsafe, and that is allowed), chosen and not suppressed."""
        if self.suppressed or self.deselected:
            return False
        limit = Applicability.UNSAFE if unsafe else Applicability.SAFE
        return self.applicability.rank <= limit.rank
