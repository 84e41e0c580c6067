"""The decisions about a program: which cohorts move, and with them the handlers, the names and what belongs to none."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

from streammigrate.codemod import kinds
from streammigrate.codemod.cohorts import cohorts
from streammigrate.codemod.compat.place import BESIDE, Find
from streammigrate.codemod.documents import Place
from streammigrate.codemod.draft import Draft
from streammigrate.codemod.file_plan import FilePlan, place_text
from streammigrate.codemod.forms import construct, exceptions, merges, twins
from streammigrate.codemod.forms.errors import transport
from streammigrate.codemod.forms.patches import Patch, patches
from streammigrate.codemod.groups import Group, decide, is_work, keep
from streammigrate.codemod.links import Links
from streammigrate.codemod.lower import Held
from streammigrate.codemod.mocks.functions import may_mock
from streammigrate.codemod.model import Applicability, CohortView, Facet, Origin
from streammigrate.codemod.resolve import Resolver
from streammigrate.codemod.resolve.program import Program
from streammigrate.codemod.resolve.resolver import Programs
from streammigrate.codemod.resolve.text import last_name, masked
from streammigrate.codemod.settings import Only, RewriteSettings
from streammigrate.rules import sdk

if TYPE_CHECKING:
    from streammigrate.codemod.mocks.moves import Mocks

_USES = re.compile(r"\bstream_chat\b|\bgetstream\b|TODO\(streammigrate\)")
"""What a program has that uses either SDK: after a run its files may name only the new one."""
_NEW = re.compile(r"^\s*(?:import|from) getstream\b", re.MULTILINE)
_CATCHES = re.compile(r"except\b.*\b(?:InvalidWebhookError|StreamAPIException)\b")


class Decisions:
    """What is decided about the files of a program; only those that are editable can be changed."""

    def __init__(
        self,
        program: Program,
        texts: Mapping[str, str],
        editable: Collection[str],
        settings: RewriteSettings,
        labels: Mapping[str, Callable[[int], Place]] = MappingProxyType({}),
        home: Find = lambda path: BESIDE,
    ) -> None:
        self.program = program
        self.settings = settings
        self.editable = frozenset(editable)
        shared = Programs(program)
        self.definitions = shared.definitions
        self.files: dict[str, FilePlan] = {}
        for path in tuple(program.forest.files):
            resolver = Resolver(within=shared, path=path)
            self.files[path] = FilePlan(path, program, resolver, texts[path], settings, labels, home(path).module)
        self.labels = labels
        self.links = Links(program, tuple(self.files))
        for plan in self.files.values():
            if any(_USES.search(self.files[path].text) for path in self.links.around(plan.path)):
                plan.find_unknown()
        self._around: dict[tuple[str, ...], exceptions.Around] = {}
        self.patches: dict[tuple[str, str], list[tuple[FilePlan, Patch]]] = {}
        for plan in self.files.values():
            for patch in patches(program, plan.path):
                self.patches.setdefault((patch.path, patch.name), []).append((plan, patch))
        found = cohorts([plan.resolver for plan in self.files.values()])
        self.groups = [Group(f"C{number}", cohort, []) for number, cohort in enumerate(found, 1)]
        self.mocks = self._mocks()
        for group in self.groups:
            self._plan(group)
        self._settle_names()
        self._settle_type_tests()
        self._settle_handlers()
        for plan in self.files.values():
            plan.settle_type_tests()
            plan.users = self.links.users(plan.path)
            plan.settle_payloads()
            plan.settle_rest(self._catcher(plan))
        if self.mocks is not None:
            self.mocks.settle()
        for group in self.groups if self.patches else ():
            self._tell_patches(group)
        self._tell_stubs()

    def _mocks(self) -> Mocks | None:
        """Return what looks after mocks; None for a program that can have none of what is stream-chat's."""
        if not self.groups or not any(may_mock(path, plan.text) for path, plan in self.files.items()):
            return None
        from streammigrate.codemod.mocks.moves import Mocks

        return Mocks(self.program, self.files, self.groups, unsafe=self.settings.unsafe)

    def _patched(self, group: Group) -> list[tuple[FilePlan, Patch]]:
        """Return what tests put in the place of a cohort's names, or of the classes that it is made of."""
        path_of = self.program.forest.path_of
        keys = {(one.path, one.name) for one in group.cohort.holders if one.scope in ("", one.name)}
        for use in group.cohort.uses:
            if use.kind == "construct" and isinstance(use.subject, ast.Name):
                keys |= {(path_of(use.subject), use.subject.id), ("", use.receiver.cls)}
            elif use.kind == "call":
                keys.add(("", use.member))
        return [found for key in sorted(keys) for found in self.patches.get(key, ())]

    def _tell_patches(self, group: Group) -> None:
        if not group.moved or not any(is_work(draft) for draft in group.moving(self.settings.unsafe)):
            return
        for plan, patch in self._patched(group):
            if self.mocks is not None and patch.node in self.mocks.known:
                continue
            plan.tell_patch(patch.node, patch.name)

    def _tell_stubs(self) -> None:
        """Add the sites of what stands in for the v1 API, where calls move or have moved to v2."""
        moves = any(is_work(draft) for group in self.groups for draft in group.moving(self.settings.unsafe))
        if not moves and not any(_NEW.search(plan.text) for plan in self.files.values()):
            return
        from streammigrate.codemod.forms.stub_files import may_stub

        found = [plan for plan in self.files.values() if may_stub(plan.path, plan.text.encode())]
        if not found:
            return
        from streammigrate.codemod.forms import stubs

        made = [use.node for group in self.groups for use in group.cohort.uses if use.kind == "construct"]
        hosts = stubs.configured(self.program, made)
        for plan in found:
            plan.patched += stubs.sites(self.program, plan.path, plan.segment, plan.resolver, plan.suppressions, hosts)

    def _plan(self, group: Group) -> None:
        paths = dict.fromkeys(self.program.forest.path_of(use.node) for use in group.cohort.uses)
        for path in paths:
            plan = self.files[path]
            plan.groups.append(group)
            drafts = plan.plan(group.cohort)
            if path not in self.editable:
                for draft in drafts:
                    text = f"{path} is not among the files to be rewritten"
                    draft.facets.append(Facet("project", Applicability.MANUAL, text, kinds.EXPORTED.id))
            group.drafts += drafts
        # What only asks for the class follows the objects of its file, whichever of those are asked for.
        tests = all(draft.use.kind == "type_test" for draft in group.drafts)
        if self.settings.only != Only() and not tests and not any(map(self._is_asked_for, group.drafts)):
            for draft in group.drafts:
                draft.deselected = True
        if self._may_be_unknown(group):
            return
        decide(group, self.settings.unsafe, self._where(group), self._second(group), lambda: self._merge(group))
        for path in group.twin or ():
            # A file that only passes a name on has no use of the object.
            if group not in self.files[path].groups:
                self.files[path].groups.append(group)

    def _may_be_unknown(self, group: Group) -> bool:
        """Hold a cohort back whose object may be what a site works on that is not known; return whether that is so."""
        if not group.drafts:
            return False
        names = {holder.name for holder in group.cohort.holders}
        path = self.program.forest.path_of(group.drafts[0].node)
        for other in self.links.around(path):
            for receiver in self.files[other].unknown_receivers:
                if last_name(receiver) in names:
                    place = f"{other}:{receiver.lineno}" if other != path else f"line {receiver.lineno}"
                    text = f"`{ast.unparse(receiver)}` at {place} may be this object, and what it is, is not known"
                    group.drafts[0].facets.append(Facet("project", Applicability.MANUAL, text, kinds.RECEIVER.id))
                    keep(group.drafts, group.drafts[:1], self._where(group))
                    group.moved = False
                    return True
        return False

    def _where(self, group: Group) -> _Where:
        paths = {self.program.forest.path_of(use.node) for use in group.cohort.uses}
        return _Where(self.program, len(paths) > 1, self.labels)

    def _is_asked_for(self, draft: Draft) -> bool:
        return is_work(draft) and draft.use.member not in ("", "close", *twins.MAKERS) and not draft.deselected

    def _second(self, group: Group) -> Callable[[Sequence[Draft], Sequence[Draft]], Mapping[str, twins.Twin] | None]:
        """Return what plans second objects.

        A test that replaces the first would not replace the second, and what is done to the HTTP session of the one would
        not be done to that of the other.
        """
        sessions = [draft for draft in group.drafts if construct.configures(draft)]
        alone = any(not draft.moves(self.settings.unsafe) for draft in sessions) or (
            (self.mocks is not None and self.mocks.replaces(group)) or (self.patches and self._patched(group))
        )
        return (lambda drafts, staying: None) if alone else self._twin

    def _twin(self, drafts: Sequence[Draft], staying: Sequence[Draft]) -> Mapping[str, twins.Twin] | None:
        found = twins.plan(drafts, staying, self.program.forest, self.definitions, self.files)
        outside = found is not None and any(one.adds for path, one in found.items() if path not in self.editable)
        return None if outside else found

    def _merge(self, group: Group) -> merges.Merge | None:
        unsafe, forest = self.settings.unsafe, self.program.forest
        return merges.plan(group.cohort, group.drafts, unsafe, forest, self.definitions, self.files, self.editable)

    def _settle_names(self) -> None:
        """Leave annotations alone while no client of their file moves: they would only name a class that nothing here has."""
        for plan in self.files.values():
            if plan.works():
                continue
            working = any(one.moved and any(map(is_work, one.drafts)) for one in plan.groups)
            for group in plan.groups:
                # What asks for the class of an object that has moved has to go with it, wherever that is called.
                tests = working and all(draft.use.kind == "type_test" for draft in group.drafts)
                if group.moved and not tests and not any(map(is_work, group.drafts)):
                    group.moved = False

    def _settle_type_tests(self) -> None:
        """Leave `isinstance(x, StreamChat)` where it speaks of no object that moves, while others stay."""
        for plan in self.files.values():
            for group in plan.groups:
                tests = [draft for draft in plan.mine(group) if draft.use.kind == "type_test"]
                if not tests or not group.moved or any(map(is_work, group.drafts)):
                    continue
                others = [one for one in plan.groups if one is not group and one.drafts]
                staying = any(one.stays for one in others)
                if staying and not any(one.moved for one in others):
                    group.moved = False

    def _settle_handlers(self) -> None:
        """Plan the exception classes; where a handler cannot be carried over, nothing that it may catch moves."""
        held: dict[str, Held] = {}
        while True:
            failed = False
            for plan in self.files.values():
                around = self.links.around(plan.path)
                moved = plan.path not in held and any(self.files[path].works() for path in around)
                staying = any(self.files[path].stays() for path in around)
                staying = staying or (moved and any(path in self._keeping for path in around))
                try:
                    file = exceptions.File(plan.scopes, plan.resolver, plan.names, plan.segment)
                    near = self._near(tuple(around)) if moved else None
                    if near is not None and plan.path not in self.editable:
                        if exceptions.catches(file, near):
                            text = f"{plan.path} handles stream-chat's exceptions and is not among the files to be rewritten"
                            raise Held(kinds.EXPORTED, text)
                        near = None
                    reason = held[plan.path].text if plan.path in held else ""
                    plan.handlers = exceptions.plan(file, near, staying or bool(reason), reason)
                except Held as one:
                    held[plan.path] = one
                    failed = True
                    for path in around:
                        self._hold(self.files[path], one)
            if not failed:
                return

    @cached_property
    def _keeping(self) -> frozenset[str]:
        """The files that go on raising stream-chat's exception themselves."""
        plans = self.files.values()
        return frozenset(plan.path for plan in plans if exceptions.keeps(plan.scopes, plan.resolver, plan.names))

    def _near(self, paths: tuple[str, ...]) -> exceptions.Around:
        """Return what is known of the calls that move, the handlers and functions of files that are connected by imports."""
        if paths not in self._around:
            wanted = frozenset(paths)
            path_of = self.program.forest.path_of
            moving = (draft for group in self.groups for draft in group.moving(self.settings.unsafe))
            drafts = [draft for draft in moving if draft.use.kind == "call"]
            drafts = [draft for draft in drafts if path_of(draft.node) in wanted]
            classes = {draft.use.receiver.cls for draft in drafts}
            raises = transport.Raises.by(classes)
            nodes = [node for draft in drafts for node in (draft.node, draft.use.node)]
            files = [self.files[path].scopes for path in paths]
            self._around[paths] = exceptions.Around.of(files, nodes, raises, self.settings.unsafe)
        return self._around[paths]

    def _catcher(self, plan: FilePlan) -> str:
        """Return another file that may catch what this one's webhook functions raise."""
        around = (path for path in self.links.around(plan.path) if path != plan.path)
        return next((path for path in around if _CATCHES.search(self.files[path].text)), "")

    def _hold(self, plan: FilePlan, held: Held) -> None:
        for group in plan.groups:
            if not group.moved:
                continue
            for draft in group.moving(self.settings.unsafe):
                draft.facets.append(held.facet._replace(name="cohort"))
            group.moved = False
            group.twin = None

    def views(self) -> tuple[CohortView, ...]:
        """Return the cohorts as people are shown them: those with sites."""
        return tuple(view for group in self.groups if (view := self._view(group)) is not None)

    def _view(self, group: Group) -> CohortView | None:
        drafts = [draft for draft in group.drafts if draft.counted]
        if not drafts:
            return None
        moving = group.moving(self.settings.unsafe)
        made = tuple(self._origin(node, masked(node)) for node in group.cohort.constructions)
        held = {self._origin(one.node, self._reason(one)) for one in drafts if self._reason(one)}
        first = next(iter(drafts)).use.receiver.cls
        cls = next((use.receiver.cls for use in group.cohort.uses if use.kind == "construct"), first)
        paths = {self.program.forest.path_of(use.node) for use in group.cohort.uses}
        decision = "stays" if not group.moved else "twin" if group.stays else "whole"
        return CohortView(
            group.id,
            sdk.full_name(cls),
            made,
            tuple(sorted(paths)),
            tuple(
                dict.fromkeys(
                    f"{holder.path}: {holder.scope + '.' if holder.scope else ''}{holder.name}"
                    if holder.kind != "return"
                    else f"{holder.path}: {holder.scope}()"
                    for holder in sorted(group.cohort.holders, key=lambda one: (one.path, one.scope, one.name))
                )
            ),
            len(drafts),
            sum(draft in moving for draft in drafts),
            decision,  # type: ignore[arg-type]
            tuple(sorted(held)),
        )

    def _reason(self, draft: Draft) -> str:
        texts = [
            one.text for one in draft.facets if one.applicability is not Applicability.SAFE and one.name != "cohort"
        ]
        return "; ".join(texts)

    def _origin(self, node: ast.expr, text: str) -> Origin:
        return Origin(self.program.forest.path_of(node), node.lineno, text)


class _Where:
    """Says where a draft is: by its line, and by its file where several are spoken of."""

    def __init__(self, program: Program, several: bool, labels: Mapping[str, Callable[[int], Place]]) -> None:
        self._program = program
        self._several = several
        self._labels = labels

    def __call__(self, draft: Draft) -> str:
        path = self._program.forest.path_of(draft.node)
        return place_text(path, draft.node.lineno, self._labels, with_path=self._several)
