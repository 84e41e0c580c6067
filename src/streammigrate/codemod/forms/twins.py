"""A second client for the uses that stay: `client_v1` beside `client`, with the same key, secret and host."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import NamedTuple

from streammigrate.codemod.code import Code, Raw
from streammigrate.codemod.cohorts import Cohort
from streammigrate.codemod.draft import Draft
from streammigrate.codemod.model import Insertion, Span
from streammigrate.codemod.names import Names
from streammigrate.codemod.receivers import CHANNELS, CLIENTS
from streammigrate.codemod.scopes import Scopes
from streammigrate.codemod.values import is_repeatable

SUFFIX = "_v1"
_REMEMBERS = frozenset({"create", "query", "accept_invite", "reject_invite"})
"""Calls that send, or change, what a channel holds: two channels would not share it."""


class Twin(NamedTuple):
    """What makes the second objects, and the receivers that now name them."""

    replaced: dict[ast.expr, Code]
    insertions: tuple[Insertion, ...]
    stays: frozenset[ast.expr]
    """Calls that make a v1 object for a call that stays, and so stay too."""
    kept: tuple[ast.expr, ...]
    """Names of stream-chat that the second objects still need."""


def plan(
    cohort: Cohort, drafts: Sequence[Draft], staying: Sequence[Draft], scopes: Scopes, names: Names
) -> Twin | None:
    """Return a twin for the uses that stay, or None where a second object cannot stand beside the first."""
    return _Twins(cohort, drafts, staying, scopes, names).plan()


class _Impossible(Exception):  # noqa: N818
    """No second object can stand here."""


class _Twins:
    def __init__(
        self, cohort: Cohort, drafts: Sequence[Draft], staying: Sequence[Draft], scopes: Scopes, names: Names
    ) -> None:
        self.cohort = cohort
        self.drafts = drafts
        self.staying = staying
        self.scopes = scopes
        self.names = names
        self.replaced: dict[ast.expr, Code] = {}
        self.insertions: list[Insertion] = []
        self.stays: set[ast.expr] = set()
        self.kept: list[ast.expr] = []
        self.second: dict[ast.Call, str] = {}

    def plan(self) -> Twin | None:
        if len(self.staying) == len([draft for draft in self.drafts if draft.use.kind != "construct"]):
            return None
        try:
            for draft in self.staying:
                self._rename(_receiver(draft), draft)
        except _Impossible:
            return None
        return Twin(self.replaced, tuple(self.insertions), frozenset(self.stays), tuple(self.kept))

    def _rename(self, node: ast.expr, draft: Draft) -> None:
        """Let an expression that holds an SDK object name the second one."""
        if isinstance(node, ast.Await):
            raise _Impossible
        if isinstance(node, ast.Call):
            inner = next((one for one in self.drafts if one.node is node and one.use.kind == "call"), None)
            if inner is None:
                raise _Impossible
            self.stays.add(node)
            self._rename(_receiver(inner), inner)
            return
        origins = draft.use.receiver.origins
        if len(origins) != 1 or not isinstance(node, (ast.Name, ast.Attribute)):
            raise _Impossible
        self.replaced[node] = Raw(self._object(origins[0], draft.use.receiver.cls, node))

    def _object(self, origin: ast.Call, cls: str, node: ast.expr) -> str:
        """Return the name of the second object for what a call makes, adding the statement that makes it."""
        target = self._target(origin)
        if ast.unparse(target) != ast.unparse(node):
            raise _Impossible
        if origin in self.second:
            return self.second[origin]
        arguments = [*origin.args, *(keyword.value for keyword in origin.keywords)]
        if not all(map(is_repeatable, arguments)) or any(keyword.arg is None for keyword in origin.keywords):
            raise _Impossible
        if cls in CLIENTS:
            function = ast.unparse(origin.func)
            self.kept.append(origin.func)
        elif cls in CHANNELS and isinstance(origin.func, ast.Attribute) and origin.func.attr == "channel":
            function = f"{self._client(origin)}.channel"
            self._check_memory(origin)
        else:
            raise _Impossible
        name = self._name(target)
        self.second[origin] = name
        written = ", ".join(
            [
                *map(ast.unparse, origin.args),
                *(f"{keyword.arg}={ast.unparse(keyword.value)}" for keyword in origin.keywords),
            ]
        )
        statement = Span.of(self.scopes.statement(origin))
        self.insertions.append(Insertion(statement, f"{name} = {function}({written})", after=True))
        return name

    def _target(self, origin: ast.Call) -> ast.expr:
        """Return the name or `self.name` that is bound to an object once and for all."""
        statement = self.scopes.parent(origin)
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target: ast.expr = statement.targets[0]
        elif isinstance(statement, ast.AnnAssign):
            target = statement.target
        else:
            raise _Impossible
        if isinstance(target, ast.Name):
            binding = self.scopes.binding(target)
            if binding is None or self.scopes.is_rebound(binding.scope, target.id):
                raise _Impossible
        elif not isinstance(target, ast.Attribute) or not isinstance(target.value, ast.Name):
            raise _Impossible
        return target

    def _client(self, origin: ast.Call) -> str:
        """Return the name of the second client for the client that a channel is made from."""
        assert isinstance(origin.func, ast.Attribute)
        draft = next((one for one in self.drafts if one.node is origin), None)
        if draft is None or len(draft.use.receiver.origins) != 1:
            raise _Impossible
        return self._object(draft.use.receiver.origins[0], draft.use.receiver.cls, origin.func.value)

    def _check_memory(self, origin: ast.Call) -> None:
        for draft in self.drafts:
            if draft.use.member in _REMEMBERS and origin in draft.use.receiver.origins and draft.node is not origin:
                raise _Impossible

    def _name(self, target: ast.expr) -> str:
        if isinstance(target, ast.Name):
            return self.names.reserve(target.id + SUFFIX)
        assert isinstance(target, ast.Attribute)
        return f"{ast.unparse(target.value)}.{self.names.reserve(target.attr + SUFFIX)}"


def _receiver(draft: Draft) -> ast.expr:
    """Return the expression of a use that holds the SDK object."""
    if draft.use.kind not in ("call", "attribute", "reference", "escape"):
        raise _Impossible
    return draft.use.subject
