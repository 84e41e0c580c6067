"""Second objects for the uses that stay: `client_v1` beside `client`, `get_client_v1` beside `get_client`, over all files."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, TypeAlias

from streammigrate.codemod.code import Arg, Call, Code, Raw, Source, Src
from streammigrate.codemod.draft import Draft
from streammigrate.codemod.forms import parameters
from streammigrate.codemod.model import AddImport, AddItem, AddParameter, DropImport, Header, Insertion, Removal, Span
from streammigrate.codemod.names import Names
from streammigrate.codemod.receivers import CHANNELS, CLIENTS
from streammigrate.codemod.resolve.definitions import Definition, Definitions
from streammigrate.codemod.resolve.text import last_name
from streammigrate.codemod.scopes import Binding, Forest, FunctionNode, Scope
from streammigrate.codemod.values import is_repeatable

SUFFIX = "_v1"
Key: TypeAlias = tuple[str, Scope, str]
"""A definition: its kind, the scope that owns it, its name."""
MAKERS = frozenset({"channel", "campaign", "segment", "channel_batch_updater"})
"""Methods of a client that make an object and send nothing."""
_REMEMBERS = frozenset({"create", "query", "accept_invite", "reject_invite"})
"""Calls that send, or change, what a channel holds: two channels would not share it."""
_COPIED_DECORATORS = frozenset(
    {"lru_cache", "cache", "property", "cached_property", "staticmethod", "classmethod", "contextmanager",
     "asynccontextmanager", "fixture"}
)  # fmt: skip
"""Decorators that a function can have twice without anybody noticing: nothing is registered."""


class Twin(NamedTuple):
    """What makes the second objects in one file, and the receivers that now name them."""

    replaced: dict[ast.expr, Code]
    insertions: tuple[Insertion, ...]
    imports: tuple[AddImport, ...]
    stays: frozenset[ast.expr]
    """Calls that make a v1 object for a call that stays, and so stay too."""
    kept: tuple[ast.expr, ...]
    """Names of stream-chat that the second objects still need."""
    removals: tuple[Removal, ...] = ()
    drops: tuple[DropImport, ...] = ()
    fixed: frozenset[ast.AST] = frozenset()
    """What stays or goes as a whole, whatever is replaced in it."""
    headers: tuple[Header, ...] = ()

    @property
    def adds(self) -> bool:
        """Whether something new is put into the file, or named there."""
        return bool(self.replaced or self.insertions or self.imports or self.headers)


def second_name(name: str) -> str:
    """Return what the second of something is called, in the style of its name."""
    if name[:1].isupper():
        return name + (SUFFIX.upper() if name.isupper() else SUFFIX.upper().strip("_"))
    return name + SUFFIX


def first_name(name: str) -> str:
    """Return what the first is called of which a name is the second; empty for another name."""
    first = next((name[: -len(one)] for one in (SUFFIX, SUFFIX.upper(), "V1") if name.endswith(one)), "")
    return first if first and second_name(first) == name else ""


def whole(found: Definition, definitions: Definitions) -> Definition:
    """Return a definition; what the body of a class defines is an attribute, by whatever name it is found."""
    cls = found.scope.node
    if found.kind in ("variable", "function") and isinstance(cls, ast.ClassDef):
        return definitions.attribute(cls, found.name) or found
    return found


def key_of(found: Definition) -> Key:
    """Return what tells a definition from others."""
    return found.kind, found.scope, found.name


class File(Protocol):
    """What twins need of a file."""

    names: Names
    source: Source

    def segment(self, node: ast.expr) -> str:
        """Return the text of an expression."""


def plan(
    drafts: Sequence[Draft],
    staying: Sequence[Draft],
    forest: Forest,
    definitions: Definitions,
    files: Mapping[str, File],
) -> dict[str, Twin] | None:
    """Return twins by file for the uses that stay, or None where a second object cannot stand beside the first."""
    if not any(_does_work(draft) for draft in drafts if draft not in staying):
        return None
    try:
        return _made(drafts, staying, forest, definitions, files, {}).planned
    except Impossible:
        return None


def beside(
    drafts: Sequence[Draft],
    staying: Sequence[Draft],
    forest: Forest,
    definitions: Definitions,
    files: Mapping[str, File],
    known: Mapping[Key, str],
) -> tuple[dict[str, Twin], frozenset[Key]]:
    """Return what has to be added where second objects are there already, and those of them that are needed.

    `known` are the second definitions, and imports of them, by name. Raises Impossible.
    """
    made = _made(drafts, staying, forest, definitions, files, known)
    return made.planned, frozenset(made.used)


def _made(
    drafts: Sequence[Draft],
    staying: Sequence[Draft],
    forest: Forest,
    definitions: Definitions,
    files: Mapping[str, File],
    known: Mapping[Key, str],
) -> _Twins:
    """Return what is planned; where an object cannot have a second, all that is done with it stays. Raises Impossible."""
    wider: Sequence[Draft] = staying
    while True:
        made = _Twins(drafts, wider, forest, definitions, files, known)
        try:
            made.plan([draft for draft in wider if draft not in staying])
        except Impossible:
            more = _with_objects(drafts, wider)
            if len(more) == len(wider) or not any(_does_work(one) for one in drafts if one not in more):
                raise
            wider = more
        else:
            return made


def _with_objects(drafts: Sequence[Draft], staying: Sequence[Draft]) -> list[Draft]:
    """Return the uses that stay with all others of the channels they work on, and what makes those."""
    objects = {
        call for draft in staying if draft.use.receiver.cls not in CLIENTS for call in draft.use.receiver.origins
    }
    return [
        draft
        for draft in drafts
        if draft in staying
        or draft.node in objects
        or not objects.isdisjoint(draft.use.receiver.origins)
        or (objects and _may_be_any(draft))
    ]


def _may_be_any(draft: Draft) -> bool:
    """Return whether a draft is about a channel that may come from anywhere, as a parameter's annotation says it."""
    return draft.use.receiver.cls in CHANNELS and not draft.use.receiver.origins


class Impossible(Exception):  # noqa: N818
    """No second object can stand here."""


@dataclass
class _Part:
    """What happens to one file."""

    replaced: dict[ast.expr, Code] = field(default_factory=dict)
    insertions: list[Insertion] = field(default_factory=list)
    imports: list[AddImport] = field(default_factory=list)
    kept: list[ast.expr] = field(default_factory=list)
    headers: list[Header] = field(default_factory=list)


class _Twins:
    def __init__(
        self,
        drafts: Sequence[Draft],
        staying: Sequence[Draft],
        forest: Forest,
        definitions: Definitions,
        files: Mapping[str, File],
        known: Mapping[Key, str],
    ) -> None:
        self.drafts = drafts
        self.staying = staying
        self.forest = forest
        self.definitions = definitions
        self.files = files
        self.parts: dict[str, _Part] = {}
        self.stays: set[ast.expr] = set()
        self.by_node = {draft.node: draft for draft in drafts}
        self.subjects = {draft.use.subject: draft for draft in drafts}
        self.second: dict[Key, str] = dict(known)
        """The second name of a definition, by its key; those that are there already from the start."""
        self.used: set[Key] = set()
        self.planned: dict[str, Twin] = {}
        self.copied: list[FunctionNode] = []
        self.more: dict[ast.Call, list[Arg]] = {}
        """What calls are given beside what they have."""

    def plan(self, others: Sequence[Draft]) -> None:
        """Plan everything; `others` are drafts that could move and stay with those that cannot. Raises Impossible."""
        self.stays.update(draft.node for draft in others)
        for draft in self.staying:
            self._rename(_receiver(draft), draft)
        for draft in self.drafts:
            if draft not in self.staying and draft.use.kind == "call" and draft.use.member == "close":
                self._close(draft)
        for call, more in self.more.items():
            self._pass(call, more)
        for path in {self.forest.path_of(node) for node in self.stays}:
            self._part(path)
        self.planned = {
            path: Twin(
                part.replaced,
                tuple(part.insertions),
                tuple(dict.fromkeys(part.imports)),
                frozenset(node for node in self.stays if self.forest.path_of(node) == path),
                tuple(part.kept),
                headers=tuple(part.headers),
            )
            for path, part in sorted(self.parts.items())
        }

    def _part(self, path: str) -> _Part:
        return self.parts.setdefault(path, _Part())

    def _of(self, node: ast.AST) -> _Part:
        return self._part(self.forest.path_of(node))

    # Uses that stay

    def _rename(self, node: ast.expr, draft: Draft) -> None:
        """Let an expression that holds an SDK object name the second one."""
        if isinstance(node, ast.Await):
            self._rename(node.value, draft)
            return
        if isinstance(node, ast.Call):
            inner = self.by_node.get(node)
            if inner is not None and inner.use.kind == "call":
                self.stays.add(node)
                self._rename(_receiver(inner), inner)
            elif inner is None and self.definitions.function(node.func) is not None:
                self._set(node.func, self._reference(node.func))
            else:
                raise Impossible
            return
        origins = draft.use.receiver.origins
        if not isinstance(node, (ast.Name, ast.Attribute)):
            raise Impossible
        cls = draft.use.receiver.cls
        if cls not in CLIENTS | CHANNELS or (len(origins) == 1 and self._stays(origins[0])):
            if len(origins) != 1:
                raise Impossible
            self._keep_object(origins[0])
        elif cls in CHANNELS and origins and all(self._stays(one) or self._is_alone(one) for one in origins):
            for one in origins:
                self._keep_object(one)
        else:
            self._set(node, self._reference(node))

    def _set(self, node: ast.expr, text: str) -> None:
        """Let other code stand for an expression, where it is other."""
        if text != self._text(node):
            self._of(node).replaced[node] = Raw(text)

    def _stays(self, origin: ast.Call) -> bool:
        """Return whether the call that makes a channel stays, so that the channel is v1's as it is."""
        return any(draft.node is origin for draft in self.staying)

    def _is_alone(self, origin: ast.Call) -> bool:
        """Return whether everything that is done with a channel stays, so that no second one is needed."""
        maker = self.by_node.get(origin)
        if maker is None or (maker.use.kind != "call" and client_given(maker) is None):
            return False
        return all(
            one in self.staying for one in self.drafts if origin in one.use.receiver.origins and one is not maker
        )

    def _keep_object(self, origin: ast.Call) -> None:
        """Keep a campaign, segment or updater with v1 as a whole: only the client it is made from is another."""
        maker = self.by_node.get(origin)
        if maker is None:
            raise Impossible
        if origin not in self.stays:
            if maker.use.receiver.cls in CLIENTS and any(
                _may_be_any(one) and one not in self.staying and _does_work(one) for one in self.drafts
            ):
                raise Impossible
            self.stays.update(one.node for one in self.drafts if origin in one.use.receiver.origins)
            self.stays.add(origin)
            self._keep_annotations(origin, maker)
            client = client_given(maker)
            if client is None:
                self._rename(_receiver(maker), maker)
            elif isinstance(client, (ast.Name, ast.Attribute)):
                self._set(client, self._reference(client))
            else:
                raise Impossible

    def _keep_annotations(self, origin: ast.Call, maker: Draft) -> None:
        """Let what is said of a name that holds a kept object stay as well."""
        own = {
            holder
            for one in self.drafts
            if origin in one.use.receiver.origins and one is not maker
            for holder in one.use.receiver.holders
        }
        own.difference_update(maker.use.receiver.holders)
        self.stays.update(
            one.node for one in self.drafts if one.use.kind == "annotation" and own.intersection(one.use.targets)
        )

    def _close(self, draft: Draft) -> None:
        """Close the second client after the first."""
        statement = self.forest.statement(draft.node)
        found = self.definitions.of(draft.use.subject)
        key = None if found is None else key_of(whole(found, self.definitions))
        if not isinstance(statement, ast.Expr) or key is None or self.second.get(key, key[2]) == key[2]:
            return
        awaited = "await " if isinstance(statement.value, ast.Await) else ""
        text = f"{awaited}{self._reference(draft.use.subject)}.close()"
        self._of(draft.node).insertions.append(Insertion(Span.of(statement), text, after=True))

    # Definitions

    def _reference(self, node: ast.expr) -> str:
        """Return what names the second object, or the second function, where an expression names the first."""
        found = self.definitions.of(node)
        if found is None:
            raise Impossible
        name = self._define(found)
        if isinstance(node, ast.Name):
            return name
        assert isinstance(node, ast.Attribute)
        return f"{self._text(node.value)}.{name}"

    def _define(self, found: Definition) -> str:
        """Return the second name of a definition, adding what defines it."""
        found = whole(found, self.definitions)
        key = key_of(found)
        self.used.add(key)
        if key in self.second:
            return self.second[key]
        names = self.files[found.scope.path].names
        self.second[key] = name = self._reserve(found, names)
        if found.kind == "import":
            self._import(found, name)
        elif found.kind == "function":
            self._copy(found.bindings[0].node, name)
        elif found.kind == "variable":
            for binding in found.bindings:
                self._assign(binding, name)
        elif found.kind == "attribute":
            self._attribute(found, name)
        else:
            self._parameter(found, name)
        return name

    def _reserve(self, found: Definition, names: Names) -> str:
        """Return a name for a second definition: it may be taken where nobody means that one here."""
        wanted = second_name(found.name)
        if found.kind == "attribute":
            number = 2
            while self._has_attribute(found, wanted):
                wanted = f"{second_name(found.name)}_{number}"
                number += 1
            return wanted
        return names.reserve(wanted) if self._is_taken(found, wanted) else wanted

    def _has_attribute(self, found: Definition, name: str) -> bool:
        for node in self.forest.nodes:
            if isinstance(node, ast.Attribute) and node.attr == name:
                other = self.definitions.of(node)
                if other is None or other.kind != "attribute" or other.scope is found.scope:
                    return True
        cls = found.scope.node
        return isinstance(cls, ast.ClassDef) and self.definitions.attribute(cls, name) is not None

    def _is_taken(self, found: Definition, name: str) -> bool:
        """Return whether a name means something already in a place where the first one is known."""
        if self.forest.bindings(found.scope, name):
            return True
        file = self.forest.files[found.scope.path]
        for node in file.nodes:
            if isinstance(node, ast.Name) and node.id == name:
                scope = self.forest.scope(node)
                inner = self.forest.owner(scope, name)
                if inner is found.scope or self.forest.owner(scope, found.name) is found.scope:
                    return True
                if inner is file.module and not self.forest.bindings(inner, name):
                    return True
        return False

    def _import(self, found: Definition, name: str) -> None:
        alias = found.bindings[0].node
        assert isinstance(alias, ast.alias)
        source = self.definitions.imported(alias)
        statement = self.forest.parent(alias)
        if source is None or not isinstance(statement, ast.ImportFrom):
            raise Impossible
        theirs = self._define(source)
        module = "." * statement.level + (statement.module or "")
        added = AddImport(module, theirs, "" if theirs == name else name, Span.of(statement))
        self._of(alias).imports.append(added)

    def _assign(self, binding: Binding, name: str) -> None:
        """Bind the second name right after the first."""
        node = binding.node
        statement = self.forest.parent(node)
        if isinstance(statement, ast.withitem):
            self._enter(statement, name)
            return
        if any(function in self.forest.ancestors(node) for function in self.copied):
            # The copy of the function binds it.
            return
        if isinstance(statement, ast.Assign) and len(statement.targets) > 1:
            raise Impossible
        if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None:
            raise Impossible
        if binding.where is not binding.scope:
            self._declare_global(binding, name)
        text = f"{name}{self._said(statement)} = {self._value(statement.value)}"
        self._of(node).insertions.append(Insertion(Span.of(statement), text, after=True))

    def _said(self, statement: ast.Assign | ast.AnnAssign) -> str:
        """Return the annotation of the first name, which is true of the second."""
        if not isinstance(statement, ast.AnnAssign):
            return ""
        self._of(statement).kept.append(statement.annotation)
        return f": {self._text(statement.annotation)}"

    def _enter(self, item: ast.withitem, name: str) -> None:
        """Enter the second object after the first."""
        statement = self.forest.parent(item)
        if not isinstance(statement, (ast.With, ast.AsyncWith)) or not isinstance(item.optional_vars, ast.Name):
            raise Impossible
        if any(function in self.forest.ancestors(item) for function in self.copied):
            raise Impossible
        text = f"{self._value(item.context_expr)} as {name}"
        self._of(item.context_expr).headers.append(AddItem(Span.of(statement), text))

    # Parameters

    def _parameter(self, found: Definition, name: str) -> None:
        """Add a parameter for the second object, filled by whatever fills the first."""
        arg = found.bindings[0].node
        function = None if not isinstance(arg, ast.arg) else parameters.function_of(arg, self.forest)
        if not isinstance(arg, ast.arg) or function is None or function in self.copied:
            raise Impossible
        marked = parameters.marked(function, arg, self.definitions)
        fixture = parameters.fixture(function, arg.arg, self.forest)
        if marked is not None:
            text = self._injected(function, arg, marked, name)
        elif fixture is not None:
            local = self.definitions.named(self.forest.scope(fixture), fixture.name)
            if local is None or local.kind != "function" or self._define(local) != name:
                raise Impossible
            text = name + self._annotation(arg)
        else:
            text = self._passed(function, arg, name)
        self._of(function).headers.append(AddParameter(Span.of(function), text, positional=marked is None))

    def _annotation(self, arg: ast.arg) -> str:
        if arg.annotation is None:
            return ""
        self._of(arg).kept.append(arg.annotation)
        return f": {self._text(arg.annotation)}"

    def _injected(self, function: FunctionNode, arg: ast.arg, marked: parameters.Marked, name: str) -> str:
        calls, _ = self.definitions.calls(function)
        if calls:
            # The code's own calls do not go through the framework.
            raise Impossible
        if marked.alias is not None and arg.annotation is not None:
            return f"{name}: {self._reference(arg.annotation)}"
        change = [(Span.of(marked.mark.args[0]), self._reference(marked.mark.args[0]))]
        default = parameters.default(function, arg)
        if default is marked.mark:
            return f"{name}{self._annotation(arg)} = {self._changed(marked.mark, change)}"
        if arg.annotation is None or default is not None:
            raise Impossible
        self._of(arg).kept.append(arg.annotation)
        return f"{name}: {self._changed(arg.annotation, change)}"

    def _changed(self, node: ast.expr, changes: Sequence[tuple[Span, str]]) -> str:
        """Return the text of an expression with other code at some places of it."""
        source = self.files[self.forest.path_of(node)].source
        start, end = (node.lineno, node.col_offset), (node.end_lineno or 0, node.end_col_offset or 0)
        return " ".join(line.strip() for line in _spliced(source, start, end, changes).splitlines())

    def _passed(self, function: FunctionNode, arg: ast.arg, name: str) -> str:
        passed = parameters.passed(function, arg, self.definitions, self.forest)
        if passed is None:
            raise Impossible
        default = parameters.default(function, arg)
        text = name + self._annotation(arg)
        if default is not None:
            text += f" = {self._value(default)}" if arg.annotation is not None else f"={self._value(default)}"
        for one in passed:
            if any(copied in self.forest.ancestors(one.call) for copied in self.copied):
                raise Impossible
            if one.value is not None:
                more = self.more.setdefault(one.call, [])
                more.append(Arg(name, Raw(self._value(one.value))))
        return text

    def _pass(self, call: ast.Call, more: Sequence[Arg]) -> None:
        """Give a call more arguments, by keyword."""
        given = [Arg("", Src(argument)) for argument in call.args]
        given += [Arg(keyword.arg or "**", Src(keyword.value)) for keyword in call.keywords]
        self._of(call).replaced[call] = Call(Src(call.func), (*given, *more))

    def _declare_global(self, binding: Binding, name: str) -> None:
        for declared in self.forest.bindings(binding.scope, binding.name):
            if declared.kind == "global" and declared.where is binding.where:
                assert isinstance(declared.node, (ast.Global, ast.Nonlocal))
                word = "global" if isinstance(declared.node, ast.Global) else "nonlocal"
                insertion = Insertion(Span.of(declared.node), f"{word} {name}", after=True)
                if insertion not in self._of(binding.node).insertions:
                    self._of(binding.node).insertions.append(insertion)
                return
        raise Impossible

    def _attribute(self, found: Definition, name: str) -> None:
        if not found.stores and not found.bindings:
            raise Impossible
        for store in found.stores:
            statement = self.forest.parent(store)
            if isinstance(statement, ast.Assign) and len(statement.targets) > 1:
                raise Impossible
            if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None:
                raise Impossible
            if any(function in self.forest.ancestors(store) for function in self.copied):
                raise Impossible
            text = f"{self._text(store.value)}.{name}{self._said(statement)} = {self._value(statement.value)}"
            self._of(store).insertions.append(Insertion(Span.of(statement), text, after=True))
        for binding in found.bindings:
            if isinstance(binding.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._copy(binding.node, name)
            else:
                self._assign(binding, name)

    def _value(self, node: ast.expr) -> str:
        """Return the text of the expression that makes the second object, where one makes the first."""
        if isinstance(node, ast.Constant) and node.value is None:
            return "None"
        if isinstance(node, ast.Await):
            return f"await {self._value(node.value)}"
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self._reference(node)
        marker = parameters.in_annotation(node, self.definitions)
        if marker is not None:
            # A type for parameters that a framework fills.
            self._of(node).kept.append(node)
            return self._changed(node, [(Span.of(marker.args[0]), self._reference(marker.args[0]))])
        if not isinstance(node, ast.Call):
            raise Impossible
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
        if not all(map(is_repeatable, values)) or any(keyword.arg is None for keyword in node.keywords):
            raise Impossible
        return f"{self._maker(node)}{self._given(node)}"

    def _given(self, call: ast.Call) -> str:
        """Return the arguments of a call with their brackets, over as many lines as they stand."""
        source = self.files[self.forest.path_of(call)].source
        end, last = call.func.end_lineno or call.lineno, call.end_lineno or call.lineno
        text = source.between((end, call.func.end_col_offset or 0), (last, call.end_col_offset or 0))
        if any(source.starts_in_string(line) for line in range(end + 1, last + 1)):
            return text
        indent = source.indentation(self.forest.statement(call).lineno)
        first, *rest = text.split("\n")
        return "\n".join([first, *(line.removeprefix(indent) for line in rest)])

    def _maker(self, call: ast.Call) -> str:
        draft = self.by_node.get(call)
        if draft is None:
            if self.definitions.function(call.func) is None:
                raise Impossible
            return self._reference(call.func)
        if draft.use.kind == "construct" and draft.use.receiver.cls in CLIENTS:
            self._of(call).kept.append(call.func)
            return self._text(call.func)
        if draft.use.kind == "call" and draft.use.member == "channel" and isinstance(call.func, ast.Attribute):
            self._check_memory(call)
            return f"{self._reference(call.func.value)}.channel"
        raise Impossible

    def _check_memory(self, origin: ast.Call) -> None:
        for draft in self.drafts:
            if draft.use.member in _REMEMBERS and origin in draft.use.receiver.origins and draft.node is not origin:
                raise Impossible

    # Functions

    def _copy(self, function: ast.AST, name: str) -> None:
        """Put a copy of a function beside it, which makes and hands out the second object."""
        assert isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        if any(last_name(decorator) not in _COPIED_DECORATORS for decorator in function.decorator_list):
            raise Impossible
        self.copied.append(function)
        self._of(function).kept += _annotations(function)
        changes: list[tuple[Span, str]] = []
        for node in _inside(function):
            changes += self._change(node, function)
        source = self.files[self.forest.path_of(function)].source
        first = min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])
        text = _spliced(source, (first, 0), (function.end_lineno or first, function.end_col_offset or 0), changes)
        text = _renamed(text, function, name)
        indent = source.indentation(first)
        if indent and any(line in source.in_strings for line in range(first, (function.end_lineno or first) + 1)):
            raise Impossible
        lines = [line.removeprefix(indent) for line in text.splitlines()]
        apart = _blank_lines(source, function.end_lineno or first) or (1 if indent else 2)
        text = "\n" * apart + "\n".join(lines)
        self._of(function).insertions.append(Insertion(Span.of(function), text, after=True))

    def _change(self, node: ast.AST, function: FunctionNode) -> Iterator[tuple[Span, str]]:
        """Yield what another name takes the place of in a function's copy."""
        draft = self.by_node.get(node) if isinstance(node, ast.expr) else None
        works = draft is not None and draft.use.kind in ("call", "reference", "escape", "attribute_store")
        if works and draft is not None and draft.use.member not in (*MAKERS, "close"):
            raise Impossible
        if isinstance(node, ast.Call):
            if draft is not None and draft.use.kind == "construct":
                self._of(node).kept.append(node.func)
            elif draft is None:
                called = self.definitions.function(node.func)
                if called is function:
                    raise Impossible
                if called is not None and self._gives(called):
                    yield Span.of(node.func), self._reference(node.func)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            kept = [self._outer(function, name) for name in node.names]
            yield Span.of(node), f"{'global' if isinstance(node, ast.Global) else 'nonlocal'} {', '.join(kept)}"
        elif isinstance(node, ast.Name):
            scope = self.forest.owner(self.forest.scope(node), node.id)
            if scope is not self.forest.opened_by(function) and self._holds(
                "variable", scope.path, scope.qualname, node.id
            ):
                found = self.definitions.named(scope, node.id)
                if found is None:
                    raise Impossible
                yield Span.of(node), self._define(found)
        elif isinstance(node, ast.Attribute) and (found := self._held(node)) is not None:
            yield Span.of(node), f"{self._text(node.value)}.{self._define(found)}"
        elif isinstance(node, ast.arg) and self._holds("parameter", *self._place(function), node.arg):
            marked = parameters.marked(function, node, self.definitions)
            if marked is None or (marked.alias is not None and node.annotation is None):
                raise Impossible
            if marked.alias is not None and node.annotation is not None:
                yield Span.of(node.annotation), self._reference(node.annotation)
            else:
                yield Span.of(marked.mark.args[0]), self._reference(marked.mark.args[0])

    def _outer(self, function: FunctionNode, name: str) -> str:
        scope = self.forest.opened_by(function)
        assert scope is not None
        owner = self.forest.owner(scope, name)
        if not self._holds("variable", owner.path, owner.qualname, name):
            return name
        found = self.definitions.named(owner, name)
        if found is None:
            raise Impossible
        return self._define(found)

    def _place(self, function: FunctionNode) -> tuple[str, str]:
        scope = self.forest.opened_by(function)
        assert scope is not None
        return scope.path, scope.qualname

    def _gives(self, function: FunctionNode) -> bool:
        return self._holds("return", *self._place(function), function.name)

    def _holds(self, kind: str, path: str, scope: str, name: str) -> bool:
        return any(
            (one.kind, one.path, one.scope, one.name) == (kind, path, scope, name)
            for draft in self.drafts
            for one in (*draft.use.receiver.holders, *draft.use.targets)
        )

    def _held(self, node: ast.Attribute) -> Definition | None:
        """Return the attribute, or the name of a module, that holds the first object and is read there; None for another."""
        if not any(
            one.kind in ("attribute", "variable") and one.name == node.attr
            for draft in self.drafts
            for one in (*draft.use.receiver.holders, *draft.use.targets)
        ):
            return None
        found = self.definitions.of(node)
        if found is None or found.kind == "attribute":
            return found
        return found if self._holds("variable", found.scope.path, found.scope.qualname, found.name) else None

    def _text(self, node: ast.expr) -> str:
        return self.files[self.forest.path_of(node)].segment(node)


def _inside(function: FunctionNode) -> Iterator[ast.AST]:
    """Yield the nodes of a function but for its decorators and annotations, an outer one before those in it."""
    stack: list[ast.AST] = [*reversed(function.body), *reversed(function.args.args), *function.args.kwonlyargs]
    stack += [default for default in (*function.args.defaults, *function.args.kw_defaults) if default is not None]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(list(ast.iter_child_nodes(node))))


def _annotations(function: FunctionNode) -> Iterator[ast.expr]:
    """Yield the annotations of a function, its parameters and what is assigned in it."""
    for node in ast.walk(function):
        if isinstance(node, (ast.arg, ast.AnnAssign)) and node.annotation is not None:
            yield node.annotation
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.returns is not None:
            yield node.returns


def _blank_lines(source: Source, line: int) -> int:
    """Return how many blank lines stand between a line and what follows it; 0 at the end of the file."""
    below = source.lines[line:]
    found = next((number for number, text in enumerate(below) if text.strip()), 0)
    return min(found, 2)


def _spliced(source: Source, start: tuple[int, int], end: tuple[int, int], changes: Sequence[tuple[Span, str]]) -> str:
    """Return a part of a file with other texts at some places of it."""
    parts: list[str] = []
    at = start
    for span, text in sorted(changes):
        if (span.line, span.column) < at:
            # It is inside of what was changed already.
            continue
        parts += [source.between(at, (span.line, span.column)), text]
        at = (span.end_line, span.end_column)
    return "".join([*parts, source.between(at, end)])


def _renamed(text: str, function: FunctionNode, name: str) -> str:
    return re.sub(rf"(\bdef\s+){re.escape(function.name)}\b", rf"\g<1>{name}", text, count=1)


def _does_work(draft: Draft) -> bool:
    """Return whether a use sends something, or makes a token: a reason to have a client for it."""
    return draft.use.kind == "call" and draft.use.member not in MAKERS and draft.use.member != "close"


def client_given(maker: Draft) -> ast.expr | None:
    """Return the client that `Channel(client, …)` is given; None for what makes an object in another way."""
    call = maker.use.node
    if maker.use.kind != "construct" or maker.use.receiver.cls not in CHANNELS or not isinstance(call, ast.Call):
        return None
    named = next((keyword.value for keyword in call.keywords if keyword.arg == "client"), None)
    return named if named is not None else call.args[0] if call.args else None


def _receiver(draft: Draft) -> ast.expr:
    """Return the expression of a use that holds the SDK object."""
    if draft.use.kind not in ("call", "attribute", "reference", "escape"):
        raise Impossible
    return draft.use.subject
