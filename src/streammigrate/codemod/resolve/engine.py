"""The evaluation itself: what each expression may be. Demand-driven, memoised, and cycles end."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from typing import cast

from streammigrate.codemod.resolve import sdk
from streammigrate.codemod.resolve.adapters import Adapters
from streammigrate.codemod.resolve.annotations import Annotations, Tests
from streammigrate.codemod.resolve.classes import Classes
from streammigrate.codemod.resolve.containers import Containers
from streammigrate.codemod.resolve.functions import Functions
from streammigrate.codemod.resolve.imports import Imports
from streammigrate.codemod.resolve.library import METHODS, STACKS, Library
from streammigrate.codemod.resolve.model import ASSUMED, Holder, Step, holder_in
from streammigrate.codemod.resolve.names import Names
from streammigrate.codemod.resolve.patterns import Patterns
from streammigrate.codemod.resolve.places import Places
from streammigrate.codemod.resolve.program import Program
from streammigrate.codemod.resolve.text import cut, masked, short
from streammigrate.codemod.resolve.values import (
    MOCK,
    NONE,
    UNKNOWN,
    Function,
    Items,
    ItemsMethod,
    Nothing,
    Other,
    OwnClass,
    OwnInstance,
    OwnModule,
    Sdk,
    SdkMethod,
    Symbol,
    Unknown,
    Value,
    Wrapped,
    carried,
    holds_sdk,
    is_dull,
    merged,
    shape,
    unwrapped,
    without_none,
)
from streammigrate.codemod.scopes import Binding

# Each step takes up to eight of Python's frames.
_DEEPEST = 80
_MOST_GOES = 200
_MOST_ROUNDS = 8
_NO_CUT = 1 << 30
_DISPLAYS = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
# Modules whose objects hold what is put into them, and give it out again.
_HOLDING = frozenset(
    "asyncio collections concurrent contextlib contextvars functools itertools multiprocessing operator queue threading types "
    "weakref".split()
)

_MAKE_MOCKS = frozenset({"AsyncMock", "MagicMock", "Mock", "create_autospec", "patch"})


class _TooFarError(Exception):
    """The way to an answer is longer than can be gone at once."""

    def __init__(self, key: object, compute: Callable[[], Value]) -> None:
        super().__init__(key)
        self.key = key
        self.compute = compute


class Engine:
    """Evaluates expressions of the files of a program."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.scopes = program.forest
        self.places = Places(self.scopes)
        self.cache: dict[object, object] = {}
        self._declarations = program.declarations
        self._known: dict[object, Value] = {}
        self._active: dict[object, int] = {}
        self._cut = _NO_CUT
        self.names = Names(self)
        self.imports = Imports(self)
        self.annotations = Annotations(self)
        self.tests = Tests(self)
        self.classes = Classes(self)
        self.functions = Functions(self)
        self.containers = Containers(self)
        self.library = Library(self)
        self.patterns = Patterns(self)
        self.adapters = Adapters(self)

    def solve(self, key: object, compute: Callable[[], Value]) -> Value:
        """Return the value under a key, computed once; a value that depends on itself adds nothing to itself."""
        known = self._known.get(key)
        if known is not None:
            return known
        if not self._active:
            return self._answer(key, compute)
        if key in self._active:
            # In a cycle the value of the round before stands for the one that is being computed.
            self._cut = min(self._cut, self._active[key])
            return self._heads.setdefault(key, self._before.get(key, ()))
        found = self._round.get(key)
        if found is not None:
            value, cut = found
            self._cut = min(self._cut, cut)
            return value
        if len(self._active) > _DEEPEST:
            raise _TooFarError(key, compute)
        return self._solve(key, compute)

    def _answer(self, key: object, compute: Callable[[], Value]) -> Value:
        """Solve; where the way is too long for one go, from the far end towards the question."""
        agenda = [(key, compute)]
        while agenda:
            self._go(agenda)
        return self._known[key]

    def _go(self, agenda: list[tuple[object, Callable[[], Value]]]) -> None:
        try:
            self._settle(*agenda[-1])
            agenda.pop()
        except _TooFarError as far:
            self._active.clear()
            if len(agenda) >= _MOST_GOES or any(far.key == waiting for waiting, _ in agenda):
                # A circle that is longer than the way we go: given up, as not known.
                self._known[far.key] = UNKNOWN
            else:
                agenda.append((far.key, far.compute))
        except RecursionError:
            # The caller stands deep in Python's stack already, or the expression itself is as deep.
            self._active.clear()
            self._known[agenda.pop()[0]] = UNKNOWN

    def _settle(self, key: object, compute: Callable[[], Value]) -> None:
        """Compute a value and all that it depends on in rounds, until no cycle adds anything."""
        self._before: dict[object, Value] = {}
        for _ in range(_MOST_ROUNDS):
            self._round: dict[object, tuple[Value, int]] = {}
            self._heads: dict[object, Value] = {}
            self._cut = _NO_CUT
            self._solve(key, compute)
            now = {each: value for each, (value, _) in self._round.items()}
            settled = all(shape(now.get(head, ())) == shape(value) for head, value in self._heads.items())
            if settled:
                self._known.update(now)
                return
            self._before = now
        # What is of no interest is not asked again; the rest may settle when it is asked by itself.
        self._known.update((each, merged([value, UNKNOWN])) for each, value in now.items() if is_dull(value))
        self._known[key] = merged([now.get(key, ()), UNKNOWN])

    def _solve(self, key: object, compute: Callable[[], Value]) -> Value:
        depth = len(self._active)
        self._active[key] = depth
        before, self._cut = self._cut, _NO_CUT
        value = compute()
        del self._active[key]
        cut, self._cut = self._cut, before
        if cut == _NO_CUT:
            self._known[key] = value
        else:
            # It depends on what was not complete, at that depth, when it was computed.
            self._round[key] = value, cut
            self._cut = min(self._cut, cut)
        return value

    def value(self, node: ast.expr) -> Value:
        """Return what an expression may be."""
        known = self._known.get(node)
        return known if known is not None else self.solve(node, lambda: self._assumed(node) or self._value(node))

    def _assumed(self, node: ast.expr) -> Value:
        found = self.program.assumption(node)
        return (
            ()
            if found is None
            else (Sdk(found.cls, (self.step(found.says, node),), frozenset({ASSUMED}), likely=True),)
        )

    def _value(self, node: ast.expr) -> Value:
        if isinstance(node, ast.Name):
            return self._name(node)
        if isinstance(node, ast.Attribute):
            return self._attribute(node)
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, ast.Constant):
            return NONE if node.value is None else (Other("a literal"),)
        if isinstance(node, ast.Await):
            return unwrapped(self.value(node.value), "await")
        if isinstance(node, ast.NamedExpr):
            return self.value(node.value)
        if isinstance(node, ast.IfExp):
            return merged([self.value(node.body), self.value(node.orelse)])
        if isinstance(node, ast.BoolOp):
            return self._bool(node)
        if isinstance(node, ast.Subscript):
            return self._subscript(node)
        if isinstance(node, ast.Lambda):
            return (Function(node),)
        if isinstance(node, _DISPLAYS):
            return self.containers.literal(node)
        if isinstance(node, ast.Starred):
            return self.value(node.value)
        if isinstance(node, (ast.Yield, ast.YieldFrom)):
            return UNKNOWN
        return (Other("the result of an operator"),)

    # Names and bindings

    def _name(self, node: ast.Name) -> Value:
        return self._with_changes(self.names.value(node), node)

    def _with_changes(self, value: Value, node: ast.expr) -> Value:
        if not any(isinstance(atom, Items) for atom in value):
            return value
        return tuple(self.containers.changed(atom, node) if isinstance(atom, Items) else atom for atom in value)

    def binding(self, binding: Binding) -> Value:
        """Return what a binding gives its name."""
        return self.solve(("binding", binding.node), lambda: self._binding(binding))

    def _binding(self, binding: Binding) -> Value:
        node = binding.node
        if binding.kind == "param":
            assert isinstance(node, ast.arg)
            return self._own_declared(binding) or self.functions.parameter(node)
        if isinstance(node, ast.alias):
            return self.imports.value(node, binding.name)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return (Function(node),)
        if isinstance(node, ast.ClassDef):
            return (OwnClass(node),)
        declared = self._own_declared(binding)
        if declared is not None:
            return declared
        value = self._bound(binding)
        promised = self._annotated(binding)
        if promised is not None:
            value = self.promised(promised, value)
        return self.passed(value, self._step(binding), node, holder_in("variable", binding.scope, binding.name))

    def _step(self, binding: Binding) -> str:
        source = binding.value
        if source is None:
            statement = self.scopes.statement(binding.node)
            if isinstance(binding.node, ast.ExceptHandler):
                source = binding.node.type
                return f"`{binding.name}` ← `except {short(source)}`"
            if isinstance(statement, (ast.For, ast.AsyncFor)):
                return f"`{binding.name}` ← element of `{short(statement.iter)}`"
            if isinstance(statement, (ast.With, ast.AsyncWith)):
                items = [i.context_expr for i in statement.items if i.optional_vars is not None]
                return f"`{binding.name}` ← `with {short(items[0]) if items else ''}`"
            return f"`{binding.name}` ← {binding.kind}"
        return f"`{binding.name}` ← `{short(source)}`"

    def _annotated(self, binding: Binding) -> Value | None:
        for other in self.scopes.bindings(binding.scope, binding.name):
            found = self.annotations.value(other.annotation, other.where) if other.kind == "annassign" else None
            if found is not None:
                return found
        return None

    def _bound(self, binding: Binding) -> Value:
        node = binding.node
        if binding.kind == "augassign":
            return UNKNOWN
        if isinstance(node, ast.ExceptHandler):
            return self._caught(node.type)
        if binding.kind == "match":
            return self.patterns.bound(node)
        if binding.value is not None:
            return self.value(binding.value)
        if isinstance(node, ast.Name):
            return self.target(node)
        return UNKNOWN

    def target(self, node: ast.expr) -> Value:
        """Return what the statement around a target gives it."""
        parent = self.scopes.parent(node)
        if isinstance(parent, ast.Starred):
            return (Items("sequence", anything=self.target(parent)),)
        if isinstance(parent, (ast.Tuple, ast.List)):
            whole = self.target(parent)
            if isinstance(node, ast.Starred):
                return self.containers.between(whole, parent.elts.index(node), len(parent.elts) - 1)
            index = next(i for i, e in enumerate(parent.elts) if e is node)
            starred = any(isinstance(e, ast.Starred) for e in parent.elts[:index])
            parts: list[Value] = []
            for atom in whole:
                if isinstance(atom, Items) and atom.kind == "sequence":
                    parts.append(atom.at(None if starred else index))
                elif not isinstance(atom, Nothing):
                    parts.append(UNKNOWN)
            return merged(parts)
        if isinstance(parent, ast.Assign) or (isinstance(parent, (ast.AnnAssign, ast.NamedExpr)) and parent.value):
            return self.value(cast(ast.expr, parent.value))
        if isinstance(parent, (ast.For, ast.AsyncFor, ast.comprehension)):
            return self.containers.element(self.value(parent.iter))
        if isinstance(parent, ast.withitem):
            return self.entered(self.value(parent.context_expr), self.scopes.parent(parent), parent.context_expr)
        return UNKNOWN

    def entered(self, value: Value, statement: ast.AST | None, node: ast.expr) -> Value:
        """Return what `with … as` gives."""
        return self.enters(value, isinstance(statement, ast.AsyncWith), node)

    def enters(self, value: Value, is_async: bool, node: ast.expr) -> Value:
        """Return what the context managers give that are entered."""
        parts: list[Value] = []
        for atom in value:
            if isinstance(atom, Wrapped) and atom.by == "enter":
                parts.append(atom.value)
            elif isinstance(atom, Sdk):
                enters = is_async and sdk.has_member(atom.cls, "__aenter__")
                parts.append((atom,) if enters else (Other("an object that is no context manager"),))
            elif isinstance(atom, OwnInstance):
                method = self.classes.attribute(atom, "__aenter__" if is_async else "__enter__", node)
                result = self.called(method, None)
                parts.append(unwrapped(result, "await") if is_async else result)
            elif isinstance(atom, (Unknown, Symbol)):
                parts.append(UNKNOWN)
            elif isinstance(atom, Other) and (atom.what in STACKS or atom == MOCK):
                parts.append((atom,))
            elif not isinstance(atom, Nothing):
                parts.append((Other("what a context manager gives"),))
        return merged(parts)

    def _caught(self, node: ast.expr | None) -> Value:
        if node is None:
            return UNKNOWN
        types = node.elts if isinstance(node, ast.Tuple) else [node]
        return merged(self._instance(atom) for each in types for atom in self.value(each))

    def _instance(self, atom: object) -> Value:
        if isinstance(atom, Symbol):
            classes = sdk.instances_of(atom.dotted)
            if classes:
                return tuple(Sdk(cls, atom.steps, likely=atom.likely) for cls in classes)
            if atom.dotted in ("builtins.Exception", "builtins.BaseException"):
                return UNKNOWN
            return (Other(atom.dotted),) if is_foreign(atom.dotted) else UNKNOWN
        if isinstance(atom, OwnClass):
            return (OwnInstance(atom.node, exact=False),)
        if isinstance(atom, Items):
            return merged(self._instance(inner) for inner in atom.at(None))
        return UNKNOWN

    # Declarations

    def declared(self, dotted: str) -> Value | None:
        """Return what the configuration says a dotted name is: an object of the class that it names."""
        cls = self._declarations.get(dotted)
        if cls is None:
            return None
        names = sdk.instances_of(cls)
        steps = (Step(f"`{dotted}` is declared as `{cls}`", 0),)
        return tuple(Sdk(name, steps) for name in names) or (Other(cls),)

    def _own_declared(self, binding: Binding) -> Value | None:
        if not self._declarations:
            return None
        path = f"{binding.scope.qualname}.{binding.name}" if binding.scope.qualname else binding.name
        module = self.program.modules.name(binding.scope.path)
        found = self.declared(f"{module}.{path}" if module else path)
        if found is None:
            return None
        is_param = binding.kind == "param"
        holder = holder_in("parameter" if is_param else "variable", binding.scope, binding.name)
        return self.passed(found, f"`{binding.name}`", binding.node, holder)

    # Attributes

    def _attribute(self, node: ast.Attribute) -> Value:
        value = self.attribute_of(self.value(node.value), node.attr, node)
        return self._with_changes(self.names.narrowed(value, node), node)

    def attribute_of(self, value: Value, attr: str, node: ast.AST | None) -> Value:
        """Return what an attribute of any of the alternatives may be."""
        parts: list[Value] = []
        for atom in value:
            if isinstance(atom, Sdk):
                parts.append(self.sdk_attribute(atom, attr, node))
            elif isinstance(atom, Symbol):
                parts.append(self._symbol_attribute(atom, attr, node))
            elif isinstance(atom, OwnModule):
                parts.append(self.imports.attribute(atom, attr, node))
            elif isinstance(atom, (OwnInstance, OwnClass)):
                found = self.adapters.of_instance(atom, attr, node)
                parts.append(self.classes.attribute(atom, attr, node) if found is None else found)
            elif isinstance(atom, Items):
                parts.append((ItemsMethod(atom, attr),))
            elif isinstance(atom, Function):
                parts.append(self.adapters.of_function(atom.node, attr, node) or UNKNOWN)
            elif isinstance(atom, Unknown):
                parts.append(self.adapters.last.attribute(attr, node))
            elif not isinstance(atom, Nothing):
                parts.append((MOCK if atom == MOCK else Other("an attribute"),))
        return merged(parts)

    def _symbol_attribute(self, atom: Symbol, attr: str, node: ast.AST | None) -> Value:
        dotted = f"{atom.dotted}.{attr}"
        declared = self.declared(dotted)
        if declared is not None:
            return declared
        found = self.adapters.attribute(atom, attr, node)
        return (Symbol(dotted, atom.steps, atom.likely),) if found is None else found

    def sdk_attribute(self, atom: Sdk, attr: str, node: ast.AST | None) -> Value:
        """Return what an attribute of an object of the SDK is."""
        if attr == "client" and (cls := sdk.client_of(atom.cls)):
            step = self.step(f"the client of the {atom.cls}", node)
            if atom.maker:
                return tuple(maker.after(step)._replace(holders=maker.holders | atom.holders) for maker in atom.maker)
            return (Sdk(cls, atom.steps, atom.holders, likely=atom.likely).after(step),)
        return (SdkMethod(atom, attr),)

    # Calls

    def _call(self, node: ast.Call) -> Value:
        if isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
            found = self.library.method(self.value(node.func.value), node.func.attr, node)
            if found is not None:
                return found
        return self._allocated(node) or self.called(self.value(node.func), node)

    def _allocated(self, node: ast.Call) -> Value:
        """Return the objects that `super().__new__(cls)` and `object.__new__(cls)` make; empty for another call."""
        if not isinstance(node.func, ast.Attribute) or node.func.attr != "__new__" or not node.args:
            return ()
        maker = node.func.value
        plain = isinstance(maker, ast.Call) and isinstance(maker.func, ast.Name) and maker.func.id == "super"
        if not plain and not (isinstance(maker, ast.Name) and maker.id == "object"):
            return ()
        classes = self.value(node.args[0])
        own = [atom for atom in classes if isinstance(atom, OwnClass)]
        # Another `__new__` further up may give anything.
        if len(own) != len(classes) or any(self.classes.family(atom.node).open for atom in own):
            return ()
        return tuple(OwnInstance(atom.node, exact=False) for atom in own)

    def called(self, callee: Value, node: ast.Call | None) -> Value:
        """Return what calling any of the alternatives gives."""
        # To call a class that is missing fails, whichever SDK it is of.
        missing = any(isinstance(atom, Nothing) for atom in callee)
        parts: list[Value] = []
        for atom in callee:
            if isinstance(atom, Symbol):
                value = self._call_symbol(atom, node)
                if missing and any(isinstance(a, Sdk) for a in value) and node is not None:
                    value = self.passed(
                        value, f"`{short(node.func)}` may be None, and cannot be called then", node, None
                    )
                parts.append(value)
            elif isinstance(atom, OwnClass):
                parts.append((OwnInstance(atom.node, exact=True),))
            elif isinstance(atom, Function):
                parts.append(self.functions.result(atom.node))
            elif isinstance(atom, SdkMethod):
                parts.append(self._make(atom, node))
            elif isinstance(atom, ItemsMethod) and node is not None:
                parts.append(self.containers.call(atom, node))
            elif isinstance(atom, Wrapped) and atom.by == "call":
                parts.append(atom.value)
            elif isinstance(atom, OwnInstance):
                parts.append(self.called(self.classes.attribute(atom, "__call__", node), node))
            elif isinstance(atom, Unknown):
                parts.append(UNKNOWN)
            elif not isinstance(atom, Nothing):
                parts.append((MOCK if atom == MOCK else Other("a result"),))
        return merged(parts)

    def _make(self, method: SdkMethod, node: ast.Call | None) -> Value:
        cls = sdk.makes(method.owner.cls, method.name)
        if not cls or node is None:
            return (Other(f"the answer of `{method.name}`"),)
        owner = method.owner
        step = self.step(f"`{short(node)}` makes a {cls}", node)
        return (Sdk(cls, (step, *owner.steps), owner.holders, (node,), (owner,), owner.likely),)

    def _call_symbol(self, symbol: Symbol, node: ast.Call | None) -> Value:
        dotted = symbol.dotted
        classes = sdk.instances_of(dotted)
        if classes and node is not None:
            return self._construct(symbol, sdk.class_named(dotted), node)
        if sdk.is_ours(dotted):
            return (Other(dotted),)
        if makes_mocks(dotted):
            return (MOCK,)
        declared = self.declared(f"{dotted}()")
        if declared is not None:
            return declared
        if node is not None:
            found = self._call_known(dotted, node)
            if found is None:
                found = self.adapters.call(symbol, node)
            if found is not None:
                return found
        return (Other(dotted),) if is_foreign(dotted) else UNKNOWN

    def _construct(self, symbol: Symbol, cls: str, node: ast.Call) -> Value:
        step = self.step(f"`{cut(masked(node))}` makes a {cls}", node)
        maker: tuple[Sdk, ...] = ()
        if sdk.client_of(cls):
            given = next((k.value for k in node.keywords if k.arg == "client"), node.args[0] if node.args else None)
            if given is not None and not isinstance(given, ast.Starred):
                maker = tuple(atom for atom in self.value(given) if isinstance(atom, Sdk))
        holders = frozenset(holder for atom in maker for holder in atom.holders)
        return (Sdk(cls, (step, *symbol.steps), holders, (node,), maker, symbol.likely),)

    def _call_known(self, dotted: str, node: ast.Call) -> Value | None:
        root, _, name = dotted.rpartition(".")
        first = node.args[0] if node.args and not isinstance(node.args[0], ast.Starred) else None
        if root == "builtins":
            if name == "super":
                return self._super(node)
            if name == "type" and first is not None and len(node.args) == 1:
                own = tuple(OwnClass(a.node) for a in self.value(first) if isinstance(a, OwnInstance))
                return own or None
            if name == "getattr" and first is not None and len(node.args) > 1:
                attr = node.args[1]
                if isinstance(attr, ast.Constant) and isinstance(attr.value, str):
                    found = self.attribute_of(self.value(first), attr.value, node)
                    return merged([found, self.value(node.args[2])]) if len(node.args) > 2 else found
                return UNKNOWN
            if name == "map":
                return self.library.mapped(node)
            if name == "__import__":
                return self.library.call(dotted, node)
            return self.containers.builtin(name, node) or (
                UNKNOWN if name in ("vars", "eval", "globals", "locals") else None
            )
        return self.library.call(dotted, node)

    def _super(self, node: ast.Call) -> Value:
        inside = next((a for a in self.scopes.ancestors(node) if isinstance(a, ast.ClassDef)), None)
        return UNKNOWN if inside is None else (OwnInstance(inside, exact=False, above=True),)

    # Operators

    def _bool(self, node: ast.BoolOp) -> Value:
        values = [self.value(part) for part in node.values]
        if isinstance(node.op, ast.Or):
            return merged([*(without_none(value) for value in values[:-1]), values[-1]])
        missing = [tuple(a for a in v if isinstance(a, Nothing)) for v in values[:-1]]
        # What is tested first is the result when it is false: an SDK object never is.
        vague = any(isinstance(a, (Unknown, Other)) for v in values[:-1] for a in v)
        return merged([*missing, NONE if vague else (), values[-1]])

    def _subscript(self, node: ast.Subscript) -> Value:
        named = self.imports.by_globals(node)
        if named is not None:
            return named
        value = self.value(node.value)
        if any(isinstance(atom, (OwnClass, Function)) for atom in value):
            return tuple(atom for atom in value if isinstance(atom, OwnClass)) or UNKNOWN
        parts: list[Value] = []
        for atom in value:
            if isinstance(atom, Symbol):
                kept = self.adapters.item(atom, node)
                parts.append(((Other(atom.dotted),) if is_foreign(atom.dotted) else UNKNOWN) if kept is None else kept)
            elif isinstance(atom, OwnInstance):
                parts.append(self.called(self.classes.attribute(atom, "__getitem__", node), None))
            elif isinstance(atom, Unknown):
                parts.append(self.adapters.last_item(node))
        rest = tuple(atom for atom in value if not isinstance(atom, (Symbol, Unknown, OwnInstance)))
        return self.names.narrowed(merged([*parts, self.containers.subscript(node, rest)]), node)

    # Shared

    def step(self, text: str, node: ast.AST | None) -> Step:
        """Return a link of a chain of evidence at a node; at no place for None."""
        if node is None:
            return Step(text, 0)
        return Step(text, getattr(node, "lineno", 0), self.scopes.path_of(node))

    def passed(
        self, value: Value, text: str, node: ast.AST | None, holder: Holder | None, *, likely: bool = False
    ) -> Value:
        """Return the value one step further: SDK objects keep the step and the definition they flow through."""
        if not holds_sdk(value):
            return value
        step = self.step(text, node)
        return carried(value, lambda atom: atom.after(step, holder, likely=likely))

    def stored(self, store: ast.Attribute) -> Value:
        """Return what a store to an attribute puts there."""
        value = self.target(store)
        parent = self.scopes.parent(store)
        what = short(parent.value) if isinstance(parent, (ast.Assign, ast.AnnAssign)) and parent.value else "…"
        return self.passed(value, f"`{short(store)}` ← `{what}`", store, None)

    def promised(self, promised: Value, value: Value) -> Value:
        """Return what an annotation and the flow say together: the annotation decides, the flow tells the origin."""
        flowing = {atom.cls: atom for atom in value if isinstance(atom, Sdk)}
        vague = any(isinstance(atom, Unknown) for atom in value)
        parts: list[Value] = []
        for atom in promised:
            known = flowing.get(atom.cls) if isinstance(atom, Sdk) else None
            if known is None or not isinstance(atom, Sdk):
                parts.append((atom,))
            else:
                origins = () if vague else known.origins
                parts.append((known._replace(origins=origins, likely=atom.likely),))
        return merged(parts)

    def symbol_of(self, value: Value) -> str | None:
        """Return the dotted name where the alternatives are one imported thing, or None instead of it."""
        names = {atom.dotted for atom in value if isinstance(atom, Symbol)}
        others = any(not isinstance(atom, (Symbol, Nothing, OwnClass)) for atom in value)
        return names.pop() if len(names) == 1 and not others else None


def makes_mocks(dotted: str) -> bool:
    """Return whether calling something of that name gives a mock, or what puts one in a place."""
    module, _, name = dotted.partition("mock.")
    return module in ("unittest.", "") and name.rpartition("mock.")[2].split(".")[0] in _MAKE_MOCKS


def is_foreign(dotted: str) -> bool:
    """Return whether a name is of a package that cannot hand out stream-chat's objects by itself."""
    root, _, rest = dotted.partition(".")
    if root in ("builtins", "getstream", "mock") or dotted.startswith("unittest.mock."):
        return True
    if root in _HOLDING and dotted not in STACKS:
        return False
    return root in sys.stdlib_module_names and rest.rpartition(".")[2][:1].isupper()
