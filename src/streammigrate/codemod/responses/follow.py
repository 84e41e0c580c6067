"""Decides how a response goes on: read by type with v1's shape where it leaves, or in v1's shape from the call on."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from streammigrate.codemod import kinds
from streammigrate.codemod.code import Arg, Call, Code, Dotted, Item, Raw, Src
from streammigrate.codemod.lower import Held
from streammigrate.codemod.model import Facet, Insertion, Span
from streammigrate.codemod.names import Names
from streammigrate.codemod.responses.leaving import Symbol
from streammigrate.codemod.responses.reads import Lost, Reads, written
from streammigrate.codemod.responses.shapes import Shape
from streammigrate.codemod.scopes import Binding, Scopes
from streammigrate.rules import sdk

_MANY = 2
"""From so many places on that want v1's shape, the call gets it, unless more places read attributes."""
_UNPACKED = "the response is unpacked together with others; read it beside its call"


class Response(NamedTuple):
    """What v2 answers: the model, and where v1's answer is in it."""

    type: str
    result: str = ""
    """The field that v1 returned; `none` where v2 has no counterpart."""
    reason: str = ""
    lacks: Mapping[str, str] = MappingProxyType({})
    """Keys of v1's answer that this one has not, and methods of the response that say something else, with why."""


class Followed(NamedTuple):
    """What becomes of a response."""

    replaced: Mapping[ast.expr, Code] = MappingProxyType({})
    facets: tuple[Facet, ...] = ()
    insertions: tuple[Insertion, ...] = ()
    is_v1: bool = False
    """Whether it has v1's shape from the call on."""


class Follower:
    """Follows the responses of one file."""

    def __init__(self, scopes: Scopes, target: str, symbol: Symbol, names: Names) -> None:
        self.scopes = scopes
        self.target = target
        self.symbol = symbol
        self.names = names
        self._elsewhere: frozenset[str] | None = None

    def follow(self, value: ast.expr, response: Response, moved: Mapping[ast.expr, Code]) -> Followed:
        """Return what becomes of a response from the expression that holds it, or the name that it is unpacked into.

        `moved` is what becomes of the call. Raises Held where a use of the response cannot be carried over.
        """
        if isinstance(self.scopes.parent(value), ast.Expr):
            return Followed()
        if response.result == "none":
            raise Held(kinds.RESPONSE, response.reason or "the v2 answer has another shape")
        if isinstance(value, ast.Name) and isinstance(value.ctx, ast.Store):
            return self._unpacked(value, response)
        given = self._given(value, response, moved)
        reads = self._reads({**moved, **given}, response)
        try:
            reads.follow(value, self._shape(response))
        except Lost:
            raise
        except Held:
            if not self.names.helps:
                raise
        else:
            if not self._mostly_wrapped(reads):
                return Followed(self._without_brackets({**given, **reads.replaced}), tuple(reads.facets))
        code = given.get(value)
        whole = self._wrap(written(value, moved) if code is None else code)
        return Followed(self._without_brackets({value: whole}), reads.lost_in_all(), is_v1=True)

    def follow_together(self, value: ast.expr, response: Response, moved: Mapping[ast.expr, Code]) -> Followed:
        """Return what becomes of an expression that gives a list of responses. Raises Held where it cannot be v1's shape."""
        if response.result or response.lacks or not self.names.helps:
            raise Held(kinds.RESPONSE, "the results of `asyncio.gather` go on together; unpack them into names")
        return Followed({value: self._wrap(written(value, moved))}, is_v1=True)

    def _without_brackets(self, replaced: dict[ast.expr, Code]) -> dict[ast.expr, Code]:
        """Write what reads `(await x)` anew, as its brackets are not needed around what replaces it."""
        for node in list(replaced):
            parent = self.scopes.parent(node)
            if not isinstance(node, ast.Await) or parent in replaced:
                continue
            if isinstance(parent, ast.Subscript) and parent.value is node:
                replaced[parent] = Item(Src(node), Src(parent.slice))
            elif isinstance(parent, ast.Attribute):
                replaced[parent] = Dotted(Src(node), parent.attr)
        return replaced

    def _given(self, value: ast.expr, response: Response, moved: Mapping[ast.expr, Code]) -> dict[ast.expr, Code]:
        own = moved.get(value)
        if response.result:
            return {value: Dotted(written(value, moved) if own is None else own, f"data.{response.result}")}
        return {} if own is None else {value: own}

    def _unpacked(self, target: ast.Name, response: Response) -> Followed:
        """Follow a response from a name, or give the name v1's shape in a statement of its own."""
        reads = self._reads({}, response)
        try:
            if response.result:
                raise Held(kinds.RESPONSE, _UNPACKED)
            reads.follow_name(target, self._shape(response))
        except Lost:
            raise
        except Held:
            if not self.names.helps or not self._can_follow(target):
                raise
        else:
            if not self._mostly_wrapped(reads) or not self._can_follow(target):
                return Followed(reads.replaced, tuple(reads.facets))
        held = f"{target.id}.data.{response.result}" if response.result else target.id
        text = f"{target.id} = {self.names.helper('as_v1')}({held})"
        statement = self.scopes.statement(target)
        return Followed({}, reads.lost_in_all(), (Insertion(Span.of(statement), text, after=True),), is_v1=True)

    def _can_follow(self, target: ast.Name) -> bool:
        """Return whether a statement can be put behind the one that sets a name."""
        statement = self.scopes.statement(target)
        around = self.scopes.parent(statement)
        line = getattr(around, "lineno", 0)
        alone = all(
            one is statement or (one.lineno > (statement.end_lineno or 0) or (one.end_lineno or 0) < statement.lineno)
            for one in self.scopes.block(statement)
        )
        return isinstance(statement, ast.Assign) and alone and statement.lineno > line

    def _shape(self, response: Response) -> Shape:
        if response.result:
            model = sdk.model(response.type, self.target)
            assert model is not None
            return Shape(model.fields[response.result].type)
        return Shape(sdk.parse_type(response.type or "Response"), "data.")

    def _reads(self, given: Mapping[ast.expr, Code], response: Response) -> Reads:
        wrap = self._wrap if self.names.helps else None
        return Reads(self.scopes, self.target, self.symbol, wrap, given, self._is_shared, response.lacks)

    def _is_shared(self, binding: Binding) -> bool:
        """Return whether another file may read a name of the module."""
        if binding.scope.kind != "module" or len(self.scopes.files) == 1:
            return False
        if self._elsewhere is None:
            self._elsewhere = frozenset(_named(self.scopes))
        return binding.name in self._elsewhere or "*" in self._elsewhere

    def _wrap(self, code: Code) -> Code:
        return Call(Raw(self.names.helper("as_v1")), (Arg("", code),))

    def _mostly_wrapped(self, reads: Reads) -> bool:
        return len(reads.wrapped) >= max(_MANY, reads.plain)


def _named(scopes: Scopes) -> Iterator[str]:
    """Yield what the other files of the program import or read as an attribute; `*` where one imports all there is."""
    for path, file in scopes.files.items():
        for node in file.nodes if path != scopes.path else ():
            if isinstance(node, ast.alias):
                yield node.name
            elif isinstance(node, ast.Attribute):
                yield node.attr
