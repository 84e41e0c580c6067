"""What a site that is not rewritten by default may cost a person: minutes for each kind of reason, by rule of thumb.

The numbers are an estimate and nothing was measured for them. docs/scan.md has the table and what it leaves out.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from streammigrate.codemod import kinds

MINUTES: Mapping[str, int] = MappingProxyType(
    {
        kinds.NO_RULE.id: 20,
        kinds.UNBOUND.id: 5,
        kinds.OPAQUE.id: 10,
        kinds.UNKNOWN_VALUE.id: 5,
        kinds.NO_PLACE.id: 10,
        kinds.RESPONSE.id: 15,
        kinds.READ.id: 10,
        kinds.ORDER.id: 3,
        kinds.LIKELY.id: 2,
        kinds.RECEIVER.id: 3,
        # What only waits for another site of its client moves with it.
        kinds.COHORT.id: 0,
        kinds.ESCAPE.id: 15,
        kinds.STATE.id: 10,
        kinds.LOSS.id: 10,
        kinds.DECIDE.id: 30,
        kinds.UNPROVEN.id: 5,
        kinds.HANDLER.id: 10,
        kinds.REFERENCE.id: 5,
        kinds.AWAIT.id: 5,
        kinds.VERSION.id: 10,
        kinds.EXPORTED.id: 5,
    }
)
"""Minutes for one site that is left, by the id of the first reason that holds it back."""

OTHERWISE = 10
"""Minutes for a reason that has no line of its own, and for a file that cannot be read or judged."""

REVIEW = 3
"""The most minutes for a site that --unsafe rewrites: to read what changes and to decide."""


def minutes(kind: str, *, unsafe: bool = False) -> int:
    """Return the minutes for one site with a reason; `unsafe` says that --unsafe rewrites it."""
    each = MINUTES.get(kind, OTHERWISE)
    return min(each, REVIEW) if unsafe else each


def duration(total: int) -> str:
    """Return minutes as people say them, rounded up to five: `about 1 h 20 min`."""
    rounded = -(-total // 5) * 5
    hours, rest = divmod(rounded, 60)
    parts = [f"{hours} h" if hours else "", f"{rest} min" if rest or not hours else ""]
    return " ".join(["about", *filter(None, parts)])
