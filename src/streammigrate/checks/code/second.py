"""Calls of getstream whose receiver is resolved: by import, and by how the value goes through the program.

What a file and those that it imports show is read here, since the parts of a client are told from each other so; what is left
is asked of the resolver that follows the objects of stream-chat (see `streammigrate.checks.migrated`).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property, lru_cache
from pathlib import PurePosixPath
from typing import Literal, NamedTuple

from streammigrate.checks import migrated
from streammigrate.checks.code.imports import imports
from streammigrate.checks.project import Module, Project
from streammigrate.codemod.scopes import Binding
from streammigrate.findings import Location
from streammigrate.rules import sdk

Owner = Literal["client", "chat", "moderation", "channel"]

_CLASSES: Mapping[str, tuple[Owner, bool]] = {
    "getstream.Stream": ("client", False),
    "getstream.stream.Stream": ("client", False),
    "getstream.AsyncStream": ("client", True),
    "getstream.stream.AsyncStream": ("client", True),
    "getstream.chat.client.ChatClient": ("chat", False),
    "getstream.chat.async_client.ChatClient": ("chat", True),
    "getstream.chat.channel.Channel": ("channel", False),
    "getstream.chat.async_channel.Channel": ("channel", True),
}
"""The classes that are annotated or called, with what their objects are and whether their methods are coroutines."""
_AROUND = frozenset({"typing.Annotated", "typing_extensions.Annotated", "typing.Optional"})
_PARTS: Mapping[str, Owner] = {"chat": "chat", "moderation": "moderation"}
_OWNERS: Mapping[str, Owner] = {"client": "client", **_PARTS, "channel": "channel"}
_DEEPEST = 12
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Thing(NamedTuple):
    """An object of getstream."""

    owner: Owner
    coroutine: bool
    """Whether its methods are coroutines."""
    made: ast.Call | None = None
    """The call that made a channel, where there is one."""
    home: Module | None = None
    """The file that this call stands in."""


class SecondCall(NamedTuple):
    """One call of a method of getstream."""

    module: Module
    node: ast.Call
    thing: Thing
    name: str
    given: Mapping[str, ast.expr]
    """The arguments that were written, by parameter; keywords that the method does not have are among them."""
    opaque: bool
    """Whether arguments are hidden in `*` or `**`."""

    @property
    def member(self) -> str:
        """As people write it behind the client: `chat.query_channels`, `channel.send_message`, `create_token`."""
        return self.name if self.thing.owner == "client" else f"{self.thing.owner}.{self.name}"

    @property
    def at(self) -> Location:
        """The place of the call."""
        return self.module.at(self.node)

    @property
    def method(self) -> sdk.Method | None:
        """What is known of the method; None where getstream has none of that name."""
        return sdk.v2_method(self.thing.owner, self.name)

    @property
    def sends(self) -> bool:
        """Whether the call sends a request."""
        return self.method is not None and bool(self.method.http)


class Second:
    """What a project does with getstream. Files are looked at by themselves, and clients that they import of each other."""

    def __init__(self, project: Project) -> None:
        naming = {module.path: module for module in project.modules(rb"\bgetstream\b")}
        first = list(naming)
        naming |= _that_name(project, first)
        # A package hands on what its modules make.
        naming |= _that_name(project, [path for path in naming if path.endswith("__init__.py") and path not in first])
        self.modules = tuple(naming[path] for path in sorted(naming))
        self._project = project
        self._imports = imports(project)
        self._things: dict[ast.expr, Thing | None] = {}

    @cached_property
    def calls(self) -> tuple[SecondCall, ...]:
        """Every call of a method on an object of getstream, in the order of files and lines."""
        found = {call.node: call for call in self._calls()}
        for one in migrated.received(self._project) if self.modules else ():
            if one.node not in found and isinstance(one.node.func, ast.Attribute):
                thing = Thing(_OWNERS[one.owner], one.coroutine, one.made, one.home)
                found[one.node] = _call(one.module, one.node, thing, one.node.func.attr)
        return tuple(sorted(found.values(), key=lambda call: (call.at.source, *_place(call.node))))

    def thing(self, module: Module, expr: ast.expr, depth: int = _DEEPEST) -> Thing | None:
        """Return what object of getstream an expression is; None for another's, and for what is not sure."""
        if depth == 0:
            return None
        if expr not in self._things:
            # What depends on itself is nothing while it is being found out.
            self._things[expr] = None
            self._things[expr] = self._find(module, expr, depth - 1)
        return self._things[expr]

    def _calls(self) -> Iterator[SecondCall]:
        for module in self.modules:
            for node in module.calls():
                if not isinstance(node.func, ast.Attribute):
                    continue
                thing = self.thing(module, node.func.value)
                if thing is not None:
                    yield _call(module, node, thing, node.func.attr)

    def _find(self, module: Module, expr: ast.expr, depth: int) -> Thing | None:
        if isinstance(expr, ast.Call):
            return self._called(module, expr, depth)
        if isinstance(expr, ast.Attribute):
            return self._attribute(module, expr, depth)
        if isinstance(expr, ast.Name):
            return self._name(module, expr, depth)
        if isinstance(expr, ast.NamedExpr):
            return self.thing(module, expr.value, depth)
        if isinstance(expr, ast.BoolOp):
            return self._one(module, expr.values, depth)
        if isinstance(expr, ast.IfExp):
            return self._one(module, [expr.body, expr.orelse], depth)
        return None

    def _one(self, module: Module, values: list[ast.expr], depth: int) -> Thing | None:
        """Return what several expressions are alike, but for None."""
        return _alike([self.thing(module, value, depth) for value in values if not _is_none(value)])

    def _called(self, module: Module, call: ast.Call, depth: int) -> Thing | None:
        symbol = module.symbol(call.func)
        made = _CLASSES.get(symbol.removesuffix(".from_env"))
        if made is not None:
            return Thing(*made, call, module) if made[0] == "channel" else Thing(*made)
        if isinstance(call.func, ast.Attribute):
            owner = self.thing(module, call.func.value, depth)
            if owner is not None and owner.owner == "client" and call.func.attr == "as_async":
                return Thing("client", True)
            if owner is not None and owner.owner == "chat" and call.func.attr == "channel":
                return Thing("channel", owner.coroutine, call, module)
        home, function = self._imports.function(module, call.func)
        if not isinstance(function, ast.FunctionDef):
            return None
        return self._one(home, _returned(home, function), depth)

    def _attribute(self, module: Module, expr: ast.Attribute, depth: int) -> Thing | None:
        owner = self.thing(module, expr.value, depth)
        if owner is not None:
            part = _PARTS.get(expr.attr) if owner.owner == "client" else None
            return None if part is None else Thing(part, owner.coroutine)
        if isinstance(expr.value, ast.Name) and expr.value.id in ("self", "cls"):
            around = (one for one in module.scopes.ancestors(expr) if isinstance(one, ast.ClassDef))
            owner_class = next(around, None)
            stored = [] if owner_class is None else _stored(owner_class, expr.attr)
            return self._one(module, stored, depth) if stored else None
        return None

    def _name(self, module: Module, name: ast.Name, depth: int) -> Thing | None:
        bindings = [one for one in module.scopes.lookup(name)[1] if one.kind != "global"]
        given = [one for one in bindings if one.value is None or not _is_none(one.value)]
        return _alike([self._bound(module, one, depth) for one in given])

    def _bound(self, module: Module, binding: Binding, depth: int) -> Thing | None:
        if binding.value is not None:
            return self.thing(module, binding.value, depth)
        around = module.scopes.parent(binding.node)
        if binding.kind == "with" and isinstance(around, ast.withitem):
            return self.thing(module, around.context_expr, depth)
        if binding.kind == "param" and isinstance(binding.node, ast.arg) and binding.node.annotation is not None:
            return self._annotated(module, binding.node.annotation, depth)
        if binding.kind == "import" and depth:
            source, found = self._imports.behind(module, binding)
            return None if found is None else self._bound(source, found, depth - 1)
        return None

    def _annotated(self, module: Module, annotation: ast.expr, depth: int) -> Thing | None:
        """Return what an annotation promises: a class, also one in `Optional[…]`, `… | None` or `Annotated[…]`."""
        made = _CLASSES.get(module.symbol(annotation))
        if made is not None:
            return Thing(*made)
        if depth == 0:
            return None
        if isinstance(annotation, ast.Subscript) and module.symbol(annotation.value) in _AROUND:
            inner = annotation.slice
            return self._annotated(module, inner.elts[0] if isinstance(inner, ast.Tuple) else inner, depth - 1)
        if isinstance(annotation, ast.BinOp):
            sides = [one for one in (annotation.left, annotation.right) if not _is_none(one)]
            return self._annotated(module, sides[0], depth - 1) if len(sides) == 1 else None
        bindings = module.scopes.lookup(annotation)[1] if isinstance(annotation, ast.Name) else ()
        if len(bindings) != 1:
            return None
        source, binding = self._imports.behind(module, bindings[0])
        value = None if binding is None else binding.value
        return None if value is None else self._annotated(source, value, depth - 1)


@lru_cache(maxsize=1)
def second(project: Project) -> Second:
    """Return what a project does with getstream; the checks of one run ask for the same."""
    return Second(project)


def _place(call: ast.Call) -> tuple[int, int, int]:
    return call.lineno, call.col_offset, call.end_col_offset or 0


def _alike(found: list[Thing | None]) -> Thing | None:
    """Return what several ways lead to; where they lead to several channels, nothing is said of how it was made."""
    things = list(dict.fromkeys(found))
    first = things[0] if things else None
    if first is None or any(one is None or one[:2] != first[:2] for one in things):
        return None
    return first if len(things) == 1 else Thing(first.owner, first.coroutine)


def _call(module: Module, node: ast.Call, thing: Thing, name: str) -> SecondCall:
    method = sdk.v2_method(thing.owner, name)
    parameters = () if method is None else tuple(method.parameters.values())
    plain = [one.name for one in parameters if one.kind == "positional"]
    starred = any(isinstance(one, ast.Starred) for one in node.args)
    given = {} if starred else dict(zip(plain, node.args, strict=False))
    given.update({one.arg: one.value for one in node.keywords if one.arg is not None})
    opaque = starred or any(one.arg is None for one in node.keywords)
    return SecondCall(module, node, thing, name, given, opaque)


def _returned(module: Module, function: ast.FunctionDef) -> list[ast.expr]:
    """Return what the `return` statements of a function give."""
    found = []
    for node in ast.walk(function):
        if isinstance(node, ast.Return) and node.value is not None:
            around = next((one for one in module.scopes.ancestors(node) if isinstance(one, _FUNCTIONS)), None)
            if around is function:
                found.append(node.value)
    return found


def _stored(owner: ast.ClassDef, attr: str) -> list[ast.expr]:
    """Return what a class puts in an attribute of its objects, or of itself."""
    found = []
    for node in ast.walk(owner):
        if not isinstance(node, (ast.Assign, ast.AnnAssign)) or node.value is None:
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if any(_is_own(target, attr, in_body=node in owner.body) for target in targets):
            found.append(node.value)
    return found


def _is_own(target: ast.expr, attr: str, *, in_body: bool) -> bool:
    if isinstance(target, ast.Attribute):
        return target.attr == attr and isinstance(target.value, ast.Name) and target.value.id in ("self", "cls")
    return in_body and isinstance(target, ast.Name) and target.id == attr


def _that_name(project: Project, paths: Collection[str]) -> dict[str, Module]:
    """Return the files that name some others, by path."""
    stems = sorted({_stem(path) for path in paths} - {""})
    if not stems:
        return {}
    pattern = rf"\b(?:{'|'.join(re.escape(stem) for stem in stems)})\b"
    if any(path.endswith("__init__.py") for path in paths):
        pattern += r"|\bfrom[ \t]+\.+[ \t]+import\b"
    return {module.path: module for module in project.modules(pattern.encode())}


def _stem(path: str) -> str:
    """Return the name by which others import a file."""
    file = PurePosixPath(path)
    return file.parent.name if file.stem == "__init__" else file.stem


def _is_none(expr: ast.expr) -> bool:
    return isinstance(expr, ast.Constant) and expr.value is None
