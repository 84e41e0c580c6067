"""SM705: values beyond the limits that the specs name."""

from __future__ import annotations

from collections.abc import Iterator

from streammigrate.checks.entities import ENTITIES, LIMITS
from streammigrate.checks.model import Answer, DataCheck, Evidence
from streammigrate.checks.records import Record
from streammigrate.checks.tally import Tally, times
from streammigrate.findings import Severity


class _Watcher:
    def __init__(self) -> None:
        self._tally = Tally()
        self._longest: dict[tuple[str, ...], int] = {}
        self._limits = {
            name: [(key, most) for (owner, key), most in LIMITS.items() if owner == name] for name in ENTITIES
        }

    def see(self, record: Record) -> None:
        for key, most in self._limits[record.entity]:
            value = record.node.get(key)
            if isinstance(value, (str, list)) and len(value) > most:
                thing = record.entity, key, "characters" if isinstance(value, str) else "items"
                self._tally.add(thing, record)
                self._longest[thing] = max(len(value), self._longest.get(thing, 0))

    def answers(self) -> Iterator[Answer]:
        for thing, seen in self._tally:
            entity, key, unit = thing
            message = f"{key} of {ENTITIES[entity].plural} exceeds {LIMITS[entity, key]:,} {unit} {times(seen.count)}"
            evidence = Evidence(key, f"up to {self._longest[thing]:,} {unit}")
            yield Answer(message, seen.at, (entity, key), (evidence,))


CHECK = DataCheck(
    id="SM705",
    name="value-over-limit",
    title="A value is larger than the API takes",
    severity=Severity.WARNING,
    question="Does any value exceed what the API's description allows in a request?",
    explanation="Both specs name the longest ids and texts and the most items of some lists. What was stored before a limit "
    "was set, or comes from elsewhere, is refused when it is sent again. Lists of members can be sent in several "
    "requests; all other values have to be shortened.",
    shows="the kind of record, the field, its limit, how often it is exceeded, and by how much at most.",
    fix="Shorten the value, or send the list in parts.",
    watch=_Watcher,
)
