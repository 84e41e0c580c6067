"""What annotations and the classes of `isinstance` say."""

from __future__ import annotations

import ast
import sys
from typing import TYPE_CHECKING

from streammigrate.codemod.resolve import sdk
from streammigrate.codemod.resolve.model import Step
from streammigrate.codemod.resolve.values import (
    Function,
    Items,
    Nothing,
    Other,
    OwnClass,
    OwnInstance,
    OwnModule,
    Sdk,
    Symbol,
    Unknown,
    Value,
    Wrapped,
    merged,
)
from streammigrate.codemod.scopes import Binding, Scope

if TYPE_CHECKING:
    from streammigrate.codemod.resolve.engine import Engine

_TYPING = {"typing", "typing_extensions", "collections", "contextlib", "builtins", "types"}
_SAME = {"Optional", "Annotated", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly", "InitVar"}
_SEQUENCES = {
    "list", "List", "set", "Set", "frozenset", "FrozenSet", "Sequence", "MutableSequence", "Iterable", "Collection",
    "deque", "Deque", "AbstractSet", "MutableSet",
}  # fmt: skip
_MAPPINGS = {"dict", "Dict", "Mapping", "MutableMapping", "defaultdict", "DefaultDict", "OrderedDict"}
_ITERATORS = {"Iterator", "Generator", "AsyncIterator", "AsyncGenerator", "AsyncIterable"}
_AWAITABLES = {"Awaitable", "Coroutine"}
_CONTEXTS = {"ContextManager", "AsyncContextManager", "AbstractContextManager", "AbstractAsyncContextManager"}
_SAYS_NOTHING = {"Any", "object", "Protocol", "Generic", "TypeVar", "Self"}
_DEEPEST = 12


class Annotations:
    """Values of annotations."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._scopes = engine.scopes
        self._strings: dict[ast.Constant, ast.expr | None] = {}

    def value(self, node: ast.expr | None, scope: Scope, depth: int = 0) -> Value | None:
        """Return what an annotation promises; None where it promises nothing that is known here."""
        if node is None or depth > _DEEPEST:
            return None
        if isinstance(node, ast.Constant):
            if node.value is None:
                return (Nothing(soft=True),)
            return self.value(self.parsed(node), scope, depth + 1)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
            return self._union([node.left, node.right], scope, depth)
        if isinstance(node, ast.Subscript):
            return self._subscript(node, scope, depth)
        if isinstance(node, ast.Name):
            return self._name(node.id, scope, depth, node)
        if isinstance(node, ast.Attribute):
            own = self._own(node, scope)
            if own is not None:
                return self._name(own[1], own[0], depth + 1, node)
            dotted = self.dotted(node, scope)
            return (
                None if dotted is None else self._symbol(dotted, Step(f"annotated `{dotted}`", node.lineno, scope.path))
            )
        return None

    def parsed(self, node: ast.Constant) -> ast.expr | None:
        """Return the expression in a quoted annotation, with the position of the string; None for another constant."""
        if not isinstance(node.value, str):
            return None
        if node not in self._strings:
            try:
                tree: ast.expr | None = ast.parse(node.value.strip(), mode="eval").body
            except (SyntaxError, ValueError):
                tree = None
            if tree is not None:
                for part in ast.walk(tree):
                    ast.copy_location(part, node)
            self._strings[node] = tree
        return self._strings[node]

    def dotted(self, node: ast.expr, scope: Scope) -> str | None:
        """Return the dotted name of an imported thing or builtin, by all that the names may be."""
        if isinstance(node, ast.Name):
            symbols = {a.dotted for a in self._engine.names.anywhere(scope, node.id) if isinstance(a, Symbol)}
            return symbols.pop() if len(symbols) == 1 else None
        if isinstance(node, ast.Attribute):
            base = self.dotted(node.value, scope)
            return None if base is None else f"{base}.{node.attr}"
        return None

    def _own(self, node: ast.Attribute, scope: Scope) -> tuple[Scope, str] | None:
        """Return the module of the project, and the name in it, that `module.Name` means."""
        if isinstance(node.value, ast.Name):
            found = self._engine.names.anywhere(scope, node.value.id)
        elif isinstance(node.value, ast.Attribute):
            inner = self._own(node.value, scope)
            found = () if inner is None else self._engine.names.anywhere(*inner)
        else:
            return None
        modules = [atom for atom in found if isinstance(atom, OwnModule)]
        if len(modules) != 1 or len(found) != 1:
            return None
        return self._engine.imports.member(modules[0], node.attr)

    def origin(self, node: ast.expr, scope: Scope) -> tuple[Scope, str] | None:
        """Return where a name for a type is bound, here or in another file, and its name there."""
        if isinstance(node, ast.Name):
            return self._engine.imports.source(self._scopes.owner(scope, node.id), node.id)
        return self._own(node, scope) if isinstance(node, ast.Attribute) else None

    def alias(self, node: ast.expr, scope: Scope) -> ast.expr | None:
        """Return the expression that a name for a type stands for, where it is bound once, here or in another file."""
        found = self.origin(node, scope)
        if found is None:
            return None
        bindings = [b for b in self._scopes.bindings(*found) if b.kind not in ("global", "del")]
        return self._meant(bindings[0]) if len(bindings) == 1 else None

    def _meant(self, binding: Binding) -> ast.expr | None:
        """Return what a name is bound to; by `type Chat = …`, which Python has since 3.12, too."""
        parent = self._scopes.parent(binding.node)
        value = getattr(parent, "value", None) if type(parent).__name__ == "TypeAlias" else binding.value
        return value if isinstance(value, ast.expr) else None

    def _name(self, name: str, scope: Scope, depth: int, node: ast.expr) -> Value | None:
        if depth > _DEEPEST:
            return None
        owner, name = self._engine.imports.source(self._scopes.owner(scope, name), name)
        bindings = [b for b in self._scopes.bindings(owner, name) if b.kind not in ("global", "del")]
        if not bindings:
            return self._atoms(self._engine.names.free(name, scope), node, scope)
        parts: list[Value] = []
        for binding in bindings:
            if binding.kind in ("import", "class"):
                part = self._atoms(self._engine.binding(binding), node, scope)
            elif (meant := self._meant(binding)) is not None:
                part = self._alias(meant, binding.where, depth)
            else:
                part = None
            if part is not None:
                parts.append(part)
        found = merged(parts)
        # A fallback of None for the class is no object that could arrive here.
        if any(isinstance(atom, Sdk) for atom in found):
            return tuple(atom for atom in found if not isinstance(atom, Nothing) or len(bindings) == 1)
        return found if len(parts) == len(bindings) else None

    def _alias(self, value: ast.expr, scope: Scope, depth: int) -> Value | None:
        if isinstance(value, ast.Call):
            if self.dotted(value.func, scope) in ("typing.TypeVar", "typing_extensions.TypeVar"):
                bound = next((k.value for k in value.keywords if k.arg == "bound"), None)
                return self.value(bound, scope, depth + 1)
            if self.dotted(value.func, scope) == "typing.NewType" and len(value.args) == 2:
                return self.value(value.args[1], scope, depth + 1)
            return None
        if isinstance(value, (ast.Name, ast.Attribute, ast.Subscript, ast.BinOp, ast.Constant)):
            return self.value(value, scope, depth + 1)
        return None

    def _atoms(self, value: Value, node: ast.expr, scope: Scope) -> Value | None:
        parts: list[Value] = []
        for atom in value:
            part: Value | None = None
            if isinstance(atom, Symbol):
                part = self._symbol(atom.dotted, Step(f"annotated `{atom.dotted}`", node.lineno, scope.path))
                if part is not None and atom.likely:
                    part = tuple(a._replace(likely=True) if isinstance(a, Sdk) else a for a in part)
            elif isinstance(atom, OwnClass):
                if self._engine.classes.says_nothing(atom.node):
                    return None
                part = (OwnInstance(atom.node, exact=False),)
            elif isinstance(atom, Function):
                part = (Other("a function"),)
            if part is None:
                return None
            parts.append(part)
        return merged(parts) if parts else None

    def _symbol(self, dotted: str, step: Step) -> Value | None:
        classes = sdk.instances_of(dotted)
        if classes:
            return tuple(Sdk(cls, (step,)) for cls in classes)
        root, _, _ = dotted.partition(".")
        last = dotted.rpartition(".")[2]
        if root in _TYPING and last in _SAYS_NOTHING:
            return None
        if sdk.is_ours(dotted) or root in ("builtins", "getstream") or root in sys.stdlib_module_names:
            return (Other(dotted),)
        return self._engine.declared(f"{dotted}()") or self._engine.adapters.instance(dotted)

    def _union(self, nodes: list[ast.expr], scope: Scope, depth: int) -> Value | None:
        parts = [self.value(node, scope, depth + 1) for node in nodes]
        known = merged(part for part in parts if part is not None)
        if all(part is not None for part in parts):
            return known
        # `StreamChat | Something`: one of them, and the other is not known.
        return merged([known, (Other("another class of the annotation"),)]) if _has_sdk(known) else None

    def _subscript(self, node: ast.Subscript, scope: Scope, depth: int) -> Value | None:
        head = self.dotted(node.value, scope)
        arguments = list(node.slice.elts) if isinstance(node.slice, ast.Tuple) else [node.slice]
        if head is None or head.partition(".")[0] not in _TYPING:
            return None
        last = head.rpartition(".")[2]
        if last == "Union":
            return self._union(arguments, scope, depth)
        if last in _SAME:
            inner = self.value(arguments[0], scope, depth + 1)
            if last == "Optional" and inner is not None:
                return merged([inner, (Nothing(soft=True),)])
            return inner
        if last in ("type", "Type"):
            dotted = self.dotted(arguments[0], scope)
            return None if dotted is None else (Symbol(dotted),)
        return self._holding(last, arguments, scope, depth)

    def _holding(self, head: str, arguments: list[ast.expr], scope: Scope, depth: int) -> Value | None:
        def inner(index: int) -> Value:
            if index >= len(arguments):
                return (Unknown(),)
            found = self.value(arguments[index], scope, depth + 1)
            return (Unknown(),) if found is None else found

        if head in _SEQUENCES:
            return (Items("sequence", anything=inner(0)),)
        if head in _MAPPINGS:
            return (Items("mapping", anything=inner(1)),)
        if head in ("tuple", "Tuple"):
            if len(arguments) == 2 and isinstance(arguments[1], ast.Constant) and arguments[1].value is ...:
                return (Items("sequence", anything=inner(0)),)
            return (Items("sequence", tuple((i, inner(i)) for i in range(len(arguments)))),)
        if head in _ITERATORS:
            return (Wrapped("iterate", inner(0)),)
        if head in _AWAITABLES:
            return (Wrapped("await", inner(2 if head == "Coroutine" else 0)),)
        if head in _CONTEXTS:
            return (Wrapped("enter", inner(0)),)
        if head == "Callable":
            return (Wrapped("call", inner(1)),)
        return None


class Tests:
    """What `isinstance` and patterns leave of the alternatives."""

    __test__ = False

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def instances(self, value: Value, classes: ast.expr, scope: Scope, truth: bool) -> Value:
        """Return the alternatives that are objects of one of the classes, or of none of them."""
        named = self._classes(classes, scope)
        wanted = {atom.cls for part in named if part is not None for atom in part if isinstance(atom, Sdk)}
        own = {atom.node for part in named if part is not None for atom in part if isinstance(atom, OwnInstance)}
        if not truth:
            return tuple(a for a in value if not (isinstance(a, Sdk) and a.cls in wanted) and not self._of(a, own))
        vague = any(part is None for part in named)
        parts: list[Value] = []
        for atom in value:
            if isinstance(atom, Sdk):
                if atom.cls in wanted:
                    parts.append((atom._replace(likely=False),))
            elif isinstance(atom, OwnInstance):
                family = self._engine.classes.family(atom.node)
                if self._of(atom, own) or vague or wanted & set(family.bases):
                    parts.append((atom,))
            elif isinstance(atom, Unknown) or (isinstance(atom, Symbol) and not sdk.is_ours(atom.dotted)):
                known = merged(part for part in named if part is not None)
                step = f"`isinstance(…, {ast.unparse(classes)})`"
                parts.append(tuple(_tested(a, Step(step, classes.lineno, scope.path)) for a in known))
                if vague:
                    parts.append((Unknown(),))
            elif not isinstance(atom, Nothing) and not wanted:
                parts.append((atom,))
        return merged(parts)

    def _of(self, atom: object, own: set[ast.ClassDef]) -> bool:
        if not isinstance(atom, OwnInstance):
            return False
        return any(node in own for node in self._engine.classes.family(atom.node).line)

    def _classes(self, node: ast.expr, scope: Scope) -> list[Value | None]:
        if isinstance(node, ast.Tuple):
            return [part for element in node.elts for part in self._classes(element, scope)]
        if isinstance(node, ast.BinOp):
            return [*self._classes(node.left, scope), *self._classes(node.right, scope)]
        return [self._engine.annotations.value(node, scope)]


def _tested(atom: object, step: Step) -> Sdk | OwnInstance | Other:
    if isinstance(atom, Sdk):
        return Sdk(atom.cls, (step,))
    return atom if isinstance(atom, OwnInstance) else Other("tested by isinstance")


def _has_sdk(value: Value) -> bool:
    return any(isinstance(atom, Sdk) for atom in value)
