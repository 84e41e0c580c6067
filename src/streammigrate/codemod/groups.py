"""What is decided about each cohort: it moves whole, with a v1 twin for what stays, or not at all."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from streammigrate.codemod import kinds
from streammigrate.codemod.cohorts import Cohort
from streammigrate.codemod.draft import Draft
from streammigrate.codemod.forms import merges, twins
from streammigrate.codemod.model import Applicability, Facet


@dataclass(eq=False)
class Group:
    """A cohort with its drafts and what was decided about it."""

    id: str
    cohort: Cohort
    drafts: list[Draft]
    moved: bool = True
    twin: Mapping[str, twins.Twin] | None = None
    """By file, where a second object stands beside the one that moves."""
    merged: bool = False
    """Whether the cohort is the second objects of an earlier run, and none of them is needed any more."""

    @property
    def stays(self) -> bool:
        """Whether an object of the cohort is v1's after the run."""
        return not self.moved or (self.twin is not None and not self.merged)

    def moving(self, unsafe: bool) -> list[Draft]:
        """Return the drafts that are rewritten."""
        if not self.moved:
            return []
        stays = frozenset[ast.expr]().union(*(twin.stays for twin in (self.twin or {}).values()))
        return [draft for draft in self.drafts if draft.moves(unsafe) and draft.node not in stays]


def is_work(draft: Draft) -> bool:
    """Return whether a use makes a client or an object, or calls one."""
    return draft.use.kind in ("call", "construct")


def decide(
    group: Group,
    unsafe: bool,
    where: Callable[[Draft], str],
    twin: Callable[[Sequence[Draft], Sequence[Draft]], Mapping[str, twins.Twin] | None],
    merge: Callable[[], merges.Merge | None],
) -> None:
    """Decide about a group whose drafts are judged: nothing of it may be half moved.

    `where` tells a draft's place, `twin` plans second objects for the drafts that stay, if it can, and `merge` says what
    becomes of a cohort of second objects (None for another cohort; Impossible where it cannot be taken apart).
    """
    drafts = group.drafts
    _bind_to_makers(drafts, unsafe, where)
    staying = [draft for draft in drafts if not draft.moves(unsafe)]
    try:
        merged = merge()
    except twins.Impossible:
        group.moved = False
        keep(drafts, staying or drafts, where)
        return
    if merged is not None:
        group.twin = merged.files
        group.merged = not merged.left
        _tell(group.twin, drafts, staying, "it makes the second object for calls that stay")
        return
    if not staying:
        return
    group.twin = twin(drafts, staying)
    if group.twin is None:
        keep(drafts, staying, where)
        group.moved = False
        return
    _tell(group.twin, drafts, staying, "it makes an object for, or works on the object of, a call that stays")


def _tell(made: Mapping[str, twins.Twin], drafts: Sequence[Draft], staying: Sequence[Draft], text: str) -> None:
    """Say of what stays for the sake of others why it does."""
    stays = frozenset[ast.expr]().union(*(each.stays for each in made.values()))
    for draft in drafts:
        if draft.node in stays and draft not in staying and draft.counted:
            draft.facets.append(Facet("cohort", Applicability.MANUAL, text, kinds.COHORT.id))


def keep(drafts: Sequence[Draft], staying: Sequence[Draft], where: Callable[[Draft], str]) -> None:
    """Hold the rest of a cohort back with the uses that stay."""
    first = min(staying, key=lambda draft: draft.applicability is not Applicability.MANUAL)
    level = Applicability.UNSAFE
    if any(draft.applicability is Applicability.MANUAL or draft.suppressed or draft.deselected for draft in staying):
        level = Applicability.MANUAL
    outside = next((facet.text for facet in first.facets if facet.reason == kinds.EXPORTED.id), "")
    text = f"it shares its client with {where(first)}, which stays" + (f": {outside}" if outside else "")
    for draft in drafts:
        if draft not in staying:
            draft.facets.append(Facet("cohort", level, text, kinds.COHORT.id))


def _bind_to_makers(drafts: Sequence[Draft], unsafe: bool, where: Callable[[Draft], str]) -> None:
    """Hold what is done with an object back where the call that makes the object stays."""
    for maker in drafts:
        if maker.use.member not in twins.MAKERS or maker.moves(unsafe):
            continue
        text = f"the object it works on is made at {where(maker)}, which stays"
        level = Applicability.MANUAL
        if maker.applicability is Applicability.UNSAFE and not maker.suppressed and not maker.deselected:
            level = Applicability.UNSAFE
        for draft in drafts:
            if draft is not maker and maker.node in draft.use.receiver.origins:
                draft.facets.append(Facet("cohort", level, text, kinds.COHORT.id))
