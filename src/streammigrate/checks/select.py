"""Which checks are wanted: by id, by the start of an id, or by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from streammigrate.checks.model import Check
from streammigrate.errors import UsageError


def select(checks: Sequence[Check], wanted: Iterable[str], unwanted: Iterable[str]) -> list[Check]:
    """Return the checks that some of `wanted` names (all when there is none) and none of `unwanted` does.

    Raises UsageError for what names no check.
    """
    chosen = [matching(checks, text) for text in wanted]
    left_out = [matching(checks, text) for text in unwanted]
    kept = set[str]().union(*chosen) if chosen else {check.id for check in checks}
    kept -= set[str]().union(*left_out)
    return [check for check in checks if check.id in kept]


def matching(checks: Sequence[Check], text: str) -> set[str]:
    """Return the ids of the checks that a text names. Raises UsageError when it names none."""
    found = {check.id for check in checks if check.name == text}
    if re.fullmatch(r"[Ss][Mm]\d{1,3}", text):
        found = {check.id for check in checks if check.id.startswith(text.upper())}
    if not found:
        raise UsageError(f"{text!r} selects no check: give an id (SM601 or SM6) or a name (permissions-v1)")
    return found
