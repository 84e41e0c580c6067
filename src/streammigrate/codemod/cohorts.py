"""Cohorts: every definition and use that one SDK value flows through, so that it moves whole or not at all."""

from __future__ import annotations

import ast
from collections.abc import Hashable, Iterable, Iterator
from typing import Literal, NamedTuple

from streammigrate.codemod.resolve import Holder, Receiver, Resolver
from streammigrate.codemod.resolve.model import ASSUMED
from streammigrate.codemod.uses import Use, uses

__all__ = ["Cohort", "Use", "cohorts"]

_CLIENTS = ("StreamChat", "StreamChatAsync")
_Key = tuple[Literal["holder", "call", "class", "at"], Hashable]


class Cohort(NamedTuple):
    """One value with all that it touches. A use that belongs to no value (a class that is handed on) stands alone."""

    holders: tuple[Holder, ...]
    constructions: tuple[ast.Call, ...]
    """The calls `StreamChat(…)` and `StreamChatAsync(…)`, in the order of the source."""
    uses: tuple[Use, ...]
    """In the order of the source."""


def cohorts(resolvers: Iterable[Resolver]) -> tuple[Cohort, ...]:
    """Return the cohorts of some files, in the order of their first use; every use is in exactly one."""
    found = [use for resolver in resolvers for use in uses(resolver)]
    sets = _Sets()
    assumed = any(ASSUMED in use.receiver.holders for use in found)
    handed_on = {use.receiver.cls for use in found if use.kind == "escape" and use.detail == "class"}
    for index, use in enumerate(found):
        first: _Key = ("at", index)
        for key in _keys(use):
            sets.join(first, key)
        if use.receiver.cls in handed_on and _may_be_made_elsewhere(use):
            sets.join(first, ("class", use.receiver.cls))
        if assumed and use.kind == "construct" and use.receiver.cls in _CLIENTS:
            sets.join(first, ("holder", ASSUMED))
    groups: dict[Hashable, list[Use]] = {}
    for index, use in enumerate(found):
        groups.setdefault(sets.root(("at", index)), []).append(use)
    return tuple(_cohort(members) for members in groups.values())


def _cohort(members: list[Use]) -> Cohort:
    holders = {holder for use in members for holder in (*use.receiver.holders, *use.targets)} - {ASSUMED}
    made = [use.node for use in members if use.kind == "construct" and use.receiver.cls in _CLIENTS]
    return Cohort(
        tuple(sorted(holders)),
        tuple(node for node in made if isinstance(node, ast.Call)),
        tuple(members),
    )


def _keys(use: Use) -> Iterator[_Key]:
    yield from _of(use.receiver)
    for holder in use.targets:
        yield "holder", holder
    for node in use.anchors:
        yield "call", node
    if use.kind == "subclass" and use.detail:
        yield "class", use.detail


def _may_be_made_elsewhere(use: Use) -> bool:
    """Return whether a use is about an object whose construction is not in view, or hands on what constructs one."""
    if use.kind == "escape" and use.detail == "class":
        return True
    return bool(use.receiver.holders) and not use.receiver.origins


def _of(receiver: Receiver) -> Iterable[_Key]:
    for holder in receiver.holders:
        yield "holder", holder
    for call in (*receiver.origins, *receiver.makers):
        yield "call", call
    if receiver.subclass:
        yield "class", receiver.subclass


class _Sets:
    """Disjoint sets."""

    def __init__(self) -> None:
        self._parents: dict[Hashable, Hashable] = {}

    def root(self, key: Hashable) -> Hashable:
        path = [key]
        while (parent := self._parents.get(path[-1], path[-1])) != path[-1]:
            path.append(parent)
        for each in path[:-1]:
            self._parents[each] = path[-1]
        return path[-1]

    def join(self, one: Hashable, other: Hashable) -> None:
        first, second = self.root(one), self.root(other)
        if first != second:
            self._parents[first] = second
