"""Which expressions could be stream-chat's at all: those with a name that an SDK name can reach. Cheap, and never too few.

Names are taken without scopes: `client` is one name, wherever it stands. What this leaves out is not worth a question to
the resolver, and in a large file that is nearly everything.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from streammigrate.codemod.resolve import sdk

_WORD = re.compile(r"[^\W\d]\w*")
_LONGEST_TEXT = 120
_ENTER = frozenset({"__enter__", "__aenter__"})


class Reach:
    """The names that may hold something of the SDK's, and the expressions that mention one."""

    def __init__(self, nodes: Iterable[ast.AST], declared: Iterable[str] = ()) -> None:
        self._words: dict[ast.AST, frozenset[str]] = {}
        self._edges: dict[str, set[str]] = {}
        self._functions: dict[str, set[str]] = {}
        # What a name may stand for that is called: `from rooms import add as add_room`, `send = self.send_one`.
        self._renamed: dict[str, set[str]] = {}
        seeds = {name.rstrip("()").rpartition(".")[2] for name in declared}
        for node in nodes:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._functions.setdefault(node.name, set()).update(_parameters(node))
            elif isinstance(node, ast.ClassDef):
                fields = (s.target for s in node.body if isinstance(s, ast.AnnAssign))
                self._functions.setdefault("__init__", set()).update(t.id for t in fields if isinstance(t, ast.Name))
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                seeds.update(_imported(node))
                for alias in node.names:
                    if alias.asname:
                        self._renamed.setdefault(alias.asname, set()).add(alias.name)
            elif isinstance(node, ast.Assign) and isinstance(node.value, (ast.Name, ast.Attribute, ast.IfExp)):
                for target in node.targets:
                    if isinstance(target, (ast.Name, ast.Attribute)):
                        self._renamed.setdefault(_called(target), set()).update(self._of(node.value))
        self.names: frozenset[str] = frozenset()
        if seeds:
            for node in nodes:
                for sources, targets in self._links(node):
                    for source in sources:
                        self._edges.setdefault(source, set()).update(targets)
            self.names = self._closure(seeds)

    def mentions(self, node: ast.AST) -> bool:
        """Return whether an expression mentions a name that may hold something of the SDK's."""
        return bool(self.names) and not self.names.isdisjoint(self._of(node))

    def _closure(self, seeds: set[str]) -> frozenset[str]:
        found = set(seeds)
        agenda = list(seeds)
        while agenda:
            for target in self._edges.get(agenda.pop(), ()):
                if target not in found:
                    found.add(target)
                    agenda.append(target)
        return frozenset(found)

    def _links(self, node: ast.AST) -> Iterator[tuple[Iterable[str], Iterable[str]]]:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield self._of(node.value), self._holding(target)
        elif isinstance(node, ast.AnnAssign):
            yield self._of(node.annotation), self._holding(node.target)
            if node.value is not None:
                yield self._of(node.value), self._holding(node.target)
        elif isinstance(node, (ast.AugAssign, ast.NamedExpr)):
            yield self._of(node.value), self._holding(node.target)
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
            yield self._of(node.iter), self._of(node.target)
        elif isinstance(node, ast.withitem):
            if node.optional_vars is not None:
                yield self._of(node.context_expr) | _ENTER, self._of(node.optional_vars)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from self._function(node)
        elif isinstance(node, ast.ClassDef):
            for base in node.bases:
                yield self._of(base), (node.name, "self", "cls", "super")
        elif isinstance(node, ast.ExceptHandler):
            if node.type is not None and node.name:
                yield self._of(node.type), (node.name,)
        elif isinstance(node, ast.Match):
            yield from self._match(node)
        elif isinstance(node, ast.ImportFrom):
            yield from (((alias.name,), (alias.asname,)) for alias in node.names if alias.asname)
        elif isinstance(node, ast.Call):
            yield from self._call(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[Iterable[str], Iterable[str]]]:
        if node.returns is not None:
            yield self._of(node.returns), (node.name,)
        arguments = node.args
        first = next((arg.arg for arg in [*arguments.posonlyargs, *arguments.args]), "")
        for part in ast.walk(node):
            if isinstance(part, (ast.Return, ast.Yield, ast.YieldFrom)) and part.value is not None:
                yield self._of(part.value), (node.name,)
                if isinstance(part, ast.Yield) and isinstance(part.value, ast.Dict):
                    yield from self._keyed(part.value)
            elif isinstance(part, ast.Call) and first and _called(part.func) == first:
                # A decorator calls what it decorates.
                given = [*part.args, *(keyword.value for keyword in part.keywords)]
                yield frozenset().union(*(self._of(value) for value in given)), (node.name,)
        if node.decorator_list:
            yield from self._decorated(node)
        for arg in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
            if arg.annotation is not None:
                yield self._of(arg.annotation), (arg.arg,)
        positional = [*arguments.posonlyargs, *arguments.args]
        pairs = [*zip(reversed(positional), reversed(arguments.defaults), strict=False)]
        for arg, default in [*pairs, *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]:
            if default is not None:
                yield self._of(default), (arg.arg,)

    def _decorated(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[tuple[Iterable[str], Iterable[str]]]:
        """Yield what decorators give to parameters, and the other names of a fixture."""
        parameters = [*_parameters(node)]
        for decorator in node.decorator_list:
            name = _called(decorator.func if isinstance(decorator, ast.Call) else decorator)
            yield ("obj",) if name == "pass_obj" else (name,), parameters
            if not isinstance(decorator, ast.Call):
                continue
            if name == "fixture":
                yield (node.name,), self._of(decorator)
                yield self._of(decorator), ("param",)
            elif name == "parametrize":
                yield self._of(decorator), parameters

    def _keyed(self, node: ast.Dict) -> Iterator[tuple[Iterable[str], Iterable[str]]]:
        for key, value in zip(node.keys, node.values, strict=True):
            if key is not None:
                yield self._of(value), self._of(key)

    def _match(self, node: ast.Match) -> Iterator[tuple[Iterable[str], Iterable[str]]]:
        subject = self._of(node.subject)
        for case in node.cases:
            for part in ast.walk(case.pattern):
                if isinstance(part, ast.MatchClass):
                    yield self._of(part.cls), subject
                    yield part.kwd_attrs, self._captured(case.pattern)
                elif isinstance(part, (ast.MatchAs, ast.MatchStar)) and part.name:
                    yield subject, (part.name,)

    def _captured(self, pattern: ast.pattern) -> frozenset[str]:
        parts = ast.walk(pattern)
        return frozenset(part.name for part in parts if isinstance(part, (ast.MatchAs, ast.MatchStar)) and part.name)

    def _call(self, node: ast.Call) -> Iterator[tuple[Iterable[str], Iterable[str]]]:
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
        if not values:
            return
        given = frozenset().union(*(self._of(value) for value in values))
        name = _called(node.func)
        if name == "isinstance" and len(node.args) == 2:
            yield self._of(node.args[1]), self._of(node.args[0])
        # A class and what hands a function on are called by other names than the function that gets the arguments.
        takers = {
            name,
            "__init__",
            *self._renamed.get(name, ()),
            *(w for value in values for w in self._of(value) if w in self._functions),
        }
        targets = {parameter for taker in takers for parameter in self._functions.get(taker, ())}
        targets |= {"obj" for keyword in node.keywords if keyword.arg == "obj"}
        if isinstance(node.func, ast.Attribute):
            targets |= self._holding(node.func.value)  # `clients.append(client)`
        if targets:
            yield given, targets

    def _holding(self, target: ast.expr) -> frozenset[str]:
        """Return the names by which something is found again that is stored there: `chat` for `self.chat = …`."""
        if isinstance(target, ast.Attribute):
            return frozenset((target.attr,))
        if isinstance(target, ast.Subscript):
            return self._holding(target.value) | self._of(target.slice)
        return self._of(target)

    def _of(self, node: ast.AST) -> frozenset[str]:
        """Return the names in an expression, those of attributes and of short texts among them."""
        found = self._words.get(node)
        if found is None:
            found = self._words[node] = frozenset(_words(node))
        return found


def _words(root: ast.AST) -> Iterator[str]:
    for node in ast.walk(root):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.Call):
            yield "__call__"
        elif isinstance(node, ast.Subscript):
            yield "__getitem__"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) <= _LONGEST_TEXT:
            yield from _WORD.findall(node.value)


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    # A class that is handed to a plain function is often called `cls` there.
    implied = {"self"} if not node.decorator_list and node.name != "__new__" else {"self", "cls"}
    arguments = node.args
    for arg in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]:
        if arg.arg not in implied:
            yield arg.arg


def _imported(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            if not node.level and sdk.is_ours(node.module or ""):
                yield from sdk.CLIENTS if alias.name == "*" else (alias.asname or alias.name,)
        elif sdk.is_ours(alias.name):
            yield alias.asname or sdk.ROOT


def _called(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
