"""Every id that any command can report, in one place."""

from __future__ import annotations

from streammigrate.checks.problems import PROBLEMS as CHECK_PROBLEMS
from streammigrate.checks.registry import all_checks
from streammigrate.codemod.kinds import KINDS as REASONS
from streammigrate.diff.registry import CHANGE_KINDS
from streammigrate.errors import UsageError
from streammigrate.kinds import Kind
from streammigrate.manifests.kinds import KINDS as MANIFESTS
from streammigrate.rules.catalogue import all_rules, rule_named
from streammigrate.rules.shown import rule_kind
from streammigrate.spec.problems import PROBLEMS


def all_kinds() -> tuple[Kind, ...]:
    """Return all kinds, sorted by id."""
    return tuple(
        sorted(
            (
                *CHANGE_KINDS,
                *PROBLEMS,
                *CHECK_PROBLEMS,
                *REASONS,
                *MANIFESTS,
                *(check.kind for check in all_checks()),
                *map(rule_kind, all_rules()),
            ),
            key=lambda kind: kind.id,
        )
    )


def find_kind(text: str) -> Kind:
    """Return the kind with an id (in any case) or a name, a member of stream-chat for a rule.

    Raises UsageError, naming what is near, when there is none.
    """
    wanted = text.strip()
    rule = rule_named(wanted)
    if rule is not None:
        return rule_kind(rule)
    kinds = all_kinds()
    for kind in kinds:
        if wanted.upper() == kind.id or wanted.lower() == kind.name:
            return kind
    from difflib import get_close_matches

    near = get_close_matches(wanted.lower(), [kind.name for kind in kinds] + [kind.id.lower() for kind in kinds], n=3)
    hint = f" (near: {', '.join(near)})" if near else ""
    raise UsageError(f"there is no {wanted!r}{hint}; `streammigrate explain --list` shows all ids")
