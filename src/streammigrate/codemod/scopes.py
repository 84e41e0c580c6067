"""Names and scopes of one file: what binds a name, what reads it, and where a node stands."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple, TypeAlias

ScopeKind = Literal["module", "function", "class", "lambda", "comprehension"]
BindingKind = Literal[
    "assign",
    "annassign",
    "augassign",
    "for",
    "with",
    "import",
    "param",
    "def",
    "class",
    "except",
    "global",
    "del",
    "walrus",
    "match",
    "unpack",
]
FunctionNode: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Comprehension: TypeAlias = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

_COMPREHENSIONS = {
    ast.ListComp: "<listcomp>",
    ast.SetComp: "<setcomp>",
    ast.DictComp: "<dictcomp>",
    ast.GeneratorExp: "<genexpr>",
}
_SHARED = (ast.expr_context, ast.boolop, ast.operator, ast.unaryop, ast.cmpop)
# A name in one of these is not bound to the whole value: `a, *b = …`.
_UNPACKING = (ast.Tuple, ast.List, ast.Starred)


class Scope:
    """One scope of the file; scopes are compared by identity."""

    __slots__ = ("_bound", "_declared", "kind", "name", "node", "parent", "path", "qualname", "root")

    def __init__(self, node: ast.AST, parent: Scope | None, kind: ScopeKind, name: str, path: str = "") -> None:
        self.node = node
        self.parent = parent
        self.path: str = path if parent is None else parent.path
        """The file that the scope is in."""
        self.root: Scope = self if parent is None else parent.root
        """The scope of the module."""
        self.kind: ScopeKind = kind
        self.name = name
        self.qualname = _qualname(parent, name)
        """As Python's `__qualname__`; empty for the module. Lambdas and comprehensions carry their position."""
        self._bound: dict[str, list[Binding]] = {}
        self._declared: dict[str, Literal["global", "nonlocal"]] = {}

    def __repr__(self) -> str:
        return f"<Scope {self.kind} {self.qualname or '<module>'}>"

    @property
    def names(self) -> tuple[str, ...]:
        """The names that this scope owns, in the order of their first binding."""
        return tuple(self._bound)


class Binding(NamedTuple):
    """One place that gives a name its value (or takes it away)."""

    node: ast.AST
    """The `Name` that is stored or deleted, or the alias, argument, definition, handler or pattern that binds."""
    kind: BindingKind
    name: str
    scope: Scope
    """The scope that owns the name: the module for a `global` name."""
    where: Scope
    """The scope that the binding stands in: the function that declares the name `global`."""
    value: ast.expr | None = None
    """The bound expression where it is plain: `x = value`, `(x := value)`, `x: T = value`, an element of `a, b = 1, 2`."""
    annotation: ast.expr | None = None


class Forest:
    """The scopes, parents, bindings and reads of several modules that are looked at together.

    Nodes are told apart by identity, so that the nodes of all files share the tables.
    """

    def __init__(self, shared: Forest | None = None) -> None:
        self.files: dict[str, Scopes] = {} if shared is None else shared.files
        """By path, in the order in which they were added."""
        self._parents: dict[ast.AST, ast.AST] = {} if shared is None else shared._parents
        self._scopes: dict[ast.AST, Scope] = {} if shared is None else shared._scopes
        self._opened: dict[ast.AST, Scope] = {} if shared is None else shared._opened
        self._owners: dict[tuple[Scope, str], Scope] = {} if shared is None else shared._owners
        self._by_node: dict[ast.AST, Binding] = {} if shared is None else shared._by_node

    def add(self, tree: ast.Module, path: str) -> Scopes:
        """Return the scopes of one more file."""
        return Scopes(tree, path, self)

    def home(self, scope: Scope) -> Scopes:
        """Return the file that a scope is of."""
        return self.files[scope.path]

    def path_of(self, node: ast.AST) -> str:
        """Return the path of the file that a node is in; empty for a node of none of the files."""
        scope = self._scopes.get(node)
        return "" if scope is None else scope.path

    def parent(self, node: ast.AST) -> ast.AST | None:
        """Return the node that holds `node`; None for the module."""
        return self._parents.get(node)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """Yield the nodes around `node`, from the nearest to the module."""
        parent = self._parents.get(node)
        while parent is not None:
            yield parent
            parent = self._parents.get(parent)

    def statement(self, node: ast.AST) -> ast.stmt:
        """Return the nearest statement at or around `node`.

        Raises ValueError for the module, which is in no statement.
        """
        current: ast.AST | None = node
        while current is not None:
            if isinstance(current, ast.stmt):
                return current
            current = self._parents.get(current)
        raise ValueError("the module is not in a statement")

    def block(self, statement: ast.stmt) -> list[ast.stmt]:
        """Return the statements among which a statement stands, itself included."""
        parent = self._parents.get(statement)
        for name in ("body", "orelse", "finalbody"):
            found = getattr(parent, name, None)
            if isinstance(found, list) and statement in found:
                return found
        return [statement]

    def next_statement(self, statement: ast.stmt) -> ast.stmt | None:
        """Return the statement after a statement in its block, or None for the last."""
        block = self.block(statement)
        index = block.index(statement) + 1
        return block[index] if index < len(block) else None

    def dominates(self, statement: ast.stmt, node: ast.AST) -> bool:
        """Return whether every way to a node passes a statement: it stands before, in a block around the node."""
        inner: ast.AST | None = self.statement(node)
        block = self.block(statement)
        while inner is not None:
            if isinstance(inner, ast.stmt) and inner in block:
                return block.index(statement) < block.index(inner)
            inner = self._parents.get(inner)
        return False

    def scope(self, node: ast.AST) -> Scope:
        """Return the scope in which `node` is evaluated: decorators, defaults and bases belong to the outer one.

        Raises KeyError for a node of another tree.
        """
        return self._scopes[node]

    def opened_by(self, node: ast.AST) -> Scope | None:
        """Return the scope that a definition, lambda, comprehension or module opens; None for another node."""
        return self._opened.get(node)

    def bindings(self, scope: Scope, name: str) -> tuple[Binding, ...]:
        """Return what binds the name in the scope, in the order of the walk; also from functions that say `global`."""
        return tuple(scope._bound.get(name, ()))

    def binding(self, node: ast.AST) -> Binding | None:
        """Return the binding that a stored `Name`, alias, argument, definition, handler or pattern makes."""
        return self._by_node.get(node)

    def owner(self, scope: Scope, name: str) -> Scope:
        """Return the scope that a name read in `scope` refers to; the module for what nothing in the file binds."""
        found = self._owners.get((scope, name))
        if found is None:
            found = self._owners[scope, name] = _find_owner(scope, name)
        return found

    def lookup(self, name: ast.Name) -> tuple[Scope, tuple[Binding, ...]]:
        """Return the scope that the name refers to and its bindings there; none for a builtin."""
        owner = self.owner(self._scopes[name], name.id)
        return owner, self.bindings(owner, name.id)

    def loads(self, scope: Scope, name: str) -> tuple[ast.Name, ...]:
        """Return every read of the scope's name in its own file, from nested scopes too."""
        return tuple(self.home(scope).index().get((scope, name), ()))

    def is_rebound(self, scope: Scope, name: str) -> bool:
        """Return whether more than one place gives the name a value, or one takes it away."""
        changes = [b for b in self.bindings(scope, name) if b.kind != "global" and not _only_declares(b)]
        return len(changes) > 1 or any(b.kind in ("del", "augassign") for b in changes)

    def scopes(self) -> tuple[Scope, ...]:
        """Return every scope, the outer before the inner, in the order of the source."""
        return tuple(self._opened.values())

    def stand_in(self, node: ast.AST, parent: ast.AST, like: ast.AST) -> None:
        """Give a node that is not in the source a place: it stands for something that another one means."""
        self._parents[node] = parent
        self._scopes[node] = self._scopes[like]

    @property
    def nodes(self) -> Sequence[ast.AST]:
        """Every node, a node before its children; contexts and operators, which are shared, are left out."""
        return tuple(node for file in self.files.values() for node in file.nodes)


class Scopes(Forest):
    """The scopes, parents, bindings and reads of a module, from one walk over its tree."""

    def __init__(self, tree: ast.Module, path: str = "", forest: Forest | None = None) -> None:
        # The file sees the tables of all; what it lists is its own.
        super().__init__(forest)
        self.tree = tree
        self.path = path
        self.module = Scope(tree, None, "module", "", path)
        self._reads: list[ast.Name] = []
        self._stars: list[ast.ImportFrom] = []
        scopes: dict[ast.AST, Scope] = {tree: self.module}
        opened: dict[ast.AST, Scope] = {tree: self.module}
        walk = _Walk(self._parents, scopes, opened, self._reads, self._stars)
        walk.run(tree, self.module)
        self._nodes = tuple(scopes)
        self._own_scopes = tuple(opened.values())
        self._scopes.update(scopes)
        self._opened.update(opened)
        self.files[path] = self
        # A `nonlocal` name belongs to the nearest function that binds it, so what is bound must be known first.
        own = {(p.where, p.name) for p in walk.pending if p.name not in p.where._declared}
        for pending in walk.pending:
            self._bind(pending, own)
        self._loads: dict[tuple[Scope, str], list[ast.Name]] | None = None

    def scopes(self) -> tuple[Scope, ...]:
        """Return every scope of the file, the outer before the inner, in the order of the source."""
        return self._own_scopes

    @property
    def stars(self) -> tuple[ast.ImportFrom, ...]:
        """The `from … import *` of the file."""
        return tuple(self._stars)

    @property
    def nodes(self) -> Sequence[ast.AST]:
        """Every node of the file, a node before its children; contexts and operators, which are shared, are left out."""
        return self._nodes

    @property
    def reads(self) -> tuple[ast.Name, ...]:
        """Every `Name` of the file that is read, in the order of the walk."""
        return tuple(self._reads)

    def index(self) -> dict[tuple[Scope, str], list[ast.Name]]:
        """Return the reads of the file by the scope that owns the name, and the name."""
        if self._loads is None:
            self._loads = {}
            for node in self._reads:
                key = self.owner(self._scopes[node], node.id), node.id
                self._loads.setdefault(key, []).append(node)
        return self._loads

    def _bind(self, pending: Binding, own: set[tuple[Scope, str]]) -> None:
        where = pending.where
        if pending.kind == "global":
            where._bound.setdefault(pending.name, []).append(pending)
            return
        owner = where if pending.name not in where._declared else self._declared_owner(where, pending.name, own)
        binding = pending._replace(scope=owner)
        owner._bound.setdefault(pending.name, []).append(binding)
        self._by_node[pending.node] = binding

    def _declared_owner(self, scope: Scope, name: str, own: set[tuple[Scope, str]]) -> Scope:
        outer = scope.parent if scope._declared[name] == "nonlocal" else None
        while outer is not None:
            if outer.kind in ("function", "lambda") and (outer, name) in own:
                return outer
            outer = outer.parent
        return self.module


def _find_owner(scope: Scope, name: str) -> Scope:
    declared = scope._declared.get(name)
    if declared == "global":
        return scope.root
    if name in scope._bound and declared is None:
        return scope
    outer = scope.parent
    while outer is not None:
        # The names of a class are not seen from the functions in it, but they are from its own comprehensions'
        # first iterable, which is evaluated in the class itself and does not come here.
        if outer.kind != "class":
            if outer._declared.get(name) == "global":
                return scope.root
            if name in outer._bound and name not in outer._declared:
                return outer
        outer = outer.parent
    return scope.root


class _Walk:
    """The walk itself: what it finds is written into the tables of `Scopes`."""

    def __init__(
        self,
        parents: dict[ast.AST, ast.AST],
        scopes: dict[ast.AST, Scope],
        opened: dict[ast.AST, Scope],
        reads: list[ast.Name],
        stars: list[ast.ImportFrom],
    ) -> None:
        self.parents = parents
        self.scopes = scopes
        self.opened = opened
        self.reads = reads
        self.stars = stars
        self.pending: list[Binding] = []

    def run(self, tree: ast.Module, scope: Scope) -> None:
        # Not recursive: a chain of a thousand `+` or `elif` must not end the walk.
        stack: list[tuple[ast.AST, Scope]] = [(child, scope) for child in reversed(tree.body)]
        for statement in tree.body:
            self.parents[statement] = tree
        while stack:
            node, current = stack.pop()
            self.scopes[node] = current
            children = list(self._visit(node, current))
            for child, _ in children:
                self.parents.setdefault(child, node)
            stack.extend(reversed(children))

    def _visit(self, node: ast.AST, scope: Scope) -> Iterator[tuple[ast.AST, Scope]]:
        if isinstance(node, ast.Name):
            self._name(node, scope)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from self._function(node, scope)
            return
        elif isinstance(node, ast.ClassDef):
            yield from self._class(node, scope)
            return
        elif isinstance(node, ast.Lambda):
            inner = self._open(node, scope, "lambda", f"<lambda:{node.lineno}:{node.col_offset}>")
            yield from self._arguments(node.args, scope, inner, node)
            yield node.body, inner
            return
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            yield from self._comprehension(node, scope)
            return
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            self._import(node, scope)
        elif isinstance(node, ast.ExceptHandler):
            if node.name:
                self._bound(node, "except", node.name, scope)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            for name in node.names:
                scope._declared[name] = "global" if isinstance(node, ast.Global) else "nonlocal"
                self._bound(node, "global", name, scope)
        elif isinstance(node, (ast.MatchAs, ast.MatchStar)):
            if node.name:
                self._bound(node, "match", node.name, scope)
        elif isinstance(node, ast.MatchMapping) and node.rest:
            self._bound(node, "match", node.rest, scope)
        for child in ast.iter_child_nodes(node):
            # Contexts and operators are shared between nodes: they have no place of their own.
            if not isinstance(child, _SHARED):
                yield child, scope

    def _open(self, node: ast.AST, scope: Scope, kind: ScopeKind, name: str) -> Scope:
        inner = Scope(node, scope, kind, name)
        self.opened[node] = inner
        return inner

    def _bound(
        self,
        node: ast.AST,
        kind: BindingKind,
        name: str,
        scope: Scope,
        value: ast.expr | None = None,
        annotation: ast.expr | None = None,
    ) -> None:
        self.pending.append(Binding(node, kind, name, scope, scope, value, annotation))

    def _name(self, node: ast.Name, scope: Scope) -> None:
        if isinstance(node.ctx, ast.Load):
            self.reads.append(node)
            return
        if isinstance(node.ctx, ast.Del):
            self._bound(node, "del", node.id, scope)
            return
        parent = self.parents[node]
        if isinstance(parent, ast.NamedExpr):
            # `:=` in a comprehension binds in the scope around it.
            while scope.kind == "comprehension" and scope.parent is not None:
                scope = scope.parent
            self._bound(node, "walrus", node.id, scope, parent.value)
        elif isinstance(parent, ast.Assign):
            self._bound(node, "assign", node.id, scope, parent.value)
        elif isinstance(parent, ast.AnnAssign):
            self._bound(node, "annassign", node.id, scope, parent.value, parent.annotation)
        elif isinstance(parent, ast.AugAssign):
            self._bound(node, "augassign", node.id, scope)
        elif isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)):
            self._bound(node, "for", node.id, scope)
        elif isinstance(parent, ast.withitem):
            self._bound(node, "with", node.id, scope)
        elif isinstance(parent, _UNPACKING):
            self._bound(node, "unpack", node.id, scope, self._element(node))
        else:
            self._bound(node, "assign", node.id, scope)

    def _element(self, node: ast.Name) -> ast.expr | None:
        """Return what `a, (b, c) = 1, (2, 3)` gives a name, where both sides are written out."""
        path: list[int] = []
        current: ast.AST = node
        while isinstance(parent := self.parents[current], _UNPACKING):
            if isinstance(parent, ast.Starred) or any(isinstance(e, ast.Starred) for e in parent.elts):
                return None
            path.append(next(i for i, e in enumerate(parent.elts) if e is current))
            current = parent
        if not isinstance(parent, ast.Assign):
            return None
        value: ast.expr = parent.value
        for index in reversed(path):
            if not isinstance(value, (ast.Tuple, ast.List)) or any(isinstance(e, ast.Starred) for e in value.elts):
                return None
            if index >= len(value.elts):
                return None
            value = value.elts[index]
        return value

    def _import(self, node: ast.Import | ast.ImportFrom, scope: Scope) -> None:
        for alias in node.names:
            if alias.name == "*":
                if isinstance(node, ast.ImportFrom):
                    self.stars.append(node)
            else:
                name = alias.asname or (alias.name if isinstance(node, ast.ImportFrom) else alias.name.split(".")[0])
                self._bound(alias, "import", name, scope)

    def _function(self, node: FunctionNode, scope: Scope) -> Iterator[tuple[ast.AST, Scope]]:
        self._bound(node, "def", node.name, scope)
        inner = self._open(node, scope, "function", node.name)
        for decorator in node.decorator_list:
            yield decorator, scope
        yield from self._type_params(node, inner)
        yield from self._arguments(node.args, scope, inner, node)
        if node.returns is not None:
            yield node.returns, scope
        for statement in node.body:
            yield statement, inner

    def _class(self, node: ast.ClassDef, scope: Scope) -> Iterator[tuple[ast.AST, Scope]]:
        self._bound(node, "class", node.name, scope)
        inner = self._open(node, scope, "class", node.name)
        for expression in [*node.decorator_list, *node.bases, *node.keywords]:
            yield expression, scope
        yield from self._type_params(node, inner)
        for statement in node.body:
            yield statement, inner

    def _type_params(self, node: ast.AST, inner: Scope) -> Iterator[tuple[ast.AST, Scope]]:
        params: Iterable[ast.AST] = getattr(node, "type_params", ())
        for param in params:
            self._bound(param, "assign", getattr(param, "name", ""), inner)
            yield param, inner

    def _arguments(
        self, arguments: ast.arguments, outer: Scope, inner: Scope, function: ast.AST
    ) -> Iterator[tuple[ast.AST, Scope]]:
        self.parents[arguments] = function
        self.scopes[arguments] = inner
        rest = [arg for arg in (arguments.vararg, arguments.kwarg) if arg is not None]
        for arg in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *rest]:
            self.parents[arg] = arguments
            self.scopes[arg] = inner
            self._bound(arg, "param", arg.arg, inner, annotation=arg.annotation)
            if arg.annotation is not None:
                self.parents[arg.annotation] = arg
                yield arg.annotation, outer
        for default in [*arguments.defaults, *arguments.kw_defaults]:
            if default is not None:
                self.parents[default] = arguments
                yield default, outer

    def _comprehension(self, node: Comprehension, scope: Scope) -> Iterator[tuple[ast.AST, Scope]]:
        name = _COMPREHENSIONS[type(node)]
        inner = self._open(node, scope, "comprehension", f"{name[:-1]}:{node.lineno}:{node.col_offset}>")
        for index, generator in enumerate(node.generators):
            self.parents[generator] = node
            self.scopes[generator] = inner
            parts = [(generator.target, inner), (generator.iter, inner if index else scope)]
            for part, part_scope in [*parts, *((condition, inner) for condition in generator.ifs)]:
                self.parents[part] = generator
                yield part, part_scope
        if isinstance(node, ast.DictComp):
            yield node.key, inner
            yield node.value, inner
        else:
            yield node.elt, inner


def _only_declares(binding: Binding) -> bool:
    return binding.kind == "annassign" and binding.value is None


def _qualname(parent: Scope | None, name: str) -> str:
    if parent is None or not parent.qualname:
        return name
    return f"{parent.qualname}.{name}" if parent.kind == "class" else f"{parent.qualname}.<locals>.{name}"
