"""The surface of stream-chat, read from its source: nothing is imported, so that any release can be read."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

MODULES = ("stream_chat.webhook", "stream_chat.base.exceptions")
"""Modules whose names are members too; those under stream_chat.types are added."""

CLASSES = {
    "StreamChat": "stream_chat.client.StreamChat",
    "StreamChatAsync": "stream_chat.async_chat.client.StreamChatAsync",
    "Channel": "stream_chat.channel.Channel",
    "AsyncChannel": "stream_chat.async_chat.channel.Channel",
    "Campaign": "stream_chat.campaign.Campaign",
    "AsyncCampaign": "stream_chat.async_chat.campaign.Campaign",
    "Segment": "stream_chat.segment.Segment",
    "AsyncSegment": "stream_chat.async_chat.segment.Segment",
    "ChannelBatchUpdater": "stream_chat.channel_batch_updater.ChannelBatchUpdater",
    "AsyncChannelBatchUpdater": "stream_chat.async_chat.channel_batch_updater.ChannelBatchUpdater",
    "QueryThreads": "stream_chat.query_threads.QueryThreads",
}
"""Names that tell sync and async classes apart; every other class keeps its own name."""

_PROTOCOL = {"__init__", "__aenter__", "__aexit__", "__enter__", "__exit__", "__str__"}
_CLIENTS = {False: "StreamChat", True: "StreamChatAsync"}


class _Class(NamedTuple):
    module: str
    node: ast.ClassDef


class Package:
    """The source of one release of stream-chat."""

    def __init__(self, folder: Path) -> None:
        """Read every module under `folder`, the directory named stream_chat."""
        self.modules: dict[str, ast.Module] = {}
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder.parent).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            if "tests" not in parts:
                self.modules[name] = ast.parse(path.read_text(encoding="utf-8"))

    @cached_property
    def names(self) -> dict[str, dict[str, str]]:
        """What each module binds by import or class statement: name to qualified name; typing-only names apart."""
        return {module: dict(self._bound(module, tree.body, typing=False)) for module, tree in self.modules.items()}

    @cached_property
    def typing_names(self) -> dict[str, dict[str, str]]:
        """The same with what is imported under TYPE_CHECKING or inside functions, for reading annotations."""
        return {module: dict(self._bound(module, tree.body, typing=True)) for module, tree in self.modules.items()}

    def _bound(self, module: str, body: list[ast.stmt], *, typing: bool) -> Iterator[tuple[str, str]]:
        for statement in body:
            if isinstance(statement, ast.ClassDef):
                yield statement.name, f"{module}.{statement.name}"
            elif isinstance(statement, ast.ImportFrom):
                source = self._source(module, statement)
                for alias in statement.names:
                    yield alias.asname or alias.name, f"{source}.{alias.name}"
            elif isinstance(statement, ast.If) and (typing or ast.unparse(statement.test) != "TYPE_CHECKING"):
                yield from self._bound(module, statement.body, typing=typing)

    def _source(self, module: str, statement: ast.ImportFrom) -> str:
        if not statement.level:
            return statement.module or ""
        is_package = any(name.startswith(f"{module}.") for name in self.modules)
        parts = module.split(".")
        parts = parts[: len(parts) - statement.level + is_package]
        return ".".join([*parts, *([statement.module] if statement.module else [])])

    def resolve(self, qualname: str) -> str:
        """Return the qualified name of the definition that `qualname` is imported from."""
        seen = set()
        while qualname not in seen:
            seen.add(qualname)
            module, _, name = qualname.rpartition(".")
            qualname = self.names.get(module, {}).get(name, qualname)
        return qualname

    @cached_property
    def classes(self) -> dict[str, _Class]:
        """Every class of the package by the qualified name of its definition."""
        return {
            f"{module}.{node.name}": _Class(module, node)
            for module, tree in self.modules.items()
            for node in _statements(tree.body)
            if isinstance(node, ast.ClassDef)
        }

    def spellings(self, qualname: str) -> list[str]:
        """Return every qualified name under which the class can be imported, sorted."""
        return sorted(
            f"{module}.{name}"
            for module, names in self.names.items()
            for name, target in names.items()
            if self.resolve(target) == qualname
        )

    def lineage(self, qualname: str) -> list[_Class]:
        """Return the class and its bases within the package, in the order in which attributes are looked up."""
        found = self.classes.get(qualname)
        if found is None:
            return []
        bases = [ast.unparse(base) for base in found.node.bases]
        names = self.names[found.module]
        return [found, *(item for base in bases if base in names for item in self.lineage(self.resolve(names[base])))]


def _statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        if isinstance(statement, ast.If):
            yield from _statements(statement.body)


def read(folder: Path) -> dict[str, Any]:
    """Return the classes and modules of the stream-chat in `folder` with their public members, sorted.

    `classes` has `qualnames` and `members` of each class, `modules` the members of each module. A member has `kind`,
    and as they apply `signature` (without self), `returns` (the name of an SDK class) and `awaited`.
    """
    package = Package(folder)
    modules = [name for name in package.modules if name in MODULES or name.startswith("stream_chat.types.")]
    aliases = {qualname: name for name, qualname in CLASSES.items() if qualname in package.classes}
    for qualname, found in package.classes.items():
        if found.module in modules and not found.node.name.startswith("_"):
            aliases.setdefault(qualname, found.node.name)
    return {
        "classes": {
            name: {"qualnames": package.spellings(qualname), "members": _members(package, qualname, aliases)}
            for qualname, name in sorted(aliases.items(), key=lambda item: item[1])
        },
        "modules": {name: _module_members(package, name, aliases) for name in sorted(modules)},
    }


def _members(package: Package, qualname: str, aliases: dict[str, str]) -> dict[str, Any]:
    lineage = package.lineage(qualname)
    is_async = qualname.startswith("stream_chat.async_chat.")
    members: dict[str, Any] = {}
    for module, node in lineage:
        own: dict[str, Any] = {}
        if any("dataclass" in ast.unparse(decorator) for decorator in node.decorator_list):
            fields = list(filter(None, map(_annotated_name, node.body)))
            own["__init__"] = {"kind": "method", "signature": ", ".join(fields)}
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                if _public(statement.name):
                    own[statement.name] = _function(package, module, statement, aliases, is_async=is_async, bound=True)
                own |= {name: fact for name, fact in _attributes(statement, is_async) if name not in own}
            elif _annotated_name(statement) and not _annotated_name(statement).startswith("_"):
                own[_annotated_name(statement)] = {"kind": "attribute"}
            elif isinstance(statement, ast.Assign):
                names = [target.id for target in statement.targets if isinstance(target, ast.Name)]
                own |= {name: {"kind": "constant"} for name in names if not name.startswith("_")}
        members = {**own, **members}
    return dict(sorted(members.items()))


def _annotated_name(statement: ast.stmt) -> str:
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.target.id
    return ""


def _attributes(function: ast.FunctionDef | ast.AsyncFunctionDef, is_async: bool) -> Iterator[tuple[str, Any]]:
    for node in ast.walk(function):
        annotated = [node.target] if isinstance(node, ast.AnnAssign) else []
        for target in node.targets if isinstance(node, ast.Assign) else annotated:
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
                if target.attr.startswith("_"):
                    continue
                fact = {"kind": "attribute"}
                if target.attr == "client":
                    fact["returns"] = _CLIENTS[is_async]
                yield target.attr, fact


def _public(name: str) -> bool:
    return not name.startswith("_") or name in _PROTOCOL


def _function(
    package: Package,
    module: str,
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    aliases: dict[str, str],
    *,
    is_async: bool,
    bound: bool,
) -> dict[str, Any]:
    decorators = {ast.unparse(decorator) for decorator in node.decorator_list}
    kind = "property" if "property" in decorators else "method" if bound else "function"
    fact: dict[str, Any] = {"kind": kind}
    if kind != "property":
        fact["signature"] = signature_text(node.args, bound=bound and "staticmethod" not in decorators)
    returns = _returned_class(package, module, node, aliases, is_async)
    if returns:
        fact["returns"] = returns
    if isinstance(node, ast.AsyncFunctionDef):
        fact["awaited"] = True
    return fact


def _returned_class(
    package: Package,
    module: str,
    node: ast.FunctionDef | ast.AsyncFunctionDef,
    aliases: dict[str, str],
    is_async: bool,
) -> str:
    if node.name == "__aenter__":
        return _CLIENTS[is_async]
    if node.returns is None:
        return ""
    names = package.typing_names[module]
    found = {aliases.get(package.resolve(names.get(text, "")), "") for text in _alternatives(node.returns)}
    return found.pop() if len(found) == 1 else ""


def _alternatives(node: ast.expr) -> Iterator[str]:
    """Yield the names that an annotation allows, without None and within Awaitable."""
    if isinstance(node, ast.Constant):
        if node.value is not None:
            yield str(node.value)
    elif isinstance(node, ast.Subscript) and ast.unparse(node.value) in ("Union", "Optional", "Awaitable"):
        for item in node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]:
            yield from _alternatives(item)
    else:
        yield ast.unparse(node)


def signature_text(arguments: ast.arguments, *, bound: bool) -> str:
    """Return parameters as source text without annotations and, for `bound`, without the first."""
    stripped = ast.parse(f"def f({ast.unparse(arguments)}): ...").body[0]
    assert isinstance(stripped, ast.FunctionDef)
    found = stripped.args
    every = [*found.posonlyargs, *found.args, *found.kwonlyargs, *filter(None, (found.vararg, found.kwarg))]
    for argument in every:
        argument.annotation = None
    if bound:
        (found.posonlyargs or found.args).pop(0)
    return ast.unparse(found)


def _module_members(package: Package, module: str, aliases: dict[str, str]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for statement in _statements(package.modules[module].body):
        if isinstance(statement, ast.ClassDef):
            members[statement.name] = {"kind": "class", "returns": statement.name}
        elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            members[statement.name] = _function(package, module, statement, aliases, is_async=False, bound=False)
        elif isinstance(statement, ast.Assign):
            names = [target.id for target in statement.targets if isinstance(target, ast.Name)]
            members |= {name: {"kind": "constant"} for name in names}
    return {name: fact for name, fact in sorted(members.items()) if _public(name)}
