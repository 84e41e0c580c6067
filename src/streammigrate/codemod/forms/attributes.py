"""Attributes that are read: `channel.id`, `client.api_key`. The rule's data says what stands there in v2."""

from __future__ import annotations

import ast

from streammigrate.codemod import kinds
from streammigrate.codemod.code import Dotted, Format, Src
from streammigrate.codemod.draft import Draft
from streammigrate.codemod.lower import Held
from streammigrate.codemod.names import Names
from streammigrate.codemod.values import is_pure
from streammigrate.rules.model import Rule


def plan(draft: Draft, rule: Rule | None, names: Names, around: str) -> None:
    """Plan an attribute read: `attribute` (another name) or `format` (an f-string over attributes) of the rule's data.

    `around` is the text of an f-string around it, empty for none.
    """
    node = draft.use.node
    assert isinstance(node, ast.Attribute)
    if rule is None:
        raise Held(kinds.NO_RULE, f"the catalogue has no entry for {draft.member}")
    if rule.manual:
        raise Held(kinds.DECIDE, rule.manual)
    draft.notes += rule.notes
    draft.forms.append("attribute")
    if "attribute" in rule.data:
        name = rule.data["attribute"]
        if name != node.attr:
            draft.replaced[node] = Dotted(Src(node.value), name)
        return
    if not is_pure(node.value):
        raise Held(kinds.ORDER, f"`{ast.unparse(node.value)}` would be evaluated twice; put it into a variable first")
    parts = (
        part if isinstance(part, str) else Dotted(Src(node.value), part["attribute"]) for part in rule.data["format"]
    )
    marks = [mark for mark in ('"', "'") if mark in around]
    if len(marks) > 1:
        raise Held(
            kinds.DECIDE, f"the f-string has no room for another one; put `{ast.unparse(node)}` into a variable first"
        )
    draft.replaced[node] = Format(tuple(parts), "".join(marks))
