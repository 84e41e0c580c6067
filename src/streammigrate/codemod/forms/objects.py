"""Campaigns, segments and batch updaters: v2 has their calls on the client, and no such objects."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from streammigrate.codemod import kinds
from streammigrate.codemod.cohorts import Use
from streammigrate.codemod.draft import Draft
from streammigrate.codemod.lower import Held
from streammigrate.codemod.model import Removal, Span
from streammigrate.codemod.scopes import Scopes
from streammigrate.codemod.values import is_pure

_CALLS = frozenset({"call", "attribute"})


def plan(draft: Draft, call: ast.Call, uses: Sequence[Use], scopes: Scopes) -> None:
    """Take the statement away that makes the object, as its calls carry what it was made with.

    Raises Held where the object is more than called: handed on, returned, kept in an attribute.
    """
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    for argument in arguments:
        if not is_pure(argument):
            raise Held(kinds.ORDER, f"`{ast.unparse(argument)}` would be evaluated again; put it into a variable first")
    parent = scopes.parent(call)
    if isinstance(parent, ast.Attribute):
        return
    target = parent.targets[0] if isinstance(parent, ast.Assign) and len(parent.targets) == 1 else None
    binding = scopes.binding(target) if isinstance(target, ast.Name) else None
    if not isinstance(parent, ast.Assign) or binding is None or scopes.is_rebound(binding.scope, binding.name):
        raise Held(kinds.ESCAPE, "v2 has no such object; call the client's methods with its id")
    called = {use.subject for use in uses if use.kind in _CALLS}
    if any(load not in called for load in scopes.loads(binding.scope, binding.name)):
        raise Held(kinds.ESCAPE, "v2 has no such object, and this one goes where it is not followed")
    draft.removals.append(Removal(Span.of(parent)))
