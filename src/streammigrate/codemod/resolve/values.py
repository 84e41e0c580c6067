"""The alternatives that an expression may evaluate to, as far as resolving cares."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple, TypeAlias

from streammigrate.codemod.resolve.model import Holder, Step
from streammigrate.codemod.scopes import FunctionNode

_LONGEST_CHAIN = 24
# Containers in containers, beyond which what they hold is not told where it has come through.
_DEEPEST = 4
_MOST_NESTED = 4
_MOST_CONTAINERS = 4


class Sdk(NamedTuple):
    """An object of stream-chat."""

    cls: str
    steps: tuple[Step, ...] = ()
    holders: frozenset[Holder] = frozenset()
    origins: tuple[ast.Call, ...] = ()
    maker: tuple[Sdk, ...] = ()
    """The client that it was made from; at most one."""
    likely: bool = False

    def after(self, step: Step, holder: Holder | None = None, *, likely: bool = False) -> Sdk:
        """Return the object one step further on its way."""
        steps = self.steps
        if len(steps) < _LONGEST_CHAIN:
            steps = (step, *steps)
        holders = self.holders if holder is None else self.holders | {holder}
        return self._replace(steps=steps, holders=holders, likely=self.likely or likely)


class Symbol(NamedTuple):
    """An imported thing, or a builtin, by its dotted name."""

    dotted: str
    steps: tuple[Step, ...] = ()
    likely: bool = False


class OwnModule(NamedTuple):
    """A module or package of the project."""

    path: str
    """Its file; empty for a namespace package."""
    seen_from: str = ""
    """For a namespace package: the file that imports it, and how it is named there."""
    level: int = 0
    dotted: str = ""


class OwnClass(NamedTuple):
    """A class of the project."""

    node: ast.ClassDef


class OwnInstance(NamedTuple):
    """An object of a class of the project."""

    node: ast.ClassDef
    exact: bool
    """Whether it is of this very class; `self` may be of a subclass."""
    above: bool = False
    """Whether it is `super()`: the class itself is passed over."""


class Function(NamedTuple):
    """A function, method or lambda of the project."""

    node: FunctionNode | ast.Lambda


class SdkMethod(NamedTuple):
    """A method of an object of stream-chat, not called."""

    owner: Sdk
    name: str


class Items:
    """A container with contents in view, or in its annotation; compared by identity."""

    __slots__ = ("anything", "depth", "fields", "holds", "kind")

    def __init__(
        self,
        kind: Literal["sequence", "mapping"],
        fields: tuple[tuple[object, Value], ...] = (),
        anything: Value = (),
    ) -> None:
        values = [anything, *(value for _, value in fields)]
        depth: int = 1 + max((atom.depth for value in values for atom in value if isinstance(atom, Items)), default=0)
        if depth > _MOST_NESTED:
            # A container that holds itself, mostly: what is in it is not told apart any more.
            held = [contents(value) for value in values if holds_sdk(value)]
            fields, anything, depth = (), merged([*held, UNKNOWN]), 1
        self.kind: Literal["sequence", "mapping"] = kind
        self.depth: int = depth
        """How many containers stand in each other, this one included."""
        self.fields = fields
        """By constant key or position, where it is known (None: not known)."""
        self.anything = anything
        """What may be in it at no known place."""
        self.holds: bool = holds_sdk(anything) or any(holds_sdk(value) for _, value in fields)
        """Whether something of stream-chat's is in it, however deep."""

    def at(self, key: object) -> Value:
        """Return what may be under a key; under any of them for None."""
        known = [value for k, value in self.fields if key is not None and k == key and type(k) is type(key)]
        if known:
            return merged([*known[-1:], self.anything])
        return merged([*(value for _, value in self.fields), self.anything])


class ItemsMethod(NamedTuple):
    """A method of a container, not called."""

    owner: Items
    name: str


class Wrapped(NamedTuple):
    """Something that gives the value when awaited, iterated, entered or called."""

    by: Literal["await", "iterate", "enter", "call"]
    value: Value


class Nothing(NamedTuple):
    """None."""

    soft: bool = False
    """Whether it is the placeholder of something set later, or comes from `Optional[…]`."""


class Other(NamedTuple):
    """Something that is known and is not stream-chat's."""

    what: str


class Unknown(NamedTuple):
    """Something of which nothing is known."""

    soft: bool = False
    """Whether it is what a caller outside this file may pass instead of the default."""
    why: str = ""


Atom: TypeAlias = (
    Sdk
    | Symbol
    | OwnModule
    | OwnClass
    | OwnInstance
    | Function
    | SdkMethod
    | Items
    | ItemsMethod
    | Wrapped
    | Nothing
    | Other
    | Unknown
)
Value: TypeAlias = tuple[Atom, ...]
"""The alternatives; none at all for what cannot be reached or is not bound."""

MOCK = Other("a mock")
"""What takes the place of something while a test runs; it says nothing against what is there otherwise."""
UNKNOWN: Value = (Unknown(),)
NONE: Value = (Nothing(),)


def merged(values: Iterable[Value]) -> Value:
    """Return the union of alternatives, in order; objects of one class become one that has come both ways."""
    out: dict[object, Atom] = {}
    for value in values:
        for atom in value:
            if isinstance(atom, Sdk):
                known = out.get((Sdk, atom.cls))
                out[Sdk, atom.cls] = _joined(known, atom) if isinstance(known, Sdk) else atom
            elif isinstance(atom, Symbol):
                known = out.get((Symbol, atom.dotted))
                likely = atom.likely or (isinstance(known, Symbol) and known.likely)
                out.setdefault((Symbol, atom.dotted), atom)
                if likely:
                    first = out[Symbol, atom.dotted]
                    assert isinstance(first, Symbol)
                    out[Symbol, atom.dotted] = first._replace(likely=True)
            elif isinstance(atom, (SdkMethod, Wrapped)):
                # Their values hold other values: comparing them costs more than keeping both.
                out[id(atom)] = atom
            else:
                out.setdefault((type(atom), atom), atom)
    return _gathered(tuple(out.values())) if len(out) > _MOST_CONTAINERS else tuple(out.values())


def _gathered(value: Value) -> Value:
    """Return the value with its containers as one of each kind, where there are many."""
    for kind in ("sequence", "mapping"):
        found = [atom for atom in value if isinstance(atom, Items) and atom.kind == kind]
        if len(found) > _MOST_CONTAINERS:
            rest = tuple(atom for atom in value if not (isinstance(atom, Items) and atom.kind == kind))
            value = (*rest, Items(found[0].kind, anything=merged(atom.at(None) for atom in found)))
    return value


def softened(value: Value) -> Value:
    """Return the value with every None as a placeholder."""
    return tuple(Nothing(soft=True) if isinstance(atom, Nothing) else atom for atom in value)


def without_none(value: Value) -> Value:
    """Return the value where it is not None."""
    return tuple(atom for atom in value if not isinstance(atom, Nothing))


def unwrapped(value: Value, by: Literal["await", "iterate", "enter", "call"]) -> Value:
    """Return what awaiting, iterating, entering or calling gives, for what was wrapped so; the rest is Other."""
    parts: list[Value] = []
    for atom in value:
        if isinstance(atom, Wrapped) and atom.by == by:
            parts.append(atom.value)
        elif isinstance(atom, Unknown):
            parts.append((atom,))
        elif not isinstance(atom, Nothing):
            parts.append((Other("something else"),))
    return merged(parts)


def holds_sdk(value: Value) -> bool:
    """Return whether an object of stream-chat is among the alternatives, or in them, however deep."""
    return any(
        isinstance(atom, Sdk)
        or (isinstance(atom, Items) and atom.holds)
        or (isinstance(atom, Wrapped) and holds_sdk(atom.value))
        for atom in value
    )


def is_dull(value: Value) -> bool:
    """Return whether nothing that could lead to an object of stream-chat is among the alternatives."""
    return all(isinstance(atom, (Other, Unknown, Nothing, Items, ItemsMethod)) for atom in value) and not holds_sdk(
        value
    )


def contents(value: Value) -> Value:
    """Return what is in the containers among the alternatives, however deep, without the containers."""
    parts: list[Value] = []
    for atom in value:
        if isinstance(atom, Items):
            inner = atom.at(None)
            parts += [contents(inner), tuple(a for a in inner if not isinstance(a, (Items, Wrapped)))]
        elif isinstance(atom, Wrapped):
            parts += [contents(atom.value), tuple(a for a in atom.value if not isinstance(a, (Items, Wrapped)))]
    return merged(parts)


def carried(value: Value, change: Callable[[Sdk], Sdk], depth: int = _DEEPEST) -> Value:
    """Return the value with every object of stream-chat in it changed, those in containers too."""
    if not depth or not holds_sdk(value):
        return value
    return tuple(_carried(atom, change, depth) for atom in value)


def _carried(atom: Atom, change: Callable[[Sdk], Sdk], depth: int) -> Atom:
    if isinstance(atom, Sdk):
        return change(atom)
    if isinstance(atom, Items) and atom.holds:
        fields = tuple((key, carried(inner, change, depth - 1)) for key, inner in atom.fields)
        return Items(atom.kind, fields, carried(atom.anything, change, depth - 1))
    if isinstance(atom, Wrapped):
        return atom._replace(value=carried(atom.value, change, depth - 1))
    return atom


def shape(value: Value, depth: int = 1) -> frozenset[object]:
    """Return what two values have in common that differ only in how they were reached."""
    return frozenset(_shape(atom, depth) for atom in value)


def _shape(atom: Atom, depth: int) -> object:
    if isinstance(atom, Sdk):
        return Sdk, atom.cls, atom.holders, frozenset(atom.origins), atom.likely
    if isinstance(atom, Symbol):
        return Symbol, atom.dotted, atom.likely
    if isinstance(atom, SdkMethod):
        return SdkMethod, atom.owner.cls, atom.name
    if isinstance(atom, ItemsMethod):
        return ItemsMethod, atom.name, _shape(atom.owner, depth)
    if isinstance(atom, Wrapped):
        return Wrapped, atom.by, shape(atom.value, depth - 1) if depth else None
    if isinstance(atom, Items):
        fields = frozenset((repr(key), shape(value, depth - 1)) for key, value in atom.fields) if depth else None
        return Items, atom.kind, fields, shape(atom.anything, depth - 1) if depth else None
    return atom


def _joined(first: Sdk, second: Sdk) -> Sdk:
    if first == second:
        return first
    # Where one of them comes from is not in view, no list of origins is complete.
    origins = (*first.origins, *second.origins) if first.origins and second.origins else ()
    origins = tuple(dict.fromkeys(origins))
    maker = merged([first.maker, second.maker]) if first.maker and second.maker else ()
    return first._replace(
        holders=first.holders | second.holders,
        origins=origins,
        maker=tuple(atom for atom in maker if isinstance(atom, Sdk)),
        likely=first.likely or second.likely,
    )
