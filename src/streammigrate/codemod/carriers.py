"""What the names of one file may carry of the SDK's: in it, out of it, and into the functions that it calls."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import NamedTuple, TypeAlias, TypeGuard

from streammigrate.codemod.resolve.places import puts
from streammigrate.codemod.resolve.reach import Reach
from streammigrate.codemod.resolve.sdk import CLIENTS
from streammigrate.codemod.scopes import FunctionNode
from streammigrate.rules.sdk import v1_classes

ANY: Marks = (b"",)
"""Whoever has the name has what it carries."""

OBJ = (b"ctx.obj", b"context.obj", b"pass_obj", b"get_current_context(")
"""How a command of click gets at what was kept for it."""

_WORD = re.compile(r"[^\W\d]\w*")
_LONGEST_TEXT = 120
_TELLING = frozenset({"debug", "info", "warning", "error", "exception", "critical"})
_PLAIN_VALUES = frozenset({"id", "cid", "channel_type", "api_key", "api_secret", "url", "base_url"})
_SHARED = frozenset(
    "app application state g current_app settings config conf extensions request ctx context obj bot dispatcher "
    "local globals scope container registry user_data bot_data chat_data".split()
)
"""What frameworks hand to every handler to keep things on."""

Definition: TypeAlias = "FunctionNode | ast.ClassDef"
Marks: TypeAlias = "tuple[bytes, ...]"


class Facts(NamedTuple):
    """What is asked of a parsed file again and again."""

    tree: ast.Module
    nodes: tuple[ast.AST, ...]
    top: Mapping[str, tuple[Definition, ...]]
    """The functions and classes of the module itself, by name."""
    functions: Mapping[str, tuple[FunctionNode, ...]]
    """All functions, by name."""


class Called(NamedTuple):
    """A call, and what of its arguments may be the SDK's."""

    node: ast.Call
    flow: Flow


class Flow(Reach):
    """`Reach`, but what a call of the API answers is no object of the SDK's: answers are not followed to other files."""

    def __init__(self, nodes: Sequence[ast.AST], answers: frozenset[str]) -> None:
        self.answers = answers
        # Without a beginning the edges would not be made, and more may begin here later.
        super().__init__(nodes, [""])
        self.names -= {""}
        self._carried: dict[ast.AST, frozenset[str]] = {}

    def begin(self, seeds: Iterable[str]) -> None:
        """Add names that hold something of the SDK's."""
        self.names = self._closure({*self.names, *seeds})

    def passes(self, node: ast.AST) -> bool:
        """Return whether the value of an expression may hold something of the SDK's; what a text names is left out."""
        found = self._carried.get(node)
        if found is None:
            found = self._carried[node] = frozenset(words_in(node, self.answers, texts=False))
        return not self.names.isdisjoint(found)

    def _of(self, node: ast.AST) -> frozenset[str]:
        found = self._words.get(node)
        if found is None:
            found = self._words[node] = frozenset(words_in(node, self.answers))
        return found

    def _holding(self, target: ast.expr) -> frozenset[str]:
        # What an object of the SDK's is stored on carries it to other files.
        return self._of(target)

    def _call(self, node: ast.Call) -> Iterator[tuple[Iterable[str], Iterable[str]]]:
        if not (isinstance(node.func, ast.Attribute) and node.func.attr in _TELLING):
            yield from super()._call(node)


def words_in(root: ast.AST, answers: frozenset[str], texts: bool = True) -> Iterator[str]:
    """Yield the words of an expression by which its value may come; no object comes through a comparison or a text."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.JoinedStr, ast.Compare)):
            continue
        if isinstance(node, ast.Name):
            yield node.id
            continue
        if isinstance(node, ast.Attribute):
            if node.attr in _PLAIN_VALUES and answers:
                continue
            yield node.attr
        elif isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute) and node.func.attr in answers:
                continue
            yield "__call__"
        elif isinstance(node, ast.Subscript):
            yield "__getitem__"
        elif isinstance(node, ast.Constant):
            if texts and isinstance(node.value, str) and len(node.value) <= _LONGEST_TEXT:
                yield from _WORD.findall(node.value)
            continue
        waiting.extend(ast.iter_child_nodes(node))


@cache
def answers() -> frozenset[str]:
    """Return the methods of the SDK whose result is no object that has methods of the API itself."""
    classes = v1_classes()
    objects = {name for name, cls in classes.items() if "client" in cls.members or name in CLIENTS}
    members = [(name, member) for cls in objects for name, member in classes[cls].members.items()]
    making = {name for name, member in members if member.returns in objects}
    return frozenset(name for name, _ in members if name not in making and not name.startswith("_"))


def is_function(node: ast.AST) -> TypeGuard[FunctionNode]:
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))


def receiving_parameters(function: FunctionNode, called: Called | None, *, method: bool) -> set[str]:
    """Return the parameters of a function that may get something of the SDK's from a call."""
    arguments = function.args
    positional = [arg.arg for arg in (*arguments.posonlyargs, *arguments.args)]
    positional = positional[1:] if method and positional[:1] in (["self"], ["cls"]) else positional
    named = {*positional, *(arg.arg for arg in arguments.kwonlyargs)}
    rest = arguments.vararg.arg if arguments.vararg else ""
    others = arguments.kwarg.arg if arguments.kwarg else ""
    # A decorator may give arguments of its own, so that the places are not known.
    if called is None or function.decorator_list:
        return {name for name in (*named, rest, others) if name}
    found: set[str] = set()
    for index, value in enumerate(called.node.args):
        if called.flow.passes(value):
            if any(isinstance(before, ast.Starred) for before in called.node.args[: index + 1]):
                found.update((*positional, rest))
            else:
                found.add(positional[index] if index < len(positional) else rest)
    for keyword in called.node.keywords:
        if called.flow.passes(keyword.value):
            if keyword.arg is None:
                found.update((*named, others))
            else:
                found.add(keyword.arg if keyword.arg in named else others)
    return found - {""}


def exported_names(tree: ast.Module, nodes: Iterable[ast.AST], names: frozenset[str]) -> dict[str, Marks]:
    """Return the names of a module that may hold, return or receive something of the SDK's, and what else who has one
    must mention to get at it: nothing (ANY) for what gives it, no mark at all for what only takes it."""
    found: dict[str, Marks] = {}
    hidden: dict[str, Marks] = {}
    for node in at_module_level(tree.body):
        if is_function(node):
            arguments = node.args
            given = {arg.arg for arg in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
            if node.name in names:
                found[node.name] = ANY
            elif not names.isdisjoint(given):
                found.setdefault(node.name, ())
        elif isinstance(node, ast.ClassDef):
            kept = (kept_names(node) | {part.name for part in node.body if is_function(part)}) & names
            if node.name in names or any(not name.startswith("_") for name in kept):
                found[node.name] = ANY
            elif kept or not names.isdisjoint(words_of([node])):
                hidden[node.name] = tuple(f".{name}".encode() for name in sorted(kept))
                found.setdefault(node.name, hidden[node.name])
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            bound = (alias.asname or alias.name.partition(".")[0] for alias in node.names)
            found.update((name, ANY) for name in bound if name in names)
        else:
            bound_here = [name for part in own_parts(node) if (name := bound_name(part))]
            found.update((name, ANY) for name in bound_here if name in names)
            for cls in hidden.keys() & words_of([node]) if hidden else ():
                for name in bound_here:
                    found.setdefault(name, hidden[cls])
    for other in nodes:
        if isinstance(other, ast.Global):
            found.update((name, ANY) for name in other.names if name in names)
    return found


def holding_classes(nodes: Iterable[ast.AST], names: frozenset[str]) -> frozenset[str]:
    """Return the classes of a file whose objects others may take something of the SDK's from."""
    return frozenset(
        node.name
        for node in nodes
        if isinstance(node, ast.ClassDef)
        and any(
            not name.startswith("_")
            for name in (kept_names(node) | {part.name for part in node.body if is_function(part)}) & names
        )
    )


def at_module_level(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements that run with the module, also those in its `if`, `try`, `with`, `for` and `match`."""
    for statement in body:
        yield statement
        if not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            for part in ast.iter_child_nodes(statement):
                inner = [part] if isinstance(part, ast.stmt) else getattr(part, "body", ())
                yield from at_module_level(inner if isinstance(inner, list) else ())


def own_parts(statement: ast.stmt) -> Iterator[ast.AST]:
    """Yield the nodes of a statement without the statements in it."""
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += [part for part in ast.iter_child_nodes(node) if not isinstance(part, ast.stmt)]


def bound_name(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id if isinstance(node.ctx, ast.Store) else ""
    return node.name or "" if isinstance(node, (ast.ExceptHandler, ast.MatchAs, ast.MatchStar)) else ""


def words_of(nodes: Iterable[ast.AST]) -> frozenset[str]:
    found: set[str] = set()
    for node in nodes:
        found.update(words_in(node, frozenset()))
        found.update(
            part.arg for part in ast.walk(node) if isinstance(part, ast.arg) and part.arg not in ("self", "cls")
        )
    return frozenset(found)


def kept_names(node: ast.ClassDef) -> set[str]:
    """Return the names of what a class keeps on itself and on its objects."""
    found = {bound for statement in node.body for part in own_parts(statement) if (bound := bound_name(part))}
    return found | stored_names(node)


def stored_names(node: ast.AST) -> set[str]:
    return {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store)}


def fixture_names(node: FunctionNode) -> Iterator[str]:
    for call in node.decorator_list:
        for keyword in getattr(call, "keywords", ()):
            if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                yield str(keyword.value.value)


def shared_places(target: ast.expr) -> Iterator[tuple[str, tuple[bytes, ...]]]:
    """Yield the name under which a target stores on a shared object, and the bytes of which a reader has one."""
    if isinstance(target, ast.Attribute):
        base = last_name(target.value)
        if target.attr == "obj":
            yield target.attr, (*attribute_marks(base, target.attr), *OBJ)
        elif base in _SHARED:
            yield target.attr, attribute_marks(base, target.attr)
        elif base == "cls":
            # A fixture sets it on the classes of tests that use the fixture.
            yield target.attr, (b"usefixtures(",)
    elif isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
        yield from _under_key(target.value, target.slice.value)


def shared_puts(call: ast.Call) -> Iterator[tuple[ast.expr, str, tuple[bytes, ...]]]:
    """Yield the same for what a method puts under a key, with the value: `app.config.update(CHAT=chat)`."""
    for key, put in puts(call):
        if put.value is not None:
            yield from ((put.value, name, marks) for name, marks in _under_key(put.container, key))


def attribute_marks(base: str, attr: str) -> tuple[bytes, ...]:
    """Return the bytes of which a reader of a shared attribute has one: `g.chat`, `g.get("chat")`, `getattr(g, "chat")`."""
    texts = (
        f"{base}.{attr}",
        f'{base}.get("{attr}"',
        f"{base}.get('{attr}'",
        f'{base}, "{attr}"',
        f"{base}, '{attr}'",
    )
    return tuple(text.encode() for text in texts)


def _under_key(container: ast.expr, key: object) -> Iterator[tuple[str, tuple[bytes, ...]]]:
    base = last_name(container)
    if isinstance(key, str) and base in _SHARED:
        texts = (f'{base}["{key}"]', f"{base}['{key}']", f'{base}.get("{key}"', f"{base}.get('{key}'")
        marks = tuple(text.encode() for text in texts)
        # What a command gets as the object has the name that the command likes.
        yield key, (*marks, *OBJ) if base == "obj" else marks


def root_name(node: ast.AST) -> str:
    """Return the name that an expression starts with, or an empty text."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def last_name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def parse_facts(data: bytes) -> Facts | None:
    """Return what is in a file, or None for one that is no Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    nodes = tuple(ast.walk(tree))
    functions: dict[str, tuple[FunctionNode, ...]] = {}
    for node in nodes:
        if is_function(node):
            functions[node.name] = (*functions.get(node.name, ()), node)
    top: dict[str, tuple[Definition, ...]] = {}
    for statement in at_module_level(tree.body):
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            top[statement.name] = (*top.get(statement.name, ()), statement)
    return Facts(tree, nodes, top, functions)
