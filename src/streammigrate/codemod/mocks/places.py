"""What tests replace, resolved through the target: the module of the project, its attribute, and whose value that is."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from streammigrate.codemod.groups import Group
from streammigrate.codemod.mocks.functions import Patch
from streammigrate.codemod.mocks.roles import OTHER, Role
from streammigrate.codemod.resolve import Receiver, Resolver
from streammigrate.codemod.resolve.model import Holder, Standing
from streammigrate.codemod.resolve.program import Program
from streammigrate.rules import sdk


class Place(NamedTuple):
    """Something that a test replaces, and what the replacement stands for."""

    node: ast.Constant | None
    """The text that names it, the last part of which is the name; None where a keyword does."""
    prefix: str
    """What stands in the text before the name, with its dot."""
    name: str
    path: str
    """The file of the module whose name it is; empty for stream-chat itself and for an object's attribute."""
    role: Role
    groups: tuple[Group, ...]
    owner: Role | None = None
    """The object or class whose method is replaced."""


class Places:
    """Finds the places of a program's patches."""

    def __init__(self, program: Program, resolvers: Mapping[str, Resolver], groups: Sequence[Group]) -> None:
        self.program = program
        self.resolvers = resolvers
        self._by_holder: dict[Holder, dict[int, Group]] = {}
        self._by_origin: dict[ast.expr, Group] = {}
        self._classes: dict[Holder, str] = {}
        self._made: dict[str, list[tuple[str, str, Group]]] = {}
        for number, group in enumerate(groups):
            for holder in group.cohort.holders:
                self._by_holder.setdefault(holder, {})[number] = group
            for use in group.cohort.uses:
                for holder in use.targets:
                    self._classes.setdefault(holder, use.receiver.cls)
                if use.kind == "construct":
                    self._by_origin[use.node] = group
                    name = ast.unparse(use.subject)
                    self._made.setdefault(use.receiver.cls, []).append((program.forest.path_of(use.node), name, group))

    def of(self, patch: Patch) -> Iterator[Place]:
        """Yield what a patch replaces, where that is known."""
        node = patch.target
        here = self.program.forest.path_of(patch.call)
        if patch.is_text:
            assert isinstance(node, ast.Constant) and isinstance(node.value, str)
            if patch.kind == "multiple":
                for name in patch.names:
                    yield from self._of_text(None, f"{node.value}.{name}", here)
            elif patch.kind in ("patch", "setattr"):
                yield from self._of_text(node, node.value, here)
            elif patch.kind == "object":
                return
            return
        text = patch.call.args[1] if len(patch.call.args) > 1 else None
        for name in patch.names:
            constant = text if isinstance(text, ast.Constant) else None
            path = self.resolvers[here].module(node) or ""
            yield from self._made_of(constant, "", name, path, self.resolvers[here].standing(node, (name,)))

    def within(self, patch: Patch, names: Sequence[str]) -> Standing | None:
        """Return what is reached by names from an object of the project that a patch replaces; None for nothing known."""
        node = patch.target
        here = self.program.forest.path_of(patch.call)
        if not patch.is_text:
            return self.resolvers[here].standing(node, (*patch.names, *names)) if len(patch.names) == 1 else None
        if patch.kind not in ("patch", "setattr") or not isinstance(node, ast.Constant):
            return None
        parts = str(node.value).split(".")
        for end in range(len(parts) - 1, 0, -1):
            file = self.program.modules.find(here, 0, ".".join(parts[:end]))
            if file is not None:
                resolver = self.resolvers.get(file)
                return None if resolver is None else resolver.standing("", [*parts[end:], *names])
        return None

    def of_class(self, cls: str) -> tuple[Group, ...]:
        """Return the cohorts in which an object of a class is made."""
        if cls in self._made:
            return _once(group for _, _, group in self._made[cls])
        return ()

    def of_receiver(self, receiver: Receiver) -> tuple[Group, ...]:
        """Return the cohorts that an object belongs to."""
        found: dict[int, Group] = {}
        for holder in receiver.holders:
            found.update(self._by_holder.get(holder, {}))
        made = [self._by_origin[one] for one in (*receiver.origins, *receiver.makers) if one in self._by_origin]
        return _once([*found.values(), *made])

    def of_holders(self, holders: Sequence[Holder]) -> tuple[str, tuple[Group, ...]]:
        """Return the class of what definitions hold, and its cohorts; no class where they hold nothing of stream-chat's."""
        classes = {self._classes[one] for one in holders if one in self._classes}
        found = [group for one in holders for group in self._by_holder.get(one, {}).values()]
        return (classes.pop(), _once(found)) if len(classes) == 1 and found else ("", ())

    def _of_text(self, node: ast.Constant | None, target: str, here: str) -> Iterator[Place]:
        parts = target.split(".")
        if parts[0] == "stream_chat" and len(parts) > 1:
            standing = self.resolvers[here].standing("stream_chat", parts[1:])
            yield from self._made_of(node, ".".join(parts[:-1]) + ".", parts[-1], "", standing)
            return
        for end in range(len(parts) - 1, 0, -1):
            file = self.program.modules.find(here, 0, ".".join(parts[:end]))
            if file is None:
                continue
            resolver = self.resolvers.get(file)
            if resolver is not None:
                standing = resolver.standing("", parts[end:])
                path = file if end == len(parts) - 1 else ""
                yield from self._made_of(node, ".".join(parts[:-1]) + ".", parts[-1], path, standing)
            return

    def _made_of(
        self, node: ast.Constant | None, prefix: str, name: str, path: str, standing: Standing | None
    ) -> Iterator[Place]:
        if standing is None:
            return
        receiver, cls = standing.receiver, standing.receiver.cls
        if standing.kind == "other" or cls not in sdk.v1_classes():
            yield Place(node, prefix, name, path, OTHER, ())
        elif standing.kind == "class":
            groups = _once(
                group for file, made, group in self._made.get(cls, ()) if not path or (file, made) == (path, name)
            )
            yield Place(node, prefix, name, path, Role("class", cls), groups)
        elif standing.kind in ("object", "factory"):
            role = Role("object" if standing.kind == "object" else "factory", cls)
            yield Place(node, prefix, name, path, role, self.of_receiver(receiver))
        else:
            owner = Role("object" if standing.kind == "method" else "class", cls)
            groups = self.of_receiver(receiver) if standing.kind == "method" else self.of_class(cls)
            yield Place(node, prefix, name, path, Role("method", cls, standing.member), groups, owner)


def _once(groups: Iterator[Group] | Sequence[Group]) -> tuple[Group, ...]:
    found: list[Group] = []
    for group in groups:
        if group not in found:
            found.append(group)
    return tuple(found)
