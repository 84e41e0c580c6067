"""Second objects for the uses that stay: `client_v1` beside `client`, `get_client_v1` beside `get_client`, over all files."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from streammigrate.codemod.code import Code, Raw, Source
from streammigrate.codemod.draft import Draft
from streammigrate.codemod.model import AddImport, Insertion, Span
from streammigrate.codemod.names import Names
from streammigrate.codemod.receivers import CHANNELS, CLIENTS
from streammigrate.codemod.resolve.definitions import Definition, Definitions
from streammigrate.codemod.resolve.text import last_name
from streammigrate.codemod.scopes import Binding, Forest, FunctionNode
from streammigrate.codemod.values import is_repeatable

SUFFIX = "_v1"
MAKERS = frozenset({"channel", "campaign", "segment", "channel_batch_updater"})
"""Methods of a client that make an object and send nothing."""
_REMEMBERS = frozenset({"create", "query", "accept_invite", "reject_invite"})
"""Calls that send, or change, what a channel holds: two channels would not share it."""
_COPIED_DECORATORS = frozenset(
    {"lru_cache", "cache", "property", "cached_property", "staticmethod", "classmethod", "contextmanager",
     "asynccontextmanager"}
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
        return _Twins(drafts, staying, forest, definitions, files).plan()
    except _Impossible:
        return None


class _Impossible(Exception):  # noqa: N818
    """No second object can stand here."""


@dataclass
class _Part:
    """What happens to one file."""

    replaced: dict[ast.expr, Code] = field(default_factory=dict)
    insertions: list[Insertion] = field(default_factory=list)
    imports: list[AddImport] = field(default_factory=list)
    kept: list[ast.expr] = field(default_factory=list)


class _Twins:
    def __init__(
        self,
        drafts: Sequence[Draft],
        staying: Sequence[Draft],
        forest: Forest,
        definitions: Definitions,
        files: Mapping[str, File],
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
        self.second: dict[object, str] = {}
        """The second name of a definition, by its key."""
        self.copied: list[FunctionNode] = []

    def plan(self) -> dict[str, Twin]:
        for draft in self.staying:
            self._rename(_receiver(draft), draft)
        for path in {self.forest.path_of(node) for node in self.stays}:
            self._part(path)
        return {
            path: Twin(
                part.replaced,
                tuple(part.insertions),
                tuple(dict.fromkeys(part.imports)),
                frozenset(node for node in self.stays if self.forest.path_of(node) == path),
                tuple(part.kept),
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
                self._of(node).replaced[node.func] = Raw(self._reference(node.func))
            else:
                raise _Impossible
            return
        origins = draft.use.receiver.origins
        if not isinstance(node, (ast.Name, ast.Attribute)):
            raise _Impossible
        cls = draft.use.receiver.cls
        if cls not in CLIENTS | CHANNELS or (len(origins) == 1 and self._stays(origins[0])):
            if len(origins) != 1:
                raise _Impossible
            self._keep_object(origins[0])
            return
        if cls in CHANNELS and len(origins) == 1 and self._is_alone(origins[0]):
            self._keep_object(origins[0])
            return
        self._of(node).replaced[node] = Raw(self._reference(node))

    def _stays(self, origin: ast.Call) -> bool:
        """Return whether the call that makes a channel stays, so that the channel is v1's as it is."""
        return any(draft.node is origin for draft in self.staying)

    def _is_alone(self, origin: ast.Call) -> bool:
        """Return whether everything that is done with a channel stays, so that no second one is needed."""
        maker = self.by_node.get(origin)
        if maker is None or maker.use.kind != "call":
            return False
        return all(one in self.staying for one in self.drafts if origin in one.use.receiver.origins and one is not maker)

    def _keep_object(self, origin: ast.Call) -> None:
        """Keep a campaign, segment or updater with v1 as a whole: only the client it is made from is another."""
        maker = self.by_node.get(origin)
        if maker is None:
            raise _Impossible
        if origin not in self.stays:
            self.stays.update(one.node for one in self.drafts if origin in one.use.receiver.origins)
            self.stays.add(origin)
            self._rename(_receiver(maker), maker)

    # Definitions

    def _reference(self, node: ast.expr) -> str:
        """Return what names the second object, or the second function, where an expression names the first."""
        found = self.definitions.of(node)
        if found is None:
            raise _Impossible
        name = self._define(found)
        if isinstance(node, ast.Name):
            return name
        assert isinstance(node, ast.Attribute)
        return f"{self._text(node.value)}.{name}"

    def _define(self, found: Definition) -> str:
        """Return the second name of a definition, adding what defines it."""
        key = (found.kind, found.scope, found.name)
        if key in self.second:
            return self.second[key]
        names = self.files[found.scope.path].names
        if found.kind == "import":
            self.second[key] = names.reserve(found.name + SUFFIX)
            self._import(found, self.second[key])
        elif found.kind == "function":
            self.second[key] = names.reserve(found.name + SUFFIX)
            self._copy(found.bindings[0].node, self.second[key])
        elif found.kind == "variable":
            self.second[key] = names.reserve(found.name + SUFFIX)
            for binding in found.bindings:
                self._assign(binding, self.second[key])
        elif found.kind == "attribute":
            self.second[key] = names.reserve(found.name + SUFFIX)
            self._attribute(found, self.second[key])
        else:
            raise _Impossible
        return self.second[key]

    def _import(self, found: Definition, name: str) -> None:
        alias = found.bindings[0].node
        assert isinstance(alias, ast.alias)
        source = self.definitions.imported(alias)
        statement = self.forest.parent(alias)
        if source is None or not isinstance(statement, ast.ImportFrom):
            raise _Impossible
        theirs = self._define(source)
        module = "." * statement.level + (statement.module or "")
        added = AddImport(module, theirs, "" if theirs == name else name, Span.of(statement))
        self._of(alias).imports.append(added)

    def _assign(self, binding: Binding, name: str) -> None:
        """Bind the second name right after the first."""
        node = binding.node
        statement = self.forest.parent(node)
        if any(function in self.forest.ancestors(node) for function in self.copied):
            # The copy of the function binds it.
            return
        if isinstance(statement, ast.Assign) and len(statement.targets) > 1:
            raise _Impossible
        if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None:
            raise _Impossible
        if binding.where is not binding.scope:
            self._declare_global(binding, name)
        text = f"{name} = {self._value(statement.value)}"
        self._of(node).insertions.append(Insertion(Span.of(statement), text, after=True))

    def _declare_global(self, binding: Binding, name: str) -> None:
        for declared in self.forest.bindings(binding.scope, binding.name):
            if declared.kind == "global" and declared.where is binding.where:
                assert isinstance(declared.node, (ast.Global, ast.Nonlocal))
                word = "global" if isinstance(declared.node, ast.Global) else "nonlocal"
                insertion = Insertion(Span.of(declared.node), f"{word} {name}", after=True)
                if insertion not in self._of(binding.node).insertions:
                    self._of(binding.node).insertions.append(insertion)
                return
        raise _Impossible

    def _attribute(self, found: Definition, name: str) -> None:
        if not found.stores and not found.bindings:
            raise _Impossible
        for store in found.stores:
            statement = self.forest.parent(store)
            if isinstance(statement, ast.Assign) and len(statement.targets) > 1:
                raise _Impossible
            if not isinstance(statement, (ast.Assign, ast.AnnAssign)) or statement.value is None:
                raise _Impossible
            if any(function in self.forest.ancestors(store) for function in self.copied):
                raise _Impossible
            text = f"{self._text(store.value)}.{name} = {self._value(statement.value)}"
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
        if not isinstance(node, ast.Call):
            raise _Impossible
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
        if not all(map(is_repeatable, values)) or any(keyword.arg is None for keyword in node.keywords):
            raise _Impossible
        arguments = [self._text(argument) for argument in node.args]
        arguments += [f"{keyword.arg}={self._text(keyword.value)}" for keyword in node.keywords]
        return f"{self._maker(node)}({', '.join(arguments)})"

    def _maker(self, call: ast.Call) -> str:
        draft = self.by_node.get(call)
        if draft is None:
            if self.definitions.function(call.func) is None:
                raise _Impossible
            return self._reference(call.func)
        if draft.use.kind == "construct" and draft.use.receiver.cls in CLIENTS:
            self._of(call).kept.append(call.func)
            return self._text(call.func)
        if draft.use.kind == "call" and draft.use.member == "channel" and isinstance(call.func, ast.Attribute):
            self._check_memory(call)
            return f"{self._reference(call.func.value)}.channel"
        raise _Impossible

    def _check_memory(self, origin: ast.Call) -> None:
        for draft in self.drafts:
            if draft.use.member in _REMEMBERS and origin in draft.use.receiver.origins and draft.node is not origin:
                raise _Impossible

    # Functions

    def _copy(self, function: ast.AST, name: str) -> None:
        """Put a copy of a function beside it, which makes and hands out the second object."""
        assert isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        if any(last_name(decorator) not in _COPIED_DECORATORS for decorator in function.decorator_list):
            raise _Impossible
        self.copied.append(function)
        changes: list[tuple[Span, str]] = []
        for node in _inside(function):
            changes += self._change(node, function)
        source = self.files[self.forest.path_of(function)].source
        first = min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])
        text = _spliced(source, (first, 0), (function.end_lineno or first, function.end_col_offset or 0), changes)
        text = _renamed(text, function, name)
        indent = source.indentation(first)
        if indent and any(line in source.in_strings for line in range(first, (function.end_lineno or first) + 1)):
            raise _Impossible
        lines = [line.removeprefix(indent) for line in text.splitlines()]
        apart = "\n" if indent else "\n\n"
        self._of(function).insertions.append(Insertion(Span.of(function), apart + "\n".join(lines), after=True))

    def _change(self, node: ast.AST, function: FunctionNode) -> Iterator[tuple[Span, str]]:
        """Yield what another name takes the place of in a function's copy."""
        draft = self.by_node.get(node) if isinstance(node, ast.expr) else None
        works = draft is not None and draft.use.kind in ("call", "reference", "escape", "attribute_store")
        if works and draft is not None and draft.use.member not in MAKERS:
            raise _Impossible
        if isinstance(node, ast.Call):
            if draft is not None and draft.use.kind == "construct":
                self._of(node).kept.append(node.func)
            elif draft is None:
                called = self.definitions.function(node.func)
                if called is function:
                    raise _Impossible
                if called is not None and self._gives(called):
                    yield Span.of(node.func), self._reference(node.func)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            kept = [self._outer(function, name) for name in node.names]
            yield Span.of(node), f"{'global' if isinstance(node, ast.Global) else 'nonlocal'} {', '.join(kept)}"
        elif isinstance(node, ast.Name):
            scope = self.forest.owner(self.forest.scope(node), node.id)
            if scope is not self.forest.opened_by(function) and self._holds("variable", scope.path, scope.qualname, node.id):
                found = self.definitions.named(scope, node.id)
                if found is None:
                    raise _Impossible
                yield Span.of(node), self._define(found)
        elif isinstance(node, ast.Attribute) and self._holds_attribute(node):
            found = self.definitions.of(node)
            if found is None or found.kind != "attribute":
                raise _Impossible
            yield Span.of(node), f"{self._text(node.value)}.{self._define(found)}"
        elif isinstance(node, ast.arg) and self._holds("parameter", *self._place(function), node.arg):
            raise _Impossible

    def _outer(self, function: FunctionNode, name: str) -> str:
        scope = self.forest.opened_by(function)
        assert scope is not None
        owner = self.forest.owner(scope, name)
        if not self._holds("variable", owner.path, owner.qualname, name):
            return name
        found = self.definitions.named(owner, name)
        if found is None:
            raise _Impossible
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

    def _holds_attribute(self, node: ast.Attribute) -> bool:
        """Return whether an attribute is one of those that hold the first object."""
        if not any(
            one.kind == "attribute" and one.name == node.attr
            for draft in self.drafts
            for one in (*draft.use.receiver.holders, *draft.use.targets)
        ):
            return False
        found = self.definitions.of(node)
        return found is not None and found.kind == "attribute"

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


def _spliced(
    source: Source, start: tuple[int, int], end: tuple[int, int], changes: Sequence[tuple[Span, str]]
) -> str:
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


def _receiver(draft: Draft) -> ast.expr:
    """Return the expression of a use that holds the SDK object."""
    if draft.use.kind not in ("call", "attribute", "reference", "escape"):
        raise _Impossible
    return draft.use.subject
