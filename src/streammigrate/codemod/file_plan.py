"""What becomes of one file, once it is decided what moves: its edits, its sites and its comments."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from streammigrate.codemod import kinds
from streammigrate.codemod.code import Code, Infix, Old, Raw, Renderer, Source, sources
from streammigrate.codemod.cohorts import Cohort
from streammigrate.codemod.compat import HELPERS
from streammigrate.codemod.documents import Place
from streammigrate.codemod.draft import Draft
from streammigrate.codemod.forms import environment, exceptions, optional, twins, value_types, webhooks
from streammigrate.codemod.forms.contents import Contents
from streammigrate.codemod.groups import Group, is_work
from streammigrate.codemod.links import own_roots
from streammigrate.codemod.lower import Held, Lent
from streammigrate.codemod.model import (
    REFUSED,
    AddImport,
    Applicability,
    DropImport,
    Edits,
    Facet,
    Header,
    Insertion,
    Removal,
    Replacement,
    Site,
    Span,
    Todo,
)
from streammigrate.codemod.names import Names
from streammigrate.codemod.plan import Planner
from streammigrate.codemod.resolve import Resolver, Step
from streammigrate.codemod.resolve.program import Program
from streammigrate.codemod.resolve.sdk import is_ours
from streammigrate.codemod.settings import RewriteSettings, selects
from streammigrate.codemod.suppress import Suppressions
from streammigrate.rules import proofs, sdk

_SITES = frozenset({"call", "attribute", "attribute_store", "reference"})
"""The kinds of uses that do something, as against those that make, name or hand on an object."""


class FilePlan:
    """One file of a program while it is planned. `groups` are filled in when the cohorts have been decided."""

    def __init__(
        self,
        path: str,
        program: Program,
        resolver: Resolver,
        text: str,
        settings: RewriteSettings,
        labels: Mapping[str, Callable[[int], Place]],
        helpers: str = HELPERS,
    ) -> None:
        self.path = path
        self.program = program
        self.labels = labels
        """How lines of documents are named, by file."""
        self.resolver = resolver
        self.tree = resolver.tree
        self.scopes = resolver.scopes
        self.text = text
        self.settings = settings
        self.release = ".".join(settings.target.split(".")[:2])
        self.source = Source(text, settings.width)
        self.home = helpers
        """The module of helpers as this file imports it; empty where none may be."""
        self.names = Names(self.tree, helpers)
        self.suppressions = Suppressions(text)
        self.planner = Planner(self.scopes, resolver, self.names, settings, self.source, text)
        self.groups: list[Group] = []
        self.users: Mapping[str, str] = {}
        """The names that other files import from this one, each with such a file."""
        self._unknown_calls: tuple[ast.Call, ...] = ()
        self.unknown: list[Site] = []
        self.handlers = exceptions.Handlers({})
        self.loose: list[Draft] = []
        self.patched: list[Site] = []
        self.mocked: dict[ast.expr, Code] = {}
        """What becomes of mocks that stand for what moves."""
        self.moved_mocks: list[tuple[ast.expr, Code, str, str, str, bool]] = []
        """Each with its new code, the kind, the member, why it is left alone, and whether it is not."""
        self.built: dict[ast.expr, Code] = {}
        """What makes variables hold v2 models from where they are bound."""

    def tell_patch(self, node: ast.Constant, name: str) -> None:
        """Add a site for what a test puts in the place of something that moves."""
        text = f"this replaces `{name}`, which moves to v2; what the test expects of it has to move, too"
        facet = Facet("tests", Applicability.MANUAL, text, kinds.PATCHED.id)
        site = Site(kinds.PATCHED.id, name, Span.of(node), self.segment(node), "", (facet,))
        if site not in self.patched:
            self.patched.append(site)

    def find_unknown(self) -> None:
        """Find the calls of stream-chat's methods on what is not known: worth a word in programs that use stream-chat."""
        found = self.resolver.unknown_sites(_method_names() | {"channel"})
        # What is given a model of getstream's is an object of getstream's, as an earlier run may have left it.
        self._unknown_calls = tuple(call for call in found if not self._is_given_v2(call))
        self.unknown = self._unknown()

    def _is_given_v2(self, call: ast.Call) -> bool:
        given = (*call.args, *(keyword.value for keyword in call.keywords))
        names = (node for one in given for node in ast.walk(one) if isinstance(node, (ast.Name, ast.Attribute)))
        return any((self.resolver.symbol(name) or "").startswith("getstream.") for name in names)

    def plan(self, cohort: Cohort) -> list[Draft]:
        """Return the drafts of a cohort's uses in this file, each judged by itself."""
        drafts = self.planner.plan(cohort)
        for draft in drafts:
            self._judge(draft)
        return drafts

    def asks(self, draft: Draft) -> bool:
        """Return whether a draft belongs to the part that is to be rewritten; what only serves others always does."""
        serves = draft.use.kind not in _SITES or draft.use.member in (*twins.MAKERS, "close")
        return serves or self.settings.only.asks(self.path, draft.member)

    def mine(self, group: Group) -> list[Draft]:
        """Return the drafts of a group that are in this file."""
        return [draft for draft in group.drafts if self.scopes.path_of(draft.node) == self.path]

    def moving(self, group: Group) -> list[Draft]:
        """Return those of them that are rewritten."""
        return [draft for draft in group.moving(self.settings.unsafe) if self.scopes.path_of(draft.node) == self.path]

    def works(self) -> bool:
        """Return whether a call of this file moves."""
        return any(is_work(draft) for group in self.groups for draft in self.moving(group))

    def stays(self) -> bool:
        """Return whether something of this file may still call v1."""
        left = any(group.stays for group in self.groups if self.mine(group))
        return left or bool(self.unknown)

    def settle_type_tests(self) -> None:
        """Let `isinstance(x, StreamChat)` name both classes while objects of the old one stay."""
        for group in self.groups:
            tests = [draft for draft in self.mine(group) if draft.use.kind == "type_test"]
            if not tests or not group.moved:
                continue
            staying = any(one.stays for one in self.groups if one is not group and one.drafts)
            for draft in tests:
                new = draft.replaced.pop(draft.node, None)
                around = self.scopes.parent(draft.node)
                if new is None:
                    continue
                if isinstance(around, ast.Tuple) and any(Raw(ast.unparse(one)) == new for one in around.elts):
                    # An earlier run made it ask for both.
                    draft.replaced.update({} if staying else {around: exceptions.without(around, draft.node)})
                else:
                    both = Infix(("(", Old(draft.node), ", ", new, ")"))
                    # `type(x) == StreamChat` takes one class, that of the object that moves.
                    plain = not staying or isinstance(around, ast.Compare)
                    draft.replaced[draft.node] = new if plain else both

    def settle_payloads(self) -> None:
        """Let variables hold v2 models that only calls take which move: the calls take the variable then."""
        lent: dict[tuple[object, str], list[tuple[Draft, Lent]]] = {}
        for draft in (one for group in self.groups for one in self.moving(group)):
            for one in draft.lent:
                owner, _ = self.scopes.lookup(one.node)
                lent.setdefault((owner, one.node.id), []).append((draft, one))
        for (_, name), pairs in lent.items():
            if any(re.search(rf"\b{re.escape(name)}\b", text) for text in self._inserted()):
                # What is copied as text would go on reading a mapping.
                continue
            if self._reads_mapping(pairs):
                continue
            try:
                built = self.planner.builder.build([one for _, one in pairs], self.planner.lowering())
            except Held:
                continue
            proven = all(set(built.forms) <= proofs.proven(draft.rule, self.release) for draft, _ in pairs)
            if not proven and not self.settings.unproven:
                continue
            self.built.update(built.replaced)
            for draft, one in pairs:
                draft.replaced.pop(one.node, None)

    def _reads_mapping(self, pairs: Sequence[tuple[Draft, Lent]]) -> bool:
        """Return whether a call that moves reads a variable itself, which is to hold a model for others."""
        taken = {(draft, one.node) for draft, one in pairs}
        places = {self.scopes.lookup(one.node)[0] for _, one in pairs}
        name = pairs[0][1].node.id
        for draft in (one for group in self.groups for one in self.moving(group)):
            lent = {one.node for one in draft.lent}
            for node, code in draft.replaced.items():
                for source in sources(code) if node not in lent else ():
                    for part in ast.walk(source):
                        if not isinstance(part, ast.Name) or part.id != name or (draft, part) in taken:
                            continue
                        if self.scopes.lookup(part)[0] in places:
                            return True
        return False

    def _inserted(self) -> Iterator[str]:
        """Yield the texts of new statements."""
        for group in self.groups:
            for draft in self.moving(group):
                yield from (one.text for one in draft.insertions)
            twin = self._twin(group)
            yield from () if twin is None else (one.text for one in twin.insertions)

    def settle_rest(self, catcher: str) -> None:
        """Plan what belongs to no object, when everything else is decided.

        `catcher` is another file that catches stream-chat's exceptions that this one raises, where those stay.
        """
        self.loose = self._loose(catcher)
        for draft in (one for group in self.groups for one in self.mine(group) if one.use.kind == "construct"):
            draft.notes += environment.notes(self.scopes, self.resolver)

    def _judge(self, draft: Draft) -> None:
        """Complete a draft with what the comments, the settings and the proofs say of it."""
        draft.suppressed = self.suppressions.reason(draft.node, draft.rule) or self._refusal(draft)
        draft.deselected = not selects(self.settings, draft.rule) or not self.asks(draft)
        if not self.settings.unproven:
            self._check_proof(draft)

    def _refusal(self, draft: Draft) -> str:
        """Return why a site stays that somebody was asked about, or nothing."""
        if not self.settings.refused:
            return ""
        line = draft.node.lineno
        shown = self.labels[self.path](line).line if self.path in self.labels else line
        return REFUSED if (self.path, shown, draft.node.col_offset, draft.rule) in self.settings.refused else ""

    def _judge_loose(self, draft: Draft) -> None:
        subject = draft.use.subject
        user = self.users.get(subject.id) if isinstance(subject, ast.Name) else None
        if user:
            text = f"{user} imports the name from here"
            draft.facets.append(Facet("cohort", Applicability.MANUAL, text, kinds.EXPORTED.id))
        self._judge(draft)

    def _loose(self, catcher: str) -> list[Draft]:
        """Plan the functions, constants and types of stream-chat, which belong to no object."""
        uses = [use for group in self.groups for use in group.cohort.uses if self._holds(use.node)]
        contents = Contents(self.scopes, self.resolver.symbol, self.planner.inference.kind_of)
        handlers, unsafe, pin = self.handlers.replaced, self.settings.unsafe, self.settings.pin
        judge = self._judge_loose
        file = webhooks.File(self.scopes, self.resolver, self.names, contents, judge, handlers, catcher, unsafe, pin)
        moved = [draft for group in self.groups for draft in self.moving(group)]
        calls = {draft.node for draft in moved}
        stays = any(webhooks.is_method(use) and use.node not in calls for use in uses)
        replaced = {node: code for draft in moved for node, code in draft.replaced.items()}
        kept = {id(name) for name in _kept_names(self.tree, replaced, set())}
        left = {draft.node for group in self.groups for draft in self.mine(group) if draft.node not in calls}
        types = value_types.File(self.scopes, self.resolver, self.names, judge, self.users, unsafe)
        return [
            *webhooks.plan(uses, file, stays),
            *value_types.plan(uses, types, value_types.Moving(calls, kept, left, bool(left or self.unknown))),
        ]

    def _holds(self, node: ast.AST) -> bool:
        return self.scopes.path_of(node) == self.path

    def _check_proof(self, draft: Draft) -> None:
        """Hold a site back whose call has a form that no run has compared."""
        missing = sorted(set(draft.forms) - proofs.proven(draft.rule, self.release))
        if missing and draft.applicability is Applicability.SAFE:
            text = f"no run has compared this form of the call: {', '.join(missing)}"
            draft.facets.append(Facet("form", Applicability.UNSAFE, text, kinds.UNPROVEN.id))

    @property
    def unknown_receivers(self) -> list[ast.expr]:
        """The receivers that are not known, of calls of methods that are stream-chat's by their names."""
        return [call.func.value for call in self._unknown_calls if isinstance(call.func, ast.Attribute)]

    def _unknown(self) -> list[Site]:
        found = []
        for call in self._unknown_calls:
            assert isinstance(call.func, ast.Attribute)
            if call.func.attr not in _method_names():
                # Others have a method of that name, too: it is worth a thought, but no word.
                continue
            text = f"what `{ast.unparse(call.func.value)}` is, is not known here; `{call.func.attr}` is a method of stream-chat"
            facet = Facet("receiver", Applicability.MANUAL, text, kinds.RECEIVER.id)
            found.append(Site(kinds.RECEIVER.id, call.func.attr, Span.of(call), self.segment(call), "", (facet,)))
        return found

    def edits(self) -> Edits:
        """Return what the pass over the file has to do."""
        loose = [draft for draft in self.loose if draft.moves(self.settings.unsafe)]
        moved = [*(draft for group in self.groups for draft in self.moving(group)), *loose]
        replaced: dict[ast.expr, Code] = {**self.handlers.replaced, **self.mocked, **self.built}
        insertions: list[Insertion] = list(self.handlers.insertions)
        removals: list[Removal] = list(self.handlers.removals)
        fixed: frozenset[ast.AST] = frozenset()
        gone: list[DropImport] = []
        headers: list[Header] = []
        for draft in moved:
            replaced.update(draft.replaced)
            insertions += draft.insertions
            removals += draft.removals
        # A statement that goes with its call, such as that of a distinct channel, may name a second object.
        moot = tuple(removal.span for removal in removals)
        for group in self.groups:
            twin = self._twin(group)
            if twin is not None:
                replaced.update(twin.replaced)
                insertions += twin.insertions
                removals += twin.removals
                fixed |= twin.fixed
                gone += twin.drops
                headers += twin.headers
        guarded = optional.guard(self.scopes) if replaced else None
        if guarded is not None:
            kept = self._still_read(replaced, removals)
            if self.works() and not self.stays():
                for name in optional.tested(self.scopes):
                    self.names.use("getstream", name)
            found = optional.plan(self.scopes, self.names.pending("getstream"), kept, self.users)
            replaced.update(found.replaced)
            insertions += found.insertions
        renderer = Renderer(self.source, replaced)
        for one in (one for draft in moved for one in draft.statements):
            insertions.append(Insertion(one.behind, f"{one.target} = {renderer.flat(one.value)}", after=True))
        replacements = []
        for node in _outermost(self.tree, replaced, fixed):
            if any(span.holds(Span.of(node)) for span in moot):
                continue
            line = self.scopes.statement(node).lineno
            replacements.append(Replacement(Span.of(node), renderer.replacement(node, line)))
        texts = "\n".join([*(one.text for one in replacements), *(one.text for one in insertions)])
        drops = tuple(self._drops(replaced, removals)) if replaced or removals else ()
        named = {Span.of(draft.node) for draft in moved if draft.use.kind == "annotation"}
        run = "\n".join([*(r.text for r in replacements if r.span not in named), *(one.text for one in insertions)])
        todos = self._todos() if self.settings.todo else ()
        second = [one for group in self.groups if (twin := self._twin(group)) is not None for one in twin.imports]
        added = (self._beside(one, run, drops, guarded) for one in self.names.added(texts))
        imports = (*added, *dict.fromkeys(one for draft in loose for one in draft.imports), *second)
        changed = (tuple(replacements), tuple(insertions), tuple(removals), imports, (*drops, *gone))
        own = frozenset[str]()
        if imports:
            roots = own_roots(self.program, self.path)
            own = roots | {self.home.partition(".")[0]} if any(one.module == self.home for one in imports) else roots
        return Edits(*changed, tuple(todos), tuple(headers), own)

    def _beside(
        self, added: AddImport, run: str, drops: Sequence[DropImport], guarded: ast.ImportFrom | ast.Import | None
    ) -> AddImport:
        """Put an import where that of stream-chat is, if that may fail or is for type checkers only."""
        if guarded is not None and added.module.partition(".")[0] == "getstream":
            return added._replace(near=Span.of(guarded))
        if re.search(rf"\b{re.escape(added.asname or added.name or added.module)}\b", run):
            return added
        for node in self.scopes.nodes:
            if isinstance(node, ast.If) and ast.unparse(node.test).rpartition(".")[2] == "TYPE_CHECKING":
                for statement in node.body:
                    if isinstance(statement, ast.ImportFrom) and any(Span.of(statement) == drop.span for drop in drops):
                        return added._replace(near=Span.of(statement))
        return added

    def _still_read(self, replaced: Mapping[ast.expr, Code], removals: Sequence[Removal]) -> set[ast.Name]:
        """Return the names that are read after the edits, those in the texts of second objects included."""
        kept = set(_kept_names(self.tree, replaced, {removal.span for removal in removals}))
        for group in self.groups:
            twin = self._twin(group)
            names = (name for node in (() if twin is None else twin.kept) for name in ast.walk(node))
            kept.update(name for name in names if isinstance(name, ast.Name))
        return kept

    def _drops(self, replaced: Mapping[ast.expr, Code], removals: Sequence[Removal]) -> Iterable[DropImport]:
        """Return the imported names of stream-chat that nothing needs any more."""
        kept = self._still_read(replaced, removals)
        for statement in ast.walk(self.tree):
            if not isinstance(statement, (ast.Import, ast.ImportFrom)):
                continue
            # An earlier step may have written that something is of one class or the other.
            union = isinstance(statement, ast.ImportFrom) and statement.module == "typing"
            ours = isinstance(statement, ast.Import) or (not statement.level and is_ours(statement.module or ""))
            if not (ours or union):
                continue
            for alias in statement.names:
                if union and alias.name != "Union":
                    continue
                if isinstance(statement, ast.Import) and not is_ours(alias.name):
                    continue
                local = alias.asname or alias.name.split(".")[0]
                binding = self.scopes.binding(alias)
                if alias.name == "*" or binding is None:
                    continue
                loads = self.scopes.loads(binding.scope, local)
                if loads and kept.isdisjoint(loads) and local not in self._exported():
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
            own = [facet.text for facet in held if facet.name not in ("cohort", "tests")]
            if own and not site.applied and not site.suppressed:
                statement = self._statement_at(site.span)
                if statement is not None:
                    yield Todo(statement, f"{site.rule} {'; '.join(dict.fromkeys(own))}")

    def settled_todos(self) -> frozenset[int]:
        """Return the lines of TODO comments, written by an earlier run, whose sites are no longer left."""
        asked = {(todo.span.line, todo.text.split()[0]) for todo in self._open_todos()} | self._refused_lines()
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

    def _refused_lines(self) -> set[tuple[int, str]]:
        """Return the statements, by line and rule, that stay because somebody wants it: with them what stands above."""
        refused = [site for site in self.sites() if site.suppressed == REFUSED] if self.settings.refused else []
        places = ((self._statement_at(site.span), site.rule) for site in refused)
        return {(statement.line, rule) for statement, rule in places if statement is not None}

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

    def _twin(self, group: Group) -> twins.Twin | None:
        return None if group.twin is None else group.twin.get(self.path)

    def sites(self) -> tuple[Site, ...]:
        """Return every site of the file in the order of the source."""
        found = [*self.unknown, *self.patched, *self._mock_sites(), *self.handlers.sites]
        found += [self._site(draft, draft.moves(self.settings.unsafe), "") for draft in self.loose if draft.counted]
        for group in self.groups:
            moving = self.moving(group)
            found += [
                self._site(draft, draft in moving, group.id)
                for draft in self.mine(group)
                if (draft.counted or (draft not in moving and draft.applicability is not Applicability.SAFE))
                and (draft in moving or (self.asks(draft) and self.settings.only.asks_path(self.path)))
            ]
        chosen = [site for site in found if selects(self.settings, site.rule)]
        return tuple(sorted(chosen, key=lambda site: (site.span, site.rule)))

    def _mock_sites(self) -> Iterator[Site]:
        if self.moved_mocks:
            from streammigrate.codemod.mocks.writer import shown

            yield from shown(self)

    def _site(self, draft: Draft, applied: bool, cohort: str) -> Site:
        after = ""
        if draft.node in draft.replaced:
            line = self.scopes.statement(draft.node).lineno
            own = Renderer(self.source, {**self.built, **draft.replaced})
            after = own.replacement(draft.node, line)
        receiver = draft.use.receiver
        return Site(
            draft.rule,
            draft.member,
            Span.of(draft.node),
            self.segment(draft.node),
            after,
            tuple(draft.facets),
            tuple(self._told(step) for step in receiver.evidence),
            tuple(dict.fromkeys(draft.notes)),
            tuple(sorted(set(draft.forms))),
            applied,
            draft.suppressed,
            receiver=sdk.full_name(receiver.cls),
            confidence=receiver.confidence.value,
            cohort=cohort,
            touched=self._touched(draft),
        )

    def _touched(self, draft: Draft) -> tuple[tuple[int, int], ...]:
        """Return the lines, first and last, that the edits of a draft are on."""
        spans = [Span.of(node) for node in (draft.node, *draft.replaced) if self._holds(node)]
        spans += [one.span for one in draft.insertions]
        spans += [one.span for one in draft.removals]
        return tuple(sorted({(span.line, span.end_line) for span in spans}))

    def _told(self, step: Step) -> str:
        """Return a link of a chain of evidence with its place."""
        if not step.line:
            return step.text
        path = step.path or self.path
        return f"{step.text} ({place_text(path, step.line, self.labels, with_path=path != self.path)})"

    def segment(self, node: ast.expr) -> str:
        """Return the text of an expression of the file."""
        return self.source.segment(node)


def place_text(path: str, line: int, labels: Mapping[str, Callable[[int], Place]], *, with_path: bool) -> str:
    """Return how people are told a place: `line 3`, `app/chat.py:3`, `cell 2, line 3`."""
    place = labels[path](line) if path in labels else Place(line)
    if place.label:
        return f"{path}, {place.label}" if with_path else place.label
    return f"{path}:{place.line}" if with_path else f"line {place.line}"


def _outermost(tree: ast.AST, replaced: Mapping[ast.expr, Code], fixed: Collection[ast.AST]) -> Iterable[ast.expr]:
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.expr) and child in replaced:
            yield child
        elif child not in fixed:
            yield from _outermost(child, replaced, fixed)


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
