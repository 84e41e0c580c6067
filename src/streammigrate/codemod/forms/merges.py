"""Second objects of an earlier run, `chat_v1` beside `chat`: uses that move name the first, and a second without uses goes."""

from __future__ import annotations

import ast
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from streammigrate.codemod.code import Arg, Call, Code, Dotted, Raw, Renderer, Src
from streammigrate.codemod.cohorts import Cohort
from streammigrate.codemod.draft import Draft
from streammigrate.codemod.forms import parameters, twins
from streammigrate.codemod.forms.twins import File, Key, Twin, first_name, key_of, whole
from streammigrate.codemod.model import (
    AddImport,
    DropImport,
    Header,
    Insertion,
    Removal,
    RemoveItem,
    RemoveParameter,
    Span,
)
from streammigrate.codemod.parsing import shape
from streammigrate.codemod.receivers import CLIENTS
from streammigrate.codemod.resolve.definitions import Definition, Definitions
from streammigrate.codemod.resolve.model import Holder
from streammigrate.codemod.scopes import Forest, Scope

_Reference: TypeAlias = ast.Name | ast.Attribute


class Merge(NamedTuple):
    """What a run does about second objects that are there already."""

    files: dict[str, Twin]
    left: bool
    """Whether a second object stays."""


def plan(
    cohort: Cohort,
    drafts: Sequence[Draft],
    unsafe: bool,
    forest: Forest,
    definitions: Definitions,
    files: Mapping[str, File],
    editable: Container[str],
) -> Merge | None:
    """Return what becomes of the second objects that a cohort consists of; None where it does not consist of such.

    A second that a file which is not editable needs, or makes, stays.

    Raises Impossible where they are such, and yet what is to move cannot be told from what stays.
    """
    if not any(first_name(one.name) for one in cohort.holders):
        return None
    finder = _Finder(drafts, forest, definitions, files)
    found = finder.find(cohort)
    if found is None and finder.is_beside_new(cohort):
        # A second object that moved would be another of the new ones, and what stays would need a third.
        raise twins.Impossible
    return None if found is None else _Merging(found, drafts, unsafe, forest, definitions, files).plan(editable)


@dataclass
class _Second:
    """A second definition: what it is called, what it is the second of, and the parts of the program that make it."""

    definition: Definition
    partner: str
    parts: list[ast.AST]
    """Statements, items of `with` statements; of a parameter itself, its default and the arguments for it."""
    theirs: list[ast.AST] = field(default_factory=list)
    """The same of the partner, one for one; of a parameter nothing."""
    needs: Key | None = None
    """The fixture that fills a parameter."""


@dataclass
class _Found:
    """The second definitions of a cohort, what names them, and the statements that are theirs."""

    seconds: dict[Key, _Second] = field(default_factory=dict)
    imports: dict[Key, tuple[Definition, str]] = field(default_factory=dict)
    """Imported names of seconds, each with the local name of its partner; empty where that is not imported."""
    references: dict[_Reference, Key] = field(default_factory=dict)
    """Every place that names a second, also where it is bound, by the local definition."""
    home: dict[ast.AST, Key] = field(default_factory=dict)
    """The parts that make the seconds, and the statements that close them beside their partners."""
    closes: dict[ast.AST, Key] = field(default_factory=dict)
    """The latter alone."""

    def inside(self, node: ast.AST, forest: Forest) -> Key | None:
        """Return the second in whose parts a node stands."""
        around = (node, *forest.ancestors(node))
        return next((self.home[one] for one in around if one in self.home), None)


class _Finder:
    def __init__(
        self, drafts: Sequence[Draft], forest: Forest, definitions: Definitions, files: Mapping[str, File]
    ) -> None:
        self.forest = forest
        self.definitions = definitions
        self.files = files
        self.found = _Found()
        self.drafts = drafts
        self.planned = {node: code for draft in drafts for node, code in draft.replaced.items()}
        self.partners: dict[Key, Definition] = {}
        self.mentions: dict[str, list[_Reference]] = {}
        self.imported: list[Definition] = []
        self._read()

    def _read(self) -> None:
        """Note what names something, and what is imported from a module."""
        for node in self.forest.nodes:
            if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load):
                self.mentions.setdefault(node.id if isinstance(node, ast.Name) else node.attr, []).append(node)
            elif isinstance(node, ast.alias):
                binding = self.forest.binding(node)
                local = None if binding is None else self.definitions.named(binding.scope, binding.name)
                if local is not None and local.kind == "import":
                    self.imported.append(local)

    def is_beside_new(self, cohort: Cohort) -> bool:
        """Return whether something of a cohort has the name of a second in a file that uses getstream, beside the first."""
        for holder in cohort.holders:
            first = first_name(holder.name)
            scope = self._scope(holder) if first else None
            if scope is None or self._definition(holder, scope, first) is None:
                continue
            if any("getstream" in line for line in self.files[holder.path].source.lines):
                return True
        return False

    def find(self, cohort: Cohort) -> _Found | None:
        """Return the second definitions; None where a client has another, or a second is not its partner's like."""
        clients = {
            holder
            for use in cohort.uses
            if use.receiver.cls in CLIENTS
            for holder in (*use.receiver.holders, *use.targets)
        }
        # What a function's copy binds belongs to the copy, so functions come first.
        holders = sorted(cohort.holders, key=lambda holder: holder.kind != "return")
        others = [holder for holder in holders if not self._take(holder)]
        if not self.found.seconds:
            return None
        for key, second in self.found.seconds.items():
            self.found.home.update(dict.fromkeys(second.parts, key))
        for holder in others:
            if holder in clients and not self._is_within(holder) and not self._is_imported(holder):
                return None
        for key in tuple(self.found.seconds):
            self._find_references(key)
        self._take_aliases()
        if not all(self._is_equal(key) for key in self.found.seconds) or not all(
            map(self._sees, self.found.references)
        ):
            return None
        return self.found if self._find_closes() else None

    def _find_closes(self) -> bool:
        """Note the statements that close a second right after its partner; return whether partners are closed only there."""
        beside: set[ast.stmt] = set()
        for draft in self.drafts:
            statement = self.forest.statement(draft.node)
            subject = draft.use.subject
            if (
                draft.use.member != "close"
                or not isinstance(statement, ast.Expr)
                or subject not in self.found.references
            ):
                continue
            block = self.forest.block(statement)
            index = block.index(statement)
            if index and self._shape(statement) == shape(block[index - 1]):
                self.found.closes[statement] = self.found.references[subject]
                beside.add(block[index - 1])
        for key, partner in self.partners.items():
            for node in (*self.mentions.get("aclose", ()), *self.mentions.get("close", ())):
                named = self.definitions.of(node.value) if isinstance(node, ast.Attribute) else None
                if named is None or not self._leads_to(named, key_of(partner)):
                    continue
                if self.found.inside(node, self.forest) != key and not self._is_beside(node, beside):
                    return False
        self.found.home.update(self.found.closes)
        return True

    def _is_beside(self, node: ast.AST, beside: set[ast.stmt]) -> bool:
        return any(one in beside for one in self.forest.ancestors(node))

    def _sees(self, node: _Reference) -> bool:
        """Return whether the partner of a second can be named where the second is."""
        if isinstance(node, ast.Attribute) or self.found.inside(node, self.forest) is not None:
            return True
        key = self.found.references[node]
        if key in self.found.imports and not self.found.imports[key][1]:
            return True
        return self.forest.owner(self.forest.scope(node), self._partner_name(key)) is key[1]

    def _take(self, holder: Holder) -> bool:
        """Take a definition in that may be a second one, and return whether it may."""
        first = first_name(holder.name)
        scope = self._scope(holder) if first else None
        found = None if scope is None else self._definition(holder, scope, holder.name)
        partner = None if scope is None else self._definition(holder, scope, first)
        if found is None or partner is None or found.kind != partner.kind or found.scope is not partner.scope:
            return False
        if found.kind == "parameter":
            return self._take_parameter(found, partner)
        return self._take_statements(found, partner)

    def _take_aliases(self) -> None:
        """Take the second names in that functions which make seconds are given: `make_v1 = get_chat_v1`."""
        waiting = list(self.found.references)
        while waiting:
            node = waiting.pop()
            statement = self.forest.parent(node)
            if not isinstance(statement, ast.Assign) or statement.value is not node or len(statement.targets) != 1:
                continue
            target = statement.targets[0]
            found = self.definitions.of(target) if isinstance(target, ast.Name) else None
            first = "" if found is None else first_name(found.name)
            partner = self.definitions.named(found.scope, first) if found is not None and first else None
            if found is None or partner is None or found.kind != "variable" or partner.kind != "variable":
                continue
            key = key_of(found)
            if key in self.found.seconds or not self._take_statements(found, partner):
                continue
            self.found.home.update(dict.fromkeys(self.found.seconds[key].parts, key))
            known = set(self.found.references)
            self._find_references(key)
            waiting += [one for one in self.found.references if one not in known]

    def _take_statements(self, found: Definition, partner: Definition) -> bool:
        """Take a definition in that statements give its value, and return whether its partner's do so likewise."""
        statements = self._statements(found, [one.parts for one in self.found.seconds.values()])
        theirs = self._statements(partner, [one.theirs for one in self.found.seconds.values()])
        if statements is None or theirs is None or len(statements) != len(theirs):
            return False
        if not all(self._follows(one, other) for one, other in zip(theirs, statements, strict=True)):
            return False
        if any(
            other is not None and key_of(whole(other, self.definitions)) == key_of(partner)
            for other in self._set_from_outside(partner)
        ):
            return False
        self.found.seconds[key_of(found)] = _Second(found, partner.name, statements, theirs)
        self.partners[key_of(found)] = partner
        return True

    def _set_from_outside(self, partner: Definition) -> Iterator[Definition | None]:
        """Yield what is assigned to as an attribute of the partner's name, where the partner is a module's own name."""
        for node in self.forest.nodes if partner.kind in ("variable", "function") else ():
            if isinstance(node, ast.Attribute) and node.attr == partner.name and not isinstance(node.ctx, ast.Load):
                yield self.definitions.of(node)

    def _take_parameter(self, found: Definition, partner: Definition) -> bool:
        arg, first = found.bindings[0].node, partner.bindings[0].node
        function = parameters.function_of(arg, self.forest) if isinstance(arg, ast.arg) else None
        if function is None or not isinstance(arg, ast.arg) or not isinstance(first, ast.arg):
            return False
        second = _Second(found, partner.name, [arg])
        default = parameters.default(function, arg)
        if default is not None:
            second.parts.append(default)
        fixture = parameters.fixture(function, arg.arg, self.forest)
        if fixture is not None:
            local = self.definitions.named(self.forest.scope(fixture), fixture.name)
            second.needs = None if local is None else key_of(whole(local, self.definitions))
            if second.needs not in self.found.seconds:
                return False
        elif parameters.marked(function, arg, self.definitions) is None:
            passed = parameters.passed(function, arg, self.definitions, self.forest)
            firsts = parameters.passed(function, first, self.definitions, self.forest)
            if passed is None or firsts is None:
                return False
            for one in passed:
                keyword = next((each for each in one.call.keywords if each.value is one.value), None)
                if one.value is not None and keyword is None:
                    return False
                second.parts += [] if keyword is None else [keyword]
        self.found.seconds[key_of(found)] = second
        self.partners[key_of(found)] = partner
        return True

    def _scope(self, holder: Holder) -> Scope | None:
        file = self.forest.files.get(holder.path)
        scopes = [] if file is None else [one for one in file.scopes() if one.qualname == holder.scope]
        return scopes[0] if len(scopes) == 1 else None

    def _definition(self, holder: Holder, scope: Scope, name: str) -> Definition | None:
        if holder.kind == "return":
            return None if scope.parent is None else self._function(scope.parent, name)
        if holder.kind == "attribute":
            return None if not isinstance(scope.node, ast.ClassDef) else self.definitions.attribute(scope.node, name)
        if isinstance(scope.node, ast.ClassDef):
            return self.definitions.attribute(scope.node, name)
        found = self.definitions.named(scope, name)
        gone = any(binding.kind == "del" for binding in self.forest.bindings(scope, name))
        return found if found is not None and found.kind == holder.kind and not gone else None

    def _function(self, scope: Scope, name: str) -> Definition | None:
        if isinstance(scope.node, ast.ClassDef):
            return self.definitions.attribute(scope.node, name)
        found = self.definitions.named(scope, name)
        return found if found is not None and found.kind == "function" else None

    def _statements(self, found: Definition, others: Sequence[Sequence[ast.AST]] = ()) -> list[ast.AST] | None:
        """Return the statements that give a definition its value, in the order of the source, outside of some others."""
        around = {one for statements in others for one in statements}
        statements: list[ast.AST] = []
        for node in (*(binding.node for binding in found.bindings), *found.stores):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                statements.append(node)
                continue
            statement = self.forest.parent(node)
            if isinstance(statement, ast.Assign) and len(statement.targets) > 1:
                return None
            if not isinstance(statement, ast.withitem) and getattr(statement, "value", None) is None:
                return None
            if not isinstance(statement, (ast.Assign, ast.AnnAssign, ast.withitem)):
                return None
            statements.append(statement)
        outside = [one for one in statements if around.isdisjoint(self.forest.ancestors(one))]
        return sorted(outside, key=lambda one: (self.forest.path_of(one), *_start(one)))

    def _follows(self, first: ast.AST, second: ast.AST) -> bool:
        """Return whether a statement comes after another in the same block, or an item in the same `with`."""
        if isinstance(first, ast.withitem) and isinstance(second, ast.withitem):
            return self.forest.parent(first) is self.forest.parent(second) and _start(first) < _start(second)
        if not isinstance(first, ast.stmt) or not isinstance(second, ast.stmt):
            return False
        block = self.forest.block(first)
        return second in block and block.index(first) < block.index(second)

    def _is_imported(self, holder: Holder) -> bool:
        """Return whether a definition is the import of a second one."""
        scope = self._scope(holder)
        local = None if scope is None else self.definitions.named(scope, holder.name)
        if local is None or local.kind != "import":
            return False
        return any(self._leads_to(local, key) for key in self.found.seconds)

    def _is_within(self, holder: Holder) -> bool:
        """Return whether a definition is local to the copy of a function."""
        scope = self._scope(holder)
        while scope is not None:
            if scope.node in self.found.home:
                return True
            scope = scope.parent
        return False

    # References

    def _find_references(self, key: Key) -> None:
        second = self.found.seconds[key]
        imported = [local for local in self.imported if self._leads_to(local, key)]
        for local in imported:
            self._note_import(local, self.partners[key])
        names = dict.fromkeys((second.definition.name, *(local.name for local in imported)))
        for node in (node for name in names for node in self.mentions.get(name, ())):
            named = self.definitions.of(node)
            if named is not None and self._leads_to(named, key):
                self.found.references[node] = key_of(whole(named, self.definitions))
        for binding in second.definition.bindings:
            if isinstance(binding.node, ast.Name):
                self.found.references[binding.node] = key
        for store in second.definition.stores:
            self.found.references[store] = key

    def _leads_to(self, local: Definition, key: Key) -> bool:
        at: Definition | None = local
        while at is not None and at.kind == "import":
            at = _source(at, self.definitions)
        return at is not None and key_of(whole(at, self.definitions)) == key

    def _note_import(self, local: Definition, partner: Definition) -> None:
        name = ""
        for other in self.imported:
            if other.scope is local.scope and self._leads_to(other, key_of(partner)):
                name = other.name
        self.found.imports[key_of(local)] = (local, name)

    # Equality

    def _is_equal(self, key: Key) -> bool:
        """Return whether a second would become its partner."""
        second = self.found.seconds[key]
        if second.definition.kind == "parameter":
            return self._is_equal_parameter(second, self.partners[key])
        return all(self._same(one, other) for one, other in zip(second.parts, second.theirs, strict=True))

    def _is_equal_parameter(self, second: _Second, partner: Definition) -> bool:
        arg, first = second.definition.bindings[0].node, partner.bindings[0].node
        function = parameters.function_of(arg, self.forest) if isinstance(arg, ast.arg) else None
        if function is None or not isinstance(arg, ast.arg) or not isinstance(first, ast.arg):
            return False
        pairs = [(arg.annotation, first.annotation)]
        pairs.append((parameters.default(function, arg), parameters.default(function, first)))
        if second.needs is None and parameters.marked(function, arg, self.definitions) is None:
            passed = parameters.passed(function, arg, self.definitions, self.forest) or []
            firsts = parameters.passed(function, first, self.definitions, self.forest) or []
            pairs += [(one.value, other.value) for one, other in zip(passed, firsts, strict=True)]
        if second.needs is not None and self.found.seconds[second.needs].partner != partner.name:
            return False
        return all(
            one is other or (one is not None and other is not None and self._shape(one) == shape(other))
            for one, other in pairs
        )

    def _same(self, second: ast.AST, partner: ast.AST) -> bool:
        if isinstance(second, ast.withitem) and isinstance(partner, ast.withitem):
            return self._shape(second.context_expr) == shape(partner.context_expr)
        if isinstance(second, (ast.Assign, ast.AnnAssign)) and isinstance(partner, (ast.Assign, ast.AnnAssign)):
            if second.value is None or partner.value is None:
                return False
            return self._shape(second.value) == shape(partner.value)
        return self._shape(second) == shape(partner)

    def _shape(self, node: ast.AST) -> str:
        try:
            return shape(self._rebuilt(node))
        except SyntaxError:
            return ""

    def _rebuilt(self, node: ast.AST) -> ast.AST:
        """Return a copy of a tree as it would be if it moved."""
        if isinstance(node, ast.expr) and node in self.planned:
            return self._parsed(node)
        if isinstance(node, (ast.Name, ast.Attribute)) and node in self.found.references:
            name = self._partner_name(self.found.references[node])
            if isinstance(node, ast.Name):
                return ast.Name(name or "", node.ctx)
            return ast.Attribute(self._rebuilt(node.value), name or "", node.ctx)  # type: ignore[arg-type]
        fields = {name: self._rebuilt_field(value) for name, value in ast.iter_fields(node)}
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node in self.found.home:
            fields["name"] = self._partner_name(self.found.home[node])
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            fields["names"] = [self._global(node, name) for name in node.names]
        return type(node)(**fields)

    def _rebuilt_field(self, value: object) -> object:
        if isinstance(value, list):
            return [self._rebuilt_field(one) for one in value]
        return self._rebuilt(value) if isinstance(value, ast.AST) else value

    def _parsed(self, node: ast.expr) -> ast.expr:
        codes = {**self.planned, **_codes(self.found.references, self._partner_name)}
        renderer = Renderer(self.files[self.forest.path_of(node)].source, codes)
        text = renderer.replacement(node, self.forest.statement(node).lineno)
        return ast.parse(f"({text}\n)", mode="eval").body

    def _partner_name(self, key: Key) -> str:
        if key in self.found.imports:
            local, name = self.found.imports[key]
            return name or first_name(local.name)
        return self.found.seconds[key].partner

    def _global(self, node: ast.Global | ast.Nonlocal, name: str) -> str:
        owner = self.forest.owner(self.forest.scope(node), name)
        second = self.found.seconds.get(("variable", owner, name))
        return name if second is None else second.partner


def _source(local: Definition, definitions: Definitions) -> Definition | None:
    """Return what an imported name leads to, one step on."""
    alias = local.bindings[0].node
    return definitions.imported(alias) if isinstance(alias, ast.alias) else None


def _codes(references: Mapping[_Reference, Key], name: Callable[[Key], str]) -> dict[ast.expr, Code]:
    """Return the code that names the partner where a second is named."""
    codes: dict[ast.expr, Code] = {}
    for node, key in references.items():
        codes[node] = Raw(name(key)) if isinstance(node, ast.Name) else Dotted(Src(node.value), name(key))
    return codes


class _Merging:
    def __init__(
        self,
        found: _Found,
        drafts: Sequence[Draft],
        unsafe: bool,
        forest: Forest,
        definitions: Definitions,
        files: Mapping[str, File],
    ) -> None:
        self.found = found
        self.forest = forest
        self.definitions = definitions
        self.files = files
        inside = {draft for draft in drafts if found.inside(draft.node, forest) is not None}
        self.inner = [draft for draft in drafts if draft in inside]
        self.outer = [draft for draft in drafts if draft not in inside]
        self.staying = [draft for draft in self.outer if not draft.moves(unsafe)]
        self.added: dict[Key, str] = {}
        self.imports: list[tuple[str, AddImport]] = []

    def plan(self, editable: Container[str]) -> Merge:
        known = {key: key[2] for key in (*self.found.seconds, *self.found.imports)}
        extra, used = twins.beside(self.outer, self.staying, self.forest, self.definitions, self.files, known)
        if any(twin.adds for path, twin in extra.items() if path not in editable):
            raise twins.Impossible
        stays = frozenset[ast.expr]().union(*(twin.stays for twin in extra.values()))
        subjects = {draft.use.subject: draft for draft in self.outer}
        for made in self.outer:
            client = twins.client_given(made)
            if client is not None:
                subjects[client] = made
        moving = {draft for draft in self.outer if draft not in self.staying and draft.node not in stays}
        roots = set(used)
        renamed: list[_Reference] = []
        for node, key in self.found.references.items():
            if self.found.inside(node, self.forest) is not None:
                continue
            draft = self._about(node, subjects)
            if draft is not None and draft in moving:
                renamed.append(node)
            else:
                roots.add(key)
        roots.update(key for key in self.found.seconds if self._is_spelled(key[2]))
        roots.update(key for key in self.found.imports if key[1].path not in editable)
        roots.update(key for part, key in self.found.home.items() if self.forest.path_of(part) not in editable)
        if not renamed:
            # Nothing moves that works on a second object: they stay as they are.
            roots.update(self.found.seconds, self.found.imports)
        live = self._closure(roots)
        inner = [node for node in self.found.references if self._is_nested(node) and self._has_partner(node)]
        codes = _codes({node: self.found.references[node] for node in (*renamed, *inner)}, self._partner)
        paths = {self.forest.path_of(node) for node in (*self.found.references, *self.found.home)}
        paths.update(extra, (key[1].path for key in self.found.imports))
        nothing = Twin({}, (), (), frozenset(), ())
        parts = {path: self._part(path, codes, live, extra.get(path, nothing)) for path in sorted(paths)}
        return Merge({path: self._with_imports(path, part) for path, part in parts.items()}, bool(live))

    def _is_spelled(self, name: str) -> bool:
        """Return whether a text in the program has a name in it: `__all__`, `getattr`, `mock.patch`."""
        return any(
            isinstance(node, ast.Constant) and isinstance(node.value, str) and name in node.value
            for node in self.forest.nodes
        )

    def _has_partner(self, node: _Reference) -> bool:
        return self.found.references[node] in self.found.seconds or bool(
            self.found.imports[self.found.references[node]][1]
        )

    def _about(self, node: ast.expr, subjects: Mapping[ast.expr, Draft]) -> Draft | None:
        """Return the use whose object an expression names."""
        at: ast.AST | None = node
        while isinstance(at, ast.expr):
            if at in subjects:
                return subjects[at]
            at = self.forest.parent(at)
        return None

    def _closure(self, roots: set[Key]) -> set[Key]:
        """Return the seconds that are needed: those that a use names, and what they are made with."""
        needs = {key: {second.needs} for key, second in self.found.seconds.items() if second.needs is not None}
        for node, key in self.found.references.items():
            home = self.found.inside(node, self.forest)
            if home is not None:
                needs.setdefault(home, set()).add(key)
        for key, (local, _) in self.found.imports.items():
            source = _source(local, self.definitions)
            if source is not None:
                needs.setdefault(key, set()).add(key_of(whole(source, self.definitions)))
        live: set[Key] = set()
        waiting = list(roots)
        while waiting:
            key = waiting.pop()
            if key not in live:
                live.add(key)
                waiting += needs.get(key, ())
        return live

    def _partner(self, key: Key) -> str:
        if key in self.found.seconds:
            return self.found.seconds[key].partner
        local, name = self.found.imports[key]
        if name:
            return name
        if key not in self.added:
            wanted = first_name(local.name)
            self.added[key] = self.files[local.scope.path].names.reserve(wanted)
        return self.added[key]

    def _with_imports(self, path: str, part: Twin) -> Twin:
        """Return a part with the imports of partners that nothing imports yet."""
        more = [self._import(key, name) for key, name in self.added.items() if key[1].path == path]
        return part._replace(imports=(*part.imports, *more))

    def _import(self, key: Key, name: str) -> AddImport:
        local, _ = self.found.imports[key]
        alias = local.bindings[0].node
        assert isinstance(alias, ast.alias)
        statement = self.forest.parent(alias)
        assert isinstance(statement, ast.ImportFrom)
        theirs = first_name(alias.name)
        module = "." * statement.level + (statement.module or "")
        return AddImport(module, theirs, "" if theirs == name else name, Span.of(statement))

    def _part(self, path: str, codes: Mapping[ast.expr, Code], live: set[Key], extra: Twin) -> Twin:
        removals: list[Removal] = []
        insertions: list[Insertion] = []
        drops: list[DropImport] = []
        dead = {key: second for key, second in self.found.seconds.items() if key not in live}
        headers: list[Header] = []
        left_out: list[ast.keyword] = []
        for second in dead.values():
            for one in second.parts:
                if self.forest.path_of(one) != path or self._is_nested(one):
                    continue
                if isinstance(one, ast.stmt):
                    removals.append(Removal(Span.of(one)))
                elif isinstance(one, ast.keyword):
                    left_out.append(one)
                elif isinstance(one, (ast.arg, ast.withitem)):
                    headers.append(self._header(one, second.definition.name))
        for one, key in self.found.closes.items():
            gone = key not in live and self.forest.path_of(one) == path and not self._is_nested(one)
            if gone and isinstance(one, ast.stmt):
                removals.append(Removal(Span.of(one)))
        for declared, kept in self._declarations(dead, path):
            removals.append(Removal(Span.of(declared)))
            if kept:
                word = "global" if isinstance(declared, ast.Global) else "nonlocal"
                insertions.append(Insertion(Span.of(declared), f"{word} {', '.join(kept)}", after=True))
        for key, (local, _) in self.found.imports.items():
            alias = local.bindings[0].node
            statement = self.forest.parent(alias)
            if key not in live and local.scope.path == path:
                assert isinstance(alias, ast.alias) and isinstance(statement, ast.ImportFrom)
                drops.append(DropImport(Span.of(statement), alias.name))
        stays = frozenset(
            draft.node
            for draft in self.inner
            if self.forest.path_of(draft.node) == path and self.found.inside(draft.node, self.forest) in live
        )
        here = {node: codes[node] for node in codes if self.forest.path_of(node) == path}
        replaced = {**here, **extra.replaced}
        for call in dict.fromkeys(self.forest.parent(keyword) for keyword in left_out):
            assert isinstance(call, ast.Call)
            replaced[call] = _shorter(call, left_out, replaced.get(call))
        return Twin(
            replaced,
            (*insertions, *extra.insertions),
            extra.imports,
            stays | extra.stays,
            extra.kept,
            tuple(removals),
            tuple(drops),
            frozenset(one for one in self.found.home if self.forest.path_of(one) == path),
            (*headers, *extra.headers),
        )

    def _header(self, one: ast.arg | ast.withitem, name: str) -> Header:
        statement = self.forest.statement(one)
        if isinstance(one, ast.arg):
            return RemoveParameter(Span.of(statement), name)
        return RemoveItem(Span.of(statement), name)

    def _is_nested(self, node: ast.AST) -> bool:
        return any(one in self.found.home for one in self.forest.ancestors(node))

    def _declarations(
        self, dead: Mapping[Key, _Second], path: str
    ) -> Iterator[tuple[ast.Global | ast.Nonlocal, list[str]]]:
        """Yield the `global` statements of a file that name what goes, with the names that are left of each."""
        for node in self.forest.files[path].nodes:
            if isinstance(node, (ast.Global, ast.Nonlocal)) and not self._is_nested(node):
                scope = self.forest.scope(node)
                kept = [name for name in node.names if ("variable", self.forest.owner(scope, name), name) not in dead]
                if len(kept) < len(node.names):
                    yield node, kept


def _start(node: ast.AST) -> tuple[int, int]:
    at = node.context_expr if isinstance(node, ast.withitem) else node
    return getattr(at, "lineno", 0), getattr(at, "col_offset", 0)


def _shorter(call: ast.Call, left_out: Sequence[ast.keyword], code: Code | None) -> Code:
    """Return a call without some of its arguments; `code` is what takes its place already."""
    names = {keyword.arg for keyword in left_out if keyword in call.keywords}
    if isinstance(code, Call):
        return code._replace(args=tuple(one for one in code.args if one.name not in names))
    args = [Arg("", Src(argument)) for argument in call.args]
    args += [Arg(one.arg or "**", Src(one.value)) for one in call.keywords if one.arg not in names]
    return Call(Src(call.func), tuple(args))
