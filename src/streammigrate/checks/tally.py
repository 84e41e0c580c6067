"""Counts what occurs at many records, with the first place of each, within a bound."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from streammigrate.checks.records import Record
from streammigrate.findings import Location

MOST = 200
"""The different things that one tally tells apart."""


@dataclass(slots=True)
class Seen:
    """How often something occurred, where first, and an example."""

    count: int
    at: Location
    example: str


@dataclass(slots=True)
class Tally:
    """Things by what they are called (an entity and names); what exceeds the bound is counted in `beyond`."""

    things: dict[tuple[str, ...], Seen] = field(default_factory=dict)
    beyond: int = 0

    def add(self, thing: tuple[str, ...], record: Record, example: str = "") -> None:
        """Count a thing at a record."""
        seen = self.things.get(thing)
        if seen is not None:
            seen.count += 1
        elif len(self.things) < MOST:
            self.things[thing] = Seen(1, record.at, example)
        else:
            self.beyond += 1

    def __iter__(self) -> Iterator[tuple[tuple[str, ...], Seen]]:
        return iter(sorted(self.things.items()))


def times(count: int) -> str:
    """Return how often something occurred, in words."""
    return "once" if count == 1 else f"{count:,} times"
