"""One file from bytes to bytes: resolve, plan, decide by cohort, apply, and look at the result again."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from streammigrate.codemod import kinds
from streammigrate.codemod.code import Code, Infix, Old, Renderer, Source, sources
from streammigrate.codemod.cohorts import Cohort, cohorts
from streammigrate.codemod.draft import Draft
from streammigrate.codemod.exports import EVERYTHING, NOBODY, Exports
from streammigrate.codemod.forms import environment, exceptions, twins, value_types, webhooks
from streammigrate.codemod.forms.contents import Contents
from streammigrate.codemod.lower import Held
from streammigrate.codemod.model import (
    Applicability,
    DropImport,
    Edits,
    Facet,
    FileResult,
    Insertion,
    Removal,
    Replacement,
    Site,
    Span,
    Todo,
    Trouble,
)
from streammigrate.codemod.names import Names
from streammigrate.codemod.parsing import Unappliable, parse
from streammigrate.codemod.plan import Planner
from streammigrate.codemod.resolve import Resolver
from streammigrate.codemod.scopes import Scopes
from streammigrate.codemod.settings import RewriteSettings
from streammigrate.codemod.suppress import Suppressions
from streammigrate.rules import proofs, sdk

_TROUBLES = {
    "not-python": kinds.UNPARSED,
    "python-2": kinds.UNPARSED,
    "too-deep": kinds.UNPARSED,
    "not-text": kinds.UNDECODABLE,
}


def rewrite_source(source: bytes, path: str, settings: RewriteSettings, exports: Exports = NOBODY) -> FileResult:
    """Return what becomes of a file: its new bytes, every site with its reasons, and what kept it from being edited.

    `exports` says what other files import from it; clients and what hands them out stay then.
    """
    try:
        tree = parse(source)
        work = _File(tree, _decode(source), settings, exports)
        edits = work.edits()
        stale = work.settled_todos() if settings.todo else frozenset()
        if stale:
            # The comments of an earlier run speak of sites that move now; the lines below them have to be counted anew.
            rest = rewrite_source(_without(source, stale), path, settings, exports)
            return FileResult(path, source, rest.after, work.sites(), rest.troubles)
        after = source
        if edits != Edits():
            # LibCST is heavy: only a file that is edited loads it.
            from streammigrate.codemod.apply import apply

            after = apply(source, edits)
    except Unappliable as refusal:
        kind = _TROUBLES.get(refusal.kind, kinds.NOT_LOSSLESS)
        return FileResult(path, source, source, (), (Trouble(kind.id, refusal.reason, refusal.line),))
    return FileResult(path, source, after, work.sites())


def _without(source: bytes, lines: Collection[int]) -> bytes:
    """Return a file without some of its lines, counted from 1."""
    return b"".join(line for number, line in enumerate(source.splitlines(keepends=True), 1) if number not in lines)


def _decode(source: bytes) -> str:
    import io
    import tokenize

    encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
    return source.decode(encoding)


class _Group(NamedTuple):
    """A cohort with its drafts and what was decided about it."""

    cohort: Cohort
    drafts: list[Draft]
    moved: bool
    twin: twins.Twin | None


class _File:
    """One file being rewritten."""

    def __init__(self, tree: ast.Module, text: str, settings: RewriteSettings, exports: Exports) -> None:
        self.exports = exports
        self.release = ".".join(settings.target.split(".")[:2])
        self.tree = tree
        self.text = text
        self.settings = settings
        self.scopes = Scopes(tree)
        self.resolver = Resolver(tree, scopes=self.scopes, declarations=settings.declarations)
        self.source = Source(text)
        self.names = Names(tree)
        self.suppressions = Suppressions(text)
        planner = Planner(self.scopes, self.resolver, self.names, settings, self.source, text)
        self.groups = [self._group(cohort, planner.plan(cohort)) for cohort in cohorts(self.resolver)]
        self._settle_names()
        self._settle_type_tests()
        self.unknown = self._unknown()
        self.handlers = self._handlers()
        self.loose = self._loose(planner)
        for draft in (draft for group in self.groups for draft in group.drafts if draft.use.kind == "construct"):
            draft.notes += environment.notes(self.scopes, self.resolver)

    def _group(self, cohort: Cohort, drafts: list[Draft]) -> _Group:
        for draft in drafts:
            self._judge(draft)
        self._bind_to_makers(drafts)
        self._check_exports(cohort, drafts)
        staying = [draft for draft in drafts if not draft.moves(self.settings.unsafe)]
        if not staying:
            return _Group(cohort, drafts, True, None)
        twin = twins.plan(drafts, staying, self.scopes, self.names, self._segment)
        if twin is not None:
            for draft in drafts:
                if draft.node in twin.stays and draft not in staying:
                    text = "it makes an object for, or works on the object of, a call that stays"
                    draft.facets.append(Facet("cohort", Applicability.MANUAL, text, kinds.COHORT.id))
            return _Group(cohort, drafts, True, twin)
        self._keep(drafts, staying)
        return _Group(cohort, drafts, False, None)

    def _judge(self, draft: Draft) -> None:
        """Complete a draft with what the comments, the settings and the proofs say of it."""
        draft.suppressed = self.suppressions.reason(draft.node, draft.rule)
        draft.deselected = not _selected(draft.rule, self.settings)
        if not self.settings.unproven:
            self._check_proof(draft)

    def _judge_loose(self, draft: Draft) -> None:
        subject = draft.use.subject
        user = self.exports.names.get(subject.id) if isinstance(subject, ast.Name) else None
        if user:
            text = f"{user} imports the name from here"
            draft.facets.append(Facet("cohort", Applicability.MANUAL, text, kinds.EXPORTED.id))
        self._judge(draft)

    def _loose(self, planner: Planner) -> list[Draft]:
        """Plan the functions, constants and types of stream-chat, which belong to no object."""
        uses = [use for group in self.groups for use in group.cohort.uses]
        contents = Contents(self.scopes, self.resolver.symbol, planner.inference.kind_of)
        handlers, unsafe, pin = self.handlers.replaced, self.settings.unsafe, self.settings.pin
        judge, catcher = self._judge_loose, self.exports.catcher
        file = webhooks.File(self.scopes, self.resolver, self.names, contents, judge, handlers, catcher, unsafe, pin)
        moved = [draft for group in self.groups for draft in self._moving(group)]
        calls = {draft.node for draft in moved}
        stays = any(webhooks.is_method(use) and use.node not in calls for use in uses)
        replaced = {node: code for draft in moved for node, code in draft.replaced.items()}
        kept = {id(name) for name in _kept_names(self.tree, replaced, set())}
        left = {draft.node for group in self.groups for draft in group.drafts if draft.node not in calls}
        types = value_types.File(self.scopes, self.resolver, self.names, judge, self.exports.names, unsafe)
        return [
            *webhooks.plan(uses, file, stays),
            *value_types.plan(uses, types, value_types.Moving(calls, kept, left, bool(left or self.unknown))),
        ]

    def _handlers(self) -> exceptions.Handlers:
        """Plan the exception classes; where a handler cannot be carried over, nothing of the file moves."""
        moved = any(group.moved and any(map(_is_work, self._moving(group))) for group in self.groups)
        staying = any(not group.moved or group.twin is not None for group in self.groups if group.drafts)
        # Receivers that are not known, and functions of other files, may still raise what stream-chat raises.
        staying = staying or bool(self.unknown or self.exports.thrower)
        try:
            return exceptions.plan(self.scopes, self.resolver, self.names, moved, staying)
        except Held as held:
            for group in self.groups:
                for draft in self._moving(group):
                    draft.facets.append(held.facet._replace(name="cohort"))
            self.groups = [group._replace(moved=False, twin=None) for group in self.groups]
            return exceptions.plan(self.scopes, self.resolver, self.names, False, True, held.text)

    def _settle_names(self) -> None:
        """Leave annotations alone while no client of the file moves: they would only name a class that nothing here has."""
        if any(group.moved and any(map(_is_work, self._moving(group))) for group in self.groups):
            return
        for index, group in enumerate(self.groups):
            if group.moved and not any(map(_is_work, group.drafts)):
                self.groups[index] = group._replace(moved=False)

    def _settle_type_tests(self) -> None:
        """Let `isinstance(x, StreamChat)` move with the objects of the class: for both while some stay, not at all with none."""
        for index, group in enumerate(self.groups):
            tests = [draft for draft in group.drafts if draft.use.kind == "type_test"]
            if not tests or not group.moved:
                continue
            others = [one for one in self.groups if one is not group and one.drafts]
            staying = any(not one.moved or one.twin is not None for one in others)
            if staying and not any(one.moved for one in others) and not any(map(_is_work, group.drafts)):
                self.groups[index] = group._replace(moved=False)
                continue
            for draft in tests if staying else ():
                new = draft.replaced[draft.node]
                draft.replaced[draft.node] = Infix(("(", Old(draft.node), ", ", new, ")"))

    def _check_exports(self, cohort: Cohort, drafts: Sequence[Draft]) -> None:
        """Hold a cohort back that another file takes part in: it would be handed objects of another class."""
        text = ""
        if self.exports.catcher:
            text = f"{self.exports.catcher} imports this file and catches stream-chat's exceptions"
        for holder in cohort.holders:
            if holder.kind == "variable" and holder.scope:
                continue
            name = holder.scope.partition(".")[0] or holder.name
            user = self.exports.names.get(name) or self.exports.names.get(EVERYTHING)
            if user and self._is_global(name):
                text = f"`{name}` is imported by {user}, and files are moved one by one in this version"
        if text:
            for index, draft in enumerate(drafts):
                # The first is where a person has to look; the others only stay with it.
                name = "cohort" if index else "project"
                draft.facets.append(Facet(name, Applicability.MANUAL, text, kinds.EXPORTED.id))

    def _is_global(self, name: str) -> bool:
        return bool(self.scopes.bindings(self.scopes.module, name))

    def _check_proof(self, draft: Draft) -> None:
        """Hold a site back whose call has a form that no run has compared."""
        missing = sorted(set(draft.forms) - proofs.proven(draft.rule, self.release))
        if missing and draft.applicability is Applicability.SAFE:
            text = f"no run has compared this form of the call: {', '.join(missing)}"
            draft.facets.append(Facet("form", Applicability.UNSAFE, text, kinds.UNPROVEN.id))

    def _bind_to_makers(self, drafts: Sequence[Draft]) -> None:
        """Hold what is done with an object back where the call that makes the object stays."""
        for maker in drafts:
            if maker.use.member not in twins.MAKERS or maker.moves(self.settings.unsafe):
                continue
            text = f"the object it works on is made at line {maker.node.lineno}, which stays"
            level = Applicability.MANUAL
            if maker.applicability is Applicability.UNSAFE and not maker.suppressed and not maker.deselected:
                level = Applicability.UNSAFE
            for draft in drafts:
                if draft is not maker and maker.node in draft.use.receiver.origins:
                    draft.facets.append(Facet("cohort", level, text, kinds.COHORT.id))

    def _keep(self, drafts: Sequence[Draft], staying: Sequence[Draft]) -> None:
        """Hold the rest of a cohort back with the uses that stay."""
        first = min(staying, key=lambda draft: (draft.applicability is not Applicability.MANUAL, draft.node.lineno))
        level = Applicability.UNSAFE
        if any(
            draft.applicability is Applicability.MANUAL or draft.suppressed or draft.deselected for draft in staying
        ):
            level = Applicability.MANUAL
        text = f"it shares its client with line {first.node.lineno}, which stays"
        for draft in drafts:
            if draft not in staying:
                draft.facets.append(Facet("cohort", level, text, kinds.COHORT.id))

    def _unknown(self) -> list[Site]:
        found = []
        for call in self.resolver.unknown_sites(_method_names()):
            assert isinstance(call.func, ast.Attribute)
            text = f"what `{ast.unparse(call.func.value)}` is, is not known here; `{call.func.attr}` is a method of stream-chat"
            facet = Facet("receiver", Applicability.MANUAL, text, kinds.RECEIVER.id)
            found.append(Site(kinds.RECEIVER.id, call.func.attr, Span.of(call), self._segment(call), "", (facet,)))
        return found

    def edits(self) -> Edits:
        """Return what the pass over the file has to do."""
        loose = [draft for draft in self.loose if draft.moves(self.settings.unsafe)]
        moved = [*(draft for group in self.groups for draft in self._moving(group)), *loose]
        replaced: dict[ast.expr, Code] = dict(self.handlers.replaced)
        insertions: list[Insertion] = []
        removals: list[Removal] = []
        for draft in moved:
            replaced.update(draft.replaced)
            insertions += draft.insertions
            removals += draft.removals
        for group in self.groups:
            if group.twin is not None:
                replaced.update(group.twin.replaced)
                insertions += group.twin.insertions
        renderer = Renderer(self.source, replaced)
        replacements = []
        for node in _outermost(self.tree, replaced):
            line = self.scopes.statement(node).lineno
            replacements.append(Replacement(Span.of(node), renderer.replacement(node, line)))
        texts = "\n".join([*(one.text for one in replacements), *(one.text for one in insertions)])
        drops = self._drops(replaced, removals) if replaced or removals else ()
        todos = self._todos() if self.settings.todo else ()
        imports = (*self.names.added(texts), *dict.fromkeys(one for draft in loose for one in draft.imports))
        return Edits(tuple(replacements), tuple(insertions), tuple(removals), imports, tuple(drops), tuple(todos))

    def _moving(self, group: _Group) -> Sequence[Draft]:
        if not group.moved:
            return ()
        stays = group.twin.stays if group.twin is not None else frozenset()
        return [draft for draft in group.drafts if draft.moves(self.settings.unsafe) and draft.node not in stays]

    def _drops(self, replaced: Mapping[ast.expr, Code], removals: Sequence[Removal]) -> Iterable[DropImport]:
        """Return the imported names of stream-chat that nothing needs any more."""
        kept = {id(name) for name in _kept_names(self.tree, replaced, {removal.span for removal in removals})}
        for group in self.groups:
            if group.twin is not None:
                kept.update(id(name) for node in group.twin.kept for name in ast.walk(node))
        for statement in ast.walk(self.tree):
            if not isinstance(statement, (ast.Import, ast.ImportFrom)):
                continue
            if isinstance(statement, ast.ImportFrom) and (statement.level or not _is_v1(statement.module or "")):
                continue
            for alias in statement.names:
                if isinstance(statement, ast.Import) and not _is_v1(alias.name):
                    continue
                local = alias.asname or alias.name.split(".")[0]
                binding = self.scopes.binding(alias)
                if alias.name == "*" or binding is None:
                    continue
                loads = self.scopes.loads(binding.scope, local)
                if loads and not any(id(load) in kept for load in loads) and local not in self._exported():
                    yield DropImport(Span.of(statement), alias.name)

    def _exported(self) -> frozenset[str]:
        for statement in self.tree.body:
            if isinstance(statement, ast.Assign) and any(
                isinstance(target, ast.Name) and target.id == "__all__" for target in statement.targets
            ):
                return frozenset(
                    node.value
                    for node in ast.walk(statement.value)
                    if isinstance(node, ast.Constant) and isinstance(node.value, str)
                )
        return frozenset()

    def _todos(self) -> Iterable[Todo]:
        for todo in self._open_todos():
            if not self._says(todo.span, todo.text.split()[0]):
                yield todo

    def _open_todos(self) -> Iterable[Todo]:
        for site in self.sites():
            # A site that only stays with another one is no task of its own, and the lines of others move.
            held = [facet for facet in site.facets if facet.applicability is not Applicability.SAFE]
            own = [facet.text for facet in held if facet.name != "cohort"]
            if own and not site.applied and not site.suppressed:
                statement = self._statement_at(site.span)
                if statement is not None:
                    yield Todo(statement, f"{site.rule} {'; '.join(own)}")

    def settled_todos(self) -> frozenset[int]:
        """Return the lines of TODO comments, written by an earlier run, whose sites are no longer left."""
        asked = {(todo.span.line, todo.text.split()[0]) for todo in self._open_todos()}
        found: set[int] = set()
        lines = self.source.lines
        for number, line in enumerate(lines, 1):
            match = _TODO.match(line)
            if match is None:
                continue
            block = [number]
            while block[-1] < len(lines) and lines[block[-1]].lstrip().startswith("#   "):
                block.append(block[-1] + 1)
            below = block[-1] + 1
            while below <= len(lines) and lines[below - 1].lstrip().startswith(("#", "@")):
                below += 1
            if (below, match["rule"]) not in asked:
                found.update(block)
        return frozenset(found)

    def _says(self, statement: Span, rule: str) -> bool:
        """Return whether a comment above a statement names the rule already, in whatever words."""
        above = statement.line - 1
        while above and self.source.lines[above - 1].lstrip().startswith(("#", "@")):
            if f"TODO(streammigrate): {rule} " in self.source.lines[above - 1]:
                return True
            above -= 1
        return False

    def _statement_at(self, span: Span) -> Span | None:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.expr) and Span.of(node) == span:
                return Span.of(self.scopes.statement(node))
        return None

    def sites(self) -> tuple[Site, ...]:
        """Return every site of the file in the order of the source."""
        found = [*self.unknown, *self.handlers.sites]
        found += [self._site(draft, draft.moves(self.settings.unsafe)) for draft in self.loose if draft.counted]
        for group in self.groups:
            moving = self._moving(group)
            found += [
                self._site(draft, draft in moving)
                for draft in group.drafts
                if draft.counted or (draft not in moving and draft.applicability is not Applicability.SAFE)
            ]
        chosen = [site for site in found if _selected(site.rule, self.settings)]
        return tuple(sorted(chosen, key=lambda site: (site.span, site.rule)))

    def _site(self, draft: Draft, applied: bool) -> Site:
        after = ""
        if draft.node in draft.replaced:
            line = self.scopes.statement(draft.node).lineno
            own = Renderer(self.source, draft.replaced)
            after = own.replacement(draft.node, line)
        evidence = tuple(f"{step.text} (line {step.line})" for step in draft.use.receiver.evidence)
        return Site(
            draft.rule,
            draft.member,
            Span.of(draft.node),
            self._segment(draft.node),
            after,
            tuple(draft.facets),
            evidence,
            tuple(dict.fromkeys(draft.notes)),
            tuple(sorted(set(draft.forms))),
            applied,
            draft.suppressed,
        )

    def _segment(self, node: ast.expr) -> str:
        return self.source.segment(node)


def _selected(rule: str, settings: RewriteSettings) -> bool:
    if any(rule.startswith(prefix.upper()) for prefix in settings.ignore):
        return False
    return not settings.select or any(rule.startswith(prefix.upper()) for prefix in settings.select)


def _is_work(draft: Draft) -> bool:
    """Return whether a use makes a client or an object, or calls one."""
    return draft.use.kind in ("call", "construct")


def _is_v1(module: str) -> bool:
    return module == "stream_chat" or module.startswith("stream_chat.")


def _outermost(tree: ast.AST, replaced: Mapping[ast.expr, Code]) -> Iterable[ast.expr]:
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.expr) and child in replaced:
            yield child
        else:
            yield from _outermost(child, replaced)


def _kept_names(tree: ast.AST, replaced: Mapping[ast.expr, Code], removed: set[Span]) -> Iterable[ast.Name]:
    """Yield the names that are still read after the replacements."""
    if isinstance(tree, ast.expr) and tree in replaced:
        for node in sources(replaced[tree]):
            yield from _kept_names(node, {key: value for key, value in replaced.items() if key is not tree}, removed)
        return
    if isinstance(tree, ast.stmt) and Span.of(tree) in removed:
        return
    if isinstance(tree, ast.Name):
        yield tree
    for child in ast.iter_child_nodes(tree):
        yield from _kept_names(child, replaced, removed)


_TODO = re.compile(r"\s*# TODO\(streammigrate\): (?P<rule>SM\d+) ")
_GENERIC = frozenset(
    {"get", "post", "put", "patch", "delete", "create", "update", "query", "search", "channel", "close"}
)


def _method_names() -> frozenset[str]:
    """Return the method names that hardly anything but stream-chat has."""
    names = {
        name
        for cls in ("StreamChat", "Channel")
        for name, member in sdk.v1_classes()[cls].members.items()
        if member.kind == "method" and "_" in name.strip("_")
    }
    return frozenset(names - _GENERIC)
