"""Which bindings of a name reach each of its reads, and what the tests on the way say about the value."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple, TypeAlias

from streammigrate.codemod.scopes import Binding, Comprehension, FunctionNode, Scope, Scopes


class Fact(NamedTuple):
    """What a test on the way to a read says of the value."""

    kind: Literal["truthy", "falsy", "none", "present", "is", "is-not"]
    classes: ast.expr | None = None
    """For `is` and `is-not`: the second argument of `isinstance`, or the class of a pattern."""


class Reach(NamedTuple):
    """One value that a read may see."""

    binding: Binding | None
    """None where the name is not bound here: see `outer`."""
    outer: bool = False
    """Whether the value is the one that the enclosing scope has; else the name has no value."""
    facts: frozenset[Fact] = frozenset()


# An unreachable place has the empty state; merging is the union.
State: TypeAlias = frozenset[Reach]
NOWHERE: State = frozenset()
_UNBOUND = Reach(None)
_OUTER = Reach(None, outer=True)
_NEGATIVE = ("falsy", "none")
_MOST_WAYS = 12
_CONTRADICTIONS = ({"truthy", "falsy"}, {"truthy", "none"}, {"none", "present"})
# Calls after which nothing runs, by the names people write; the modules must be imported ones.
_ENDS = {
    "exit",
    "quit",
    "sys.exit",
    "os._exit",
    "os.abort",
    "pytest.skip",
    "pytest.fail",
    "pytest.exit",
    "pytest.xfail",
}
# `with` blocks that go on after an exception.
_SWALLOWS = {"suppress", "raises", "assertRaises", "assertRaisesRegex", "warns"}


class Frames:
    """Where control leaves a block early, for every frame of a file; found once."""

    def __init__(self, scopes: Scopes) -> None:
        self.scopes = scopes
        self.jumps: set[ast.AST] = set()
        for node in scopes.nodes:
            if isinstance(node, (ast.Return, ast.Raise, ast.Break, ast.Continue)) or self._ends(node):
                self._mark(node)
        self._tested: dict[str, list[ast.expr]] | None = None

    @property
    def tested(self) -> dict[str, list[ast.expr]]:
        """The attributes and subscripts that some test is about, by how they are written, with all that are written so."""
        if self._tested is None:
            self._tested = {}
            for node in self.scopes.nodes:
                for expr in _tests(node):
                    path = written(expr)
                    if path and not isinstance(expr, ast.Name):
                        self._tested[path] = []
            for node in self.scopes.nodes if self._tested else ():
                if isinstance(node, (ast.Attribute, ast.Subscript)):
                    path = written(node)
                    for known, places in self._tested.items():
                        if path == known or (path and known.startswith(path) and not isinstance(node.ctx, ast.Load)):
                            places.append(node)
        return self._tested

    def _mark(self, node: ast.AST) -> None:
        current: ast.AST | None = node
        while current is not None and current not in self.jumps:
            self.jumps.add(current)
            if isinstance(current, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
                return
            current = self.scopes.parent(current)

    def _ends(self, node: ast.AST) -> bool:
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)):
            return False
        function = node.value.func
        if isinstance(function, ast.Name):
            return function.id in _ENDS and not self.scopes.lookup(function)[1]
        if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
            bindings = self.scopes.lookup(function.value)[1]
            imported = bool(bindings) and all(b.kind == "import" for b in bindings)
            return imported and f"{function.value.id}.{function.attr}" in _ENDS
        return False


class Flow:
    """What one name may be at each place of one frame: a module, function, lambda, class or comprehension.

    Class bodies and comprehensions inside the frame run where they stand; functions and lambdas run later: the state
    at their definition is in `at`, under their node.
    """

    def __init__(self, frames: Frames, frame: Scope, name: str) -> None:
        self._scopes = frames.scopes
        self._jumps = frames.jumps
        self._name = name
        self._owner = self._scopes.owner(frame, name)
        self.at: dict[ast.AST, State] = {}
        """By read, and by nested function: the values that the name may have there."""
        self._raising: list[set[Reach]] = []
        self._loops: list[tuple[set[Reach], set[Reach]]] = []
        self._relevant = self._find_relevant(frame)
        self._state: State = frozenset({_UNBOUND if self._owner is frame else _OUTER})
        self._run(frame)
        self.end: State = self._state
        """What the name may be where the frame falls off its end; empty if it never does."""

    def _find_relevant(self, frame: Scope) -> set[ast.AST]:
        first, last = getattr(frame.node, "lineno", 0), getattr(frame.node, "end_lineno", None) or 1 << 60
        events: list[ast.AST] = list(self._scopes.loads(self._owner, self._name))
        events += [b.node for b in self._scopes.bindings(self._owner, self._name)]
        relevant: set[ast.AST] = set()
        for event in events:
            if first <= getattr(event, "lineno", first) <= last:
                current: ast.AST | None = event
                while current is not None and current not in relevant:
                    relevant.add(current)
                    current = self._scopes.parent(current)
        return relevant

    def _run(self, frame: Scope) -> None:
        node = frame.node
        if isinstance(node, (ast.Module, ast.ClassDef)):
            self._block(node.body)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self._parameters(node.args)
            self._block(node.body)
        elif isinstance(node, ast.Lambda):
            self._parameters(node.args)
            self._expr(node.body)
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
            self._generators(node)

    def _parameters(self, arguments: ast.arguments) -> None:
        rest = [arg for arg in (arguments.vararg, arguments.kwarg) if arg is not None]
        for arg in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *rest]:
            self._store(arg)

    # Statements

    def _block(self, body: Sequence[ast.stmt]) -> None:
        for statement in body:
            if not self._state:
                return
            for raising in self._raising:
                raising |= self._state
            if statement in self._relevant or statement in self._jumps:
                self._statement(statement)
                self._state = _widened(self._state)

    def _statement(self, node: ast.stmt) -> None:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self._define(node)
        elif isinstance(node, ast.ClassDef):
            self._exprs([*node.decorator_list, *node.bases, *(k.value for k in node.keywords)])
            self._block(node.body)
            self._store(node)
        elif isinstance(node, ast.Assign):
            self._expr(node.value)
            for target in node.targets:
                self._target(target)
        elif isinstance(node, ast.AnnAssign):
            self._expr(node.annotation)
            if node.value is not None:
                self._expr(node.value)
                self._target(node.target)
            elif not isinstance(node.target, ast.Name):
                self._expr(node.target)
        elif isinstance(node, ast.AugAssign):
            self._expr(node.value)
            self._target(node.target)
        elif isinstance(node, ast.If):
            self._if(node)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            self._expr(node.iter)
            self._loop(node, None, node.target)
        elif isinstance(node, ast.While):
            self._loop(node, node.test, None)
        elif isinstance(node, ast.Try) or type(node).__name__ == "TryStar":
            self._try(node)  # type: ignore[arg-type]  # `except*` has the same fields
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            self._with(node)
        elif isinstance(node, ast.Match):
            self._match(node)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                self._store(alias)
        elif isinstance(node, ast.Return):
            self._expr(node.value)
            self._state = NOWHERE
        elif isinstance(node, ast.Raise):
            self._expr(node.exc)
            self._expr(node.cause)
            self._state = NOWHERE
        elif isinstance(node, (ast.Break, ast.Continue)):
            if self._loops:
                breaks, continues = self._loops[-1]
                (breaks if isinstance(node, ast.Break) else continues).update(self._state)
            self._state = NOWHERE
        elif isinstance(node, ast.Assert):
            self._expr(node.test)
            before = self._state
            self._state = self._narrow(before, node.test, False)
            self._expr(node.msg)
            self._state = self._narrow(before, node.test, True)
        else:
            self._exprs(child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr))
            if isinstance(node, ast.Expr) and node in self._jumps:
                self._state = NOWHERE

    def _define(self, node: FunctionNode) -> None:
        arguments = node.args
        self._exprs(node.decorator_list)
        self._exprs([*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)])
        args = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
        self._exprs(arg.annotation for arg in args if arg is not None and arg.annotation is not None)
        self._expr(node.returns)
        self._see(node)
        self._store(node)

    def _if(self, node: ast.If) -> None:
        # A chain of `elif` is followed in a loop: there may be hundreds.
        outs: set[Reach] = set()
        while True:
            self._expr(node.test)
            before = self._state
            self._state = self._narrow(before, node.test, True)
            self._block(node.body)
            outs |= self._state
            self._state = self._narrow(before, node.test, False)
            if len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
                node = node.orelse[0]
                continue
            self._block(node.orelse)
            self._state = frozenset(outs | self._state)
            return

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, test: ast.expr | None, target: ast.expr | None) -> None:
        head = self._state
        breaks: set[Reach] = set()
        while True:
            continues: set[Reach] = set()
            self._loops.append((breaks, continues))
            self._state = head
            if test is not None:
                self._expr(test)
                self._state = self._narrow(self._state, test, True)
            if target is not None:
                self._target(target)
            self._block(node.body)
            self._loops.pop()
            following = head | self._state | continues
            if following == head:
                break
            head = following
        self._state = head if test is None else self._narrow(head, test, False)
        self._block(node.orelse)
        self._state = frozenset(self._state | breaks)

    def _try(self, node: ast.Try) -> None:
        anywhere: set[Reach] = set(self._state)
        raised: set[Reach] = set(self._state)
        if node.finalbody:
            self._raising.append(anywhere)
        self._raising.append(raised)
        self._block(node.body)
        self._raising.pop()
        self._block(node.orelse)
        outs = set(self._state)
        for handler in node.handlers:
            self._state = frozenset(raised)
            self._expr(handler.type)
            self._store(handler)
            self._block(handler.body)
            if self._is_mine(handler) and self._state:
                self._state = frozenset({_UNBOUND})
            outs |= self._state
        if node.finalbody:
            self._raising.pop()
            # Once for the ways that go on being exceptions or jumps, once for the way that goes on.
            self._state = frozenset(anywhere | outs)
            self._block(node.finalbody)
            if self._loops and any(child in self._relevant for child in node.finalbody):
                for leaving in self._loops[-1]:
                    leaving |= self._state
            self._state = frozenset(outs)
            self._block(node.finalbody)
        else:
            self._state = frozenset(outs)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        swallows = False
        for item in node.items:
            self._expr(item.context_expr)
            if item.optional_vars is not None:
                self._target(item.optional_vars)
            swallows = swallows or _called(item.context_expr) in _SWALLOWS
        raised: set[Reach] = set()
        if swallows:
            self._raising.append(raised)
        self._block(node.body)
        if swallows:
            self._raising.pop()
            self._state = frozenset(self._state | raised)

    def _match(self, node: ast.Match) -> None:
        self._expr(node.subject)
        mine = self._refers(node.subject)
        remaining = self._state
        outs: set[Reach] = set()
        for case in node.cases:
            self._state = self._narrow_pattern(remaining, case.pattern, True) if mine else remaining
            for part in ast.walk(case.pattern):
                if isinstance(part, ast.expr):
                    self._expr(part)
                elif isinstance(part, (ast.MatchAs, ast.MatchStar, ast.MatchMapping)):
                    self._store(part)
            if case.guard is not None:
                self._expr(case.guard)
                self._state = self._narrow(self._state, case.guard, True)
            elif _irrefutable(case.pattern):
                remaining = NOWHERE
            elif mine:
                remaining = self._narrow_pattern(remaining, case.pattern, False)
            self._block(case.body)
            outs |= self._state
        self._state = frozenset(outs | remaining)

    # Expressions

    def _exprs(self, nodes: Iterable[ast.expr]) -> None:
        for node in nodes:
            self._expr(node)

    def _expr(self, root: ast.expr | None) -> None:
        stack: list[ast.AST] = [] if root is None else [root]
        while stack:
            node = stack.pop()
            if node not in self._relevant:
                continue
            if isinstance(node, ast.Name):
                if isinstance(node.ctx, ast.Load):
                    if self._refers(node):
                        self._see(node)
                else:
                    self._store(node)
            elif isinstance(node, ast.Lambda):
                self._exprs([*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)])
                self._see(node)
            elif isinstance(node, ast.IfExp):
                self._expr(node.test)
                before = self._state
                self._state = self._narrow(before, node.test, True)
                self._expr(node.body)
                after = self._state
                self._state = self._narrow(before, node.test, False)
                self._expr(node.orelse)
                self._state = self._forget(after | self._state, before)
            elif isinstance(node, ast.BoolOp):
                self._bool(node)
            elif isinstance(node, ast.NamedExpr):
                self._expr(node.value)
                self._store(node.target)
            elif isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
                before = self._state
                self._generators(node)
                self._state = self._forget(before | self._state, before)
            else:
                if isinstance(node, (ast.Attribute, ast.Subscript)):
                    self._touch(node)
                stack.extend(
                    reversed([c for c in ast.iter_child_nodes(node) if isinstance(c, (ast.expr, ast.keyword))])
                )

    def _bool(self, node: ast.BoolOp) -> None:
        before = self._state
        is_and = isinstance(node.op, ast.And)
        outs: set[Reach] = set()
        for value in node.values:
            self._expr(value)
            outs |= self._narrow(self._state, value, not is_and)
            self._state = self._narrow(self._state, value, is_and)
        self._state = self._forget(frozenset(outs | self._state), before)

    def _forget(self, state: State, before: State) -> State:
        """Return what is left of a state after an expression: what it bound, and no facts of tests inside it."""
        bound = {(reach.binding, reach.outer) for reach in before}
        return before | {reach for reach in state if (reach.binding, reach.outer) not in bound}

    def _generators(self, node: Comprehension) -> None:
        for generator in node.generators:
            self._expr(generator.iter)
            self._target(generator.target)
            for condition in generator.ifs:
                self._expr(condition)
                self._state = self._narrow(self._state, condition, True)
        if isinstance(node, ast.DictComp):
            self._expr(node.key)
            self._expr(node.value)
        else:
            self._expr(node.elt)

    def _target(self, target: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self._store(target)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for element in target.elts:
                self._target(element)
        elif isinstance(target, ast.Starred):
            self._target(target.value)
        else:
            self._expr(target)

    # Events

    def _is_mine(self, node: ast.AST) -> bool:
        binding = self._scopes.binding(node)
        return binding is not None and binding.name == self._name and binding.scope is self._owner

    def _refers(self, node: ast.expr) -> bool:
        if isinstance(node, ast.NamedExpr):
            node = node.target
        return (
            isinstance(node, ast.Name)
            and node.id == self._name
            and self._scopes.owner(self._scopes.scope(node), node.id) is self._owner
        )

    def _touch(self, node: ast.Attribute | ast.Subscript) -> None:
        """Take in an attribute or a subscript; they are nothing to a name."""

    def _knowing(self, state: State, fact: Fact) -> State:
        return _add(state, fact)

    def _see(self, node: ast.AST) -> None:
        if node in self._relevant:
            self.at[node] = self.at.get(node, NOWHERE) | self._state

    def _store(self, node: ast.AST) -> None:
        if not self._state or not self._is_mine(node):
            return
        binding = self._scopes.binding(node)
        deleted = binding is None or binding.kind == "del"
        self._state = frozenset({_UNBOUND if deleted else Reach(binding)})

    # Narrowing

    def _narrow(self, state: State, test: ast.expr, truth: bool) -> State:
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            return self._narrow(state, test.operand, not truth)
        if isinstance(test, ast.BoolOp):
            return self._narrow_bool(state, test, truth)
        if isinstance(test, ast.Constant):
            return state if bool(test.value) == truth else NOWHERE
        if self._refers(test):
            return self._knowing(state, Fact("truthy" if truth else "falsy"))
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            return self._narrow_compare(state, test, truth)
        if isinstance(test, ast.Call) and isinstance(test.func, ast.Name) and not test.keywords:
            if test.func.id == "isinstance" and len(test.args) == 2 and self._refers(test.args[0]):
                return self._knowing(state, Fact("is" if truth else "is-not", test.args[1]))
            if test.func.id == "callable" and truth and len(test.args) == 1 and self._refers(test.args[0]):
                return self._knowing(state, Fact("present"))
        return state

    def _narrow_bool(self, state: State, test: ast.BoolOp, truth: bool) -> State:
        if isinstance(test.op, ast.And) == truth:
            for value in test.values:
                state = self._narrow(state, value, truth)
            return state
        outs: set[Reach] = set()
        for value in test.values:
            outs |= self._narrow(state, value, truth)
            state = self._narrow(state, value, not truth)
        return frozenset(outs)

    def _narrow_compare(self, state: State, test: ast.Compare, truth: bool) -> State:
        (op,), (right,), left = test.ops, test.comparators, test.left
        if not isinstance(op, (ast.Is, ast.IsNot, ast.Eq, ast.NotEq)):
            return state
        same = isinstance(op, (ast.Is, ast.Eq)) == truth
        if _is_none(left):
            left, right = right, left
        if self._refers(left) and _is_none(right):
            return self._knowing(state, Fact("none" if same else "present"))
        is_type = isinstance(left, ast.Call) and isinstance(left.func, ast.Name) and left.func.id == "type"
        if is_type and isinstance(left, ast.Call) and len(left.args) == 1 and self._refers(left.args[0]) and same:
            return self._knowing(state, Fact("is", right))
        return state

    def _narrow_pattern(self, state: State, pattern: ast.pattern, truth: bool) -> State:
        if isinstance(pattern, ast.MatchAs):
            if pattern.pattern is None:
                return state if truth else NOWHERE
            return self._narrow_pattern(state, pattern.pattern, truth)
        if isinstance(pattern, ast.MatchClass):
            whole = not pattern.patterns and not pattern.kwd_patterns
            if truth:
                return self._knowing(state, Fact("is", pattern.cls))
            return self._knowing(state, Fact("is-not", pattern.cls)) if whole else state
        if isinstance(pattern, ast.MatchSingleton):
            if pattern.value is None:
                return self._knowing(state, Fact("none" if truth else "present"))
            return self._knowing(state, Fact("present")) if truth else state
        if isinstance(pattern, ast.MatchOr):
            if truth:
                return frozenset(r for p in pattern.patterns for r in self._narrow_pattern(state, p, True))
            for part in pattern.patterns:
                state = self._narrow_pattern(state, part, False)
            return state
        return self._knowing(state, Fact("present")) if truth else state


class PathFlow(Flow):
    """What the tests say of an attribute or a subscript, `self.client` or `chats["a"]`, at each place of one frame.

    Calls may change it meanwhile: that it is something is taken to hold on, as type checkers do; that it is nothing is not.
    """

    def __init__(self, frames: Frames, frame: Scope, path: str) -> None:
        self._path = path
        self._places = frames.tested[path]
        super().__init__(frames, frame, _base(path))

    def _find_relevant(self, frame: Scope) -> set[ast.AST]:
        first, last = getattr(frame.node, "lineno", 0), getattr(frame.node, "end_lineno", None) or 1 << 60
        events: list[ast.AST] = [*self._places, *(b.node for b in self._scopes.bindings(self._owner, self._name))]
        relevant: set[ast.AST] = set()
        for event in events:
            current: ast.AST | None = event if first <= getattr(event, "lineno", first) <= last else None
            while current is not None and current not in relevant:
                relevant.add(current)
                current = self._scopes.parent(current)
        return relevant

    def _refers(self, node: ast.expr) -> bool:
        return isinstance(node, (ast.Attribute, ast.Subscript)) and written(node) == self._path

    def _touch(self, node: ast.Attribute | ast.Subscript) -> None:
        if not isinstance(node.ctx, ast.Load):
            if self._state and self._path.startswith(written(node) or "?"):
                self._state = frozenset({_OUTER})
        elif self._refers(node):
            self._see(node)

    def _store(self, node: ast.AST) -> None:
        if self._state and self._is_mine(node):
            self._state = frozenset({_OUTER})

    def _knowing(self, state: State, fact: Fact) -> State:
        return state if fact.kind in _NEGATIVE else _add(state, fact)


def written(node: ast.expr) -> str:
    """Return how a name, attribute or subscript by a constant is written; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = written(node.value)
        return f"{base}.{node.attr}" if base else ""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        base = written(node.value)
        return f"{base}[{node.slice.value!r}]" if base else ""
    return ""


def _base(path: str) -> str:
    return path.partition(".")[0].partition("[")[0]


def _tests(node: ast.AST) -> Iterable[ast.expr]:
    """Return the expressions that a statement or an operator tests."""
    if isinstance(node, (ast.If, ast.While, ast.IfExp, ast.Assert)):
        return (node.test,)
    if isinstance(node, ast.BoolOp):
        return node.values
    if isinstance(node, ast.UnaryOp):
        return (node.operand,)
    if isinstance(node, ast.Compare):
        return (node.left, *node.comparators)
    if isinstance(node, ast.Call):
        return node.args[:1] if isinstance(node.func, ast.Name) and node.func.id in ("isinstance", "callable") else ()
    if isinstance(node, ast.comprehension):
        return node.ifs
    return (node.subject,) if isinstance(node, ast.Match) else ()


def _add(state: State, fact: Fact) -> State:
    out = set()
    for reach in state:
        facts = reach.facts | {fact}
        kinds = {f.kind for f in facts}
        if not any(pair <= kinds for pair in _CONTRADICTIONS):
            out.add(reach._replace(facts=facts))
    return frozenset(out)


def _widened(state: State) -> State:
    """Return a state without too many ways to the same value: a hundred tests on the way make no answer better."""
    if len(state) <= _MOST_WAYS:
        return state
    ways: dict[tuple[Binding | None, bool], list[Reach]] = {}
    for reach in state:
        ways.setdefault((reach.binding, reach.outer), []).append(reach)
    out: set[Reach] = set()
    for found in ways.values():
        common = frozenset[Fact].intersection(*(reach.facts for reach in found))
        out.update(found if len(found) <= _MOST_WAYS else [found[0]._replace(facts=common)])
    return frozenset(out)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _called(node: ast.expr) -> str:
    function = node.func if isinstance(node, ast.Call) else node
    return (
        function.id if isinstance(function, ast.Name) else function.attr if isinstance(function, ast.Attribute) else ""
    )


def _irrefutable(pattern: ast.pattern) -> bool:
    if isinstance(pattern, ast.MatchAs):
        return pattern.pattern is None or _irrefutable(pattern.pattern)
    return isinstance(pattern, ast.MatchOr) and any(_irrefutable(p) for p in pattern.patterns)
