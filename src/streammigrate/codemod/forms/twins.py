"""A second client for the uses that stay: `client_v1` beside `client`, with the same key, secret and host."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import NamedTuple

from streammigrate.codemod.code import Code, Raw
from streammigrate.codemod.draft import Draft
from streammigrate.codemod.model import Insertion, Span
from streammigrate.codemod.names import Names
from streammigrate.codemod.receivers import CHANNELS, CLIENTS
from streammigrate.codemod.scopes import Scopes
from streammigrate.codemod.values import is_repeatable

SUFFIX = "_v1"
MAKERS = frozenset({"channel", "campaign", "segment", "channel_batch_updater"})
"""Methods of a client that make an object and send nothing."""
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
    drafts: Sequence[Draft],
    staying: Sequence[Draft],
    scopes: Scopes,
    names: Names,
    segment: Callable[[ast.expr], str],
) -> Twin | None:
    """Return a twin for the uses that stay, or None where a second object cannot stand beside the first.

    `segment` gives the text of an expression.
    """
    return _Twins(drafts, staying, scopes, names, segment).plan()


class _Impossible(Exception):  # noqa: N818
    """No second object can stand here."""


class _Twins:
    def __init__(
        self,
        drafts: Sequence[Draft],
        staying: Sequence[Draft],
        scopes: Scopes,
        names: Names,
        segment: Callable[[ast.expr], str],
    ) -> None:
        self.segment = segment
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
        if not any(_does_work(draft) for draft in self.drafts if draft not in self.staying):
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
        if draft.use.receiver.cls not in CLIENTS | CHANNELS or self._stays(origins[0]):
            self._keep_object(origins[0])
            return
        self.replaced[node] = Raw(self._object(origins[0], draft.use.receiver.cls, node))

    def _stays(self, origin: ast.Call) -> bool:
        """Return whether the call that makes a channel stays, so that the channel is v1's as it is."""
        return any(draft.node is origin for draft in self.staying)

    def _keep_object(self, origin: ast.Call) -> None:
        """Keep a campaign, segment or updater with v1 as a whole: only the client it is made from is another."""
        maker = next((one for one in self.drafts if one.node is origin), None)
        if maker is None:
            raise _Impossible
        if origin not in self.stays:
            self.stays.update(one.node for one in self.drafts if origin in one.use.receiver.origins)
            self.stays.add(origin)
            self._rename(_receiver(maker), maker)

    def _object(self, origin: ast.Call, cls: str, node: ast.expr) -> str:
        """Return the name of the second object for what a call makes, adding the statement that makes it."""
        target = self._target(origin)
        if ast.unparse(target) != ast.unparse(node):
            raise _Impossible
        if origin in self.second:
            return self.second[origin]
        values = [*origin.args, *(keyword.value for keyword in origin.keywords)]
        if not all(map(is_repeatable, values)) or any(keyword.arg is None for keyword in origin.keywords):
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
        arguments = [self.segment(argument) for argument in origin.args]
        arguments += [f"{keyword.arg}={self.segment(keyword.value)}" for keyword in origin.keywords]
        written = ", ".join(arguments)
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


def _does_work(draft: Draft) -> bool:
    """Return whether a use sends something, or makes a token: a reason to have a client for it."""
    return draft.use.kind == "call" and draft.use.member not in MAKERS and draft.use.member != "close"


def _receiver(draft: Draft) -> ast.expr:
    """Return the expression of a use that holds the SDK object."""
    if draft.use.kind not in ("call", "attribute", "reference", "escape"):
        raise _Impossible
    return draft.use.subject
